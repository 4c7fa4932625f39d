"""From a pin on the map to an opened outlet, and out again.

Words: a *candidate* is somebody worth winning for a county, moved along the recruiting *stages*; an *application* is a
distributor's request for one outlet at one site, with its *review steps*; the *site sheet* is the site judged on
the map, frozen in every decision; the *checklist* leads from approval to opening; an *exit case* (退网) leads out
again; the *rollout plan* says what should be open where by when.
"""
