"""What is sold: series, models and variants, with codes, names in both languages and life dates.

Words: a *series* holds *models* (车型, the unit of reports, quotas and policies); a *variant* is one way in which a
model is built or equipped; a *product group* gathers models for policies ("tags" of the policy language), from a day
to a day.
"""
