"""Each role's first page: a work list with counts that link, four figures, one chart.

Words: a *task* is a line of the work list; it is shown only while its count is above zero.
"""
