"""The demonstration: a real province as its manufacturer planned it, made through the services.

flask demo load [--if-empty]        accounts, sales areas, distributors, outlets, territories, files
flask demo scale --outlets 100000   a synthetic network for measuring
"""
