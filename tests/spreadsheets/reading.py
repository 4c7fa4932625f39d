"""Reads a file of the corpus as a room would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from portal.spreadsheets import Limits, Record, Refused, Report, open_table
from tests.spreadsheets.corpus import SMALL, SPECS


def read(
    folder: Path, name: str, data: bytes, *, limits: Limits = SMALL, **options: Any
) -> tuple[list[Record], Report]:
    """The records and the report; a refusal is in the report."""
    path = folder / "stored"
    path.write_bytes(data)
    report = Report()
    records: list[Record] = []
    try:
        with open_table(path, SPECS, name=name, limits=limits, **options) as table:
            records.extend(table.records(report))
    except Refused as refusal:
        report.refuse(refusal)
    return records, report


def rules(findings: list[Any]) -> list[str]:
    return [finding.rule for finding in findings]
