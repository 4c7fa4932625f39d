"""One cell to one value, as people write them: accepted, accepted with a remark, or a problem; never silently None.

`raw` is what the reader gives: str, float, int, bool, date, datetime, time, timedelta, CellError, None or "".
"""

from collections.abc import Callable, Mapping
from typing import Any

from portal.spreadsheets.cells import CellError, Parsed, Parser, Problem, Rejected, Remarks, is_blank
from portal.spreadsheets.columns import ColumnSpec
from portal.spreadsheets.coordinates import coordinate_parser
from portal.spreadsheets.dates import date_parser, month_parser
from portal.spreadsheets.numerals import decimal_parser, integer_parser, money_parser
from portal.spreadsheets.texts import choice_parser, code_parser, text_parser

__all__ = ["CellError", "Parsed", "Problem", "parse_value", "parser_for"]

_BUILDERS: Mapping[str, Callable[[ColumnSpec], Parser]] = {
    "text": text_parser,
    "code": code_parser,
    "integer": integer_parser,
    "decimal": decimal_parser,
    "money": money_parser,
    "date": date_parser,
    "month": month_parser,
    "choice": choice_parser,
    "longitude": coordinate_parser,
    "latitude": coordinate_parser,
}


def parse_value(spec: ColumnSpec, raw: Any) -> Parsed | Problem:
    """The value of one cell by its spec, or the rule it breaks. Pure."""
    remarks: Remarks = []
    try:
        value = parser_for(spec)(raw, remarks)
    except Rejected as rejected:
        return rejected.problem
    return Parsed(value, tuple(remarks))


def parser_for(spec: ColumnSpec) -> Parser:
    """The parser of a column: built once, called for each cell; None for an empty cell."""
    parse = _BUILDERS[spec.kind](spec)

    def parse_cell(raw: Any, remarks: Remarks) -> Any:
        if raw.__class__ is float or (raw.__class__ is str and raw and raw[0].isalnum()):
            return parse(raw, remarks)  # most cells; the rest of this function is for the others
        if is_blank(raw):
            if spec.required:
                raise Rejected("required", "")
            return None
        if isinstance(raw, CellError):
            raise Rejected("cell_error" if raw.code else "formula_empty", raw.code)
        return parse(raw, remarks)

    return parse_cell
