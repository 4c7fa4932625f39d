"""Boundaries: where provinces, prefectures and counties lie, what they are called, and what they were called before.

Two kinds of data. *Facts* are committed under geodata/: codes, names, parents, former names and the succession of
codes. *Layers* are built from a boundary package or from a user's own file, are git-ignored, and are read through the
manifest: `assign` (50 m, to place points), `detail` (from zoom 10), `display` (zoom 8 and 9), `overview` (further out).
The room needs neither the database nor a web request. The key of a region is (level, code): some units are
prefecture and county at once under one code. All coordinates are WGS-84.
"""
