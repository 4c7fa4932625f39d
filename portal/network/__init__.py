"""The network: regions, sales areas, distributors, their second-tier outlets, territories and the archive.

Words: a *region* is a province, prefecture or county; a *sales area* (片区) is head office's cut of regions, and a
region in none is *not assigned*; a *distributor* is tier 1, an *outlet* its second-tier shop; a *territory* is a county
for which a distributor is responsible, exclusively or shared; a *life event* is one change of status.
"""
