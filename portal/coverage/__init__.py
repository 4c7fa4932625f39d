"""The network on the map: bubbles by region far out, outlets close up, a list beside it in step, boundaries below.

A *symbol* is the sign of one or several statuses; a *metric* is what regions are shaded by; a *view* is what a
reader sees of the map at one moment (a box and a zoom).
"""
