"""Spreadsheets in and out: the user's .xlsx or .csv as typed rows with findings, and files for the user to open.

No flask, no database. A room declares its columns once and uses them to read, to write a template and to export:

    from portal.spreadsheets import ColumnSpec, Refused, Report, Words, annotate, open_table

    SPECS = (
        ColumnSpec("code", Words("Outlet code", "网点编码", ("网点代码", "经销商代码")), kind="code",
                   required=True, max_length=32),
        ColumnSpec("mode", Words("Operating mode", "经营方式"), kind="choice",
                   choices={"owned": Words("Owned", "直营"), "franchise": Words("Franchise", "加盟")}),
        ColumnSpec("lng", Words("Longitude", "经度", ("lng", "lon")), kind="longitude"),
    )
    MESSAGES = {                                 # rules of the room itself, both languages, place is put in front
        "code_twice": {"en": "“{value}” is already on row {first}. Give each outlet its own code.",
                       "zh": "“{value}”与第{first}行重复。请为每个网点填写各自的编码。"},
    }

    report = Report(MESSAGES)
    try:
        with open_table(path, SPECS, name="dealers.xlsx", mapping={"她的列": "code"}) as table:
            for record in table.records(report):             # counts rows, adds findings about header and cells
                if record.number != first.setdefault(record.values["code"], record.number):
                    report.error("code_twice", row=record.number, field="code",
                                 value=record.values["code"], first=first[record.values["code"]])
    except Refused as refusal:                               # not a spreadsheet, a bomb, too many rows …
        report.refuse(refusal)
    report.imported = …                                      # the room's own count, 0 when report.has_errors

    report.as_dict("zh")     # {"rows", "imported", "errors": [{"row", "column", "value", "rule", "message"}], …}
    report.dump()            # JSON for a job row; Report.load(text, MESSAGES) brings it back, in either language
    annotate(path, report, "zh", output=out, name="dealers.xlsx")   # the user's own file back, red cells, comments

Before a mapping is known: `table.match` says which columns were matched, are unknown, missing or double, and
`table.sample` holds the first rows; `table.records` yields nothing while a required column is missing, and reports it.
A record whose `bad` is not empty has None in the fields named there: the findings about them are in the report already.

Writing: `write_xlsx`, `write_csv` (columns, iterable of rows, file) and `write_template(SPECS, "zh", file)`.
Limits (rows, columns, bytes, memory and CPU seconds of the reading process) are a `Limits`, passed as `limits=`.
"""

from portal.spreadsheets.annotated import Annotated, annotate
from portal.spreadsheets.columns import ColumnSpec, HeaderMatch, Words, match_header
from portal.spreadsheets.export import Column, write_csv, write_xlsx
from portal.spreadsheets.findings import Finding, Layout, Note, Refused, Report
from portal.spreadsheets.limits import Limits
from portal.spreadsheets.messages import MESSAGES, render
from portal.spreadsheets.tables import Record, Table, open_table
from portal.spreadsheets.templates import write_template
from portal.spreadsheets.values import Parsed, Problem, parse_value

__all__ = [
    "MESSAGES",
    "Annotated",
    "Column",
    "ColumnSpec",
    "Finding",
    "HeaderMatch",
    "Layout",
    "Limits",
    "Note",
    "Parsed",
    "Problem",
    "Record",
    "Refused",
    "Report",
    "Table",
    "Words",
    "annotate",
    "match_header",
    "open_table",
    "parse_value",
    "render",
    "write_csv",
    "write_template",
    "write_xlsx",
]
