"""Tables in Markdown, for pages of the documentation that are written from rules. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def draw_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a table, and an empty one."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'|'.join('---' for _ in head)}|"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""
