"""The shape of the files that bring a month's figures: the template, columns, sentences, and how one is checked.

`parts_of(month)` are the two lists that a file may hold, with the headers people write; `MESSAGES` the sentences of the
room's own rules; `check_upload` reads a file and checks every row; `write_report_template` makes the empty file.
"""

from portal.sales.uploads.checking import CheckedUpload, Upload, check_upload, find_columns, report_of
from portal.sales.uploads.columns import DETAILS, LINES, parts_of
from portal.sales.uploads.messages import MESSAGES

__all__ = [
    "DETAILS",
    "LINES",
    "MESSAGES",
    "CheckedUpload",
    "Upload",
    "check_upload",
    "find_columns",
    "parts_of",
    "report_of",
]
