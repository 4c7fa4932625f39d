"""The shape of the files that bring distributors and outlets: their columns, their sentences, and how one is checked.

`specs_of(kind)` are the columns with the headers people write, `MESSAGES` the sentences of the import's own rules, and
`check_upload` reads a file and checks every row of it; what it returns can be written by `services.imports`.
"""

from portal.network.uploads.checking import CheckedUpload, Upload, check_upload, find_columns, report_of
from portal.network.uploads.columns import specs_of, template_specs
from portal.network.uploads.messages import MESSAGES

__all__ = [
    "MESSAGES",
    "CheckedUpload",
    "Upload",
    "check_upload",
    "find_columns",
    "report_of",
    "specs_of",
    "template_specs",
]
