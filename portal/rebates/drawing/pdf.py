"""A statement as a PDF.

Drawn by reportlab: plain Python that needs nothing of the system, and fetches nothing, for it is given no addresses.
All text is escaped before it becomes a paragraph, so no word of a user is markup. Chinese is set in the font that
every reader of PDF brings along for it (STSong-Light, by the Chinese character set): files stay small, and a bare
server needs no fonts.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from flask_babel import gettext as _
from flask_babel import pgettext

from portal.errors import QudaoError
from portal.formatting import format_yuan
from portal.rebates.drawing.paper import Paper
from portal.rebates.labels_result import Block, ReasonWords, blocks_of, payout_of, totals_of

CJK = "STSong-Light"
# Whatever the standard Latin font cannot show goes to the Chinese one.
_WIDE = re.compile(r"([^\x20-\x7e\xa5\xb7\xd7]+)")
_GREY, _LINE, _INK, _ACCENT = "#50626a", "#c9d3d5", "#17252a", "#0b5c68"


class CannotDraw(QudaoError):
    """The library that draws PDFs is not installed (`package`)."""

    code = "pdf_library_missing"
    status = 503


def write_pdf(paper: Paper, file: BinaryIO | Path | str) -> None:
    """The statement with every reason; raises CannotDraw where the library is missing."""
    try:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    except ImportError:
        raise CannotDraw(package="reportlab") from None
    if CJK not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(CJK))
    _Pdf(paper).write(file)


def _text(words: str) -> str:
    """Escaped, with everything beyond Latin in the Chinese font."""
    words = words.replace("−", "-").replace("–", "-").replace("—", "-").replace("…", "...")
    parts = _WIDE.split(words)
    return "".join(
        f'<font name="{CJK}">{escape(part)}</font>' if number % 2 else escape(part) for number, part in enumerate(parts)
    )


class _Pdf:
    def __init__(self, paper: Paper) -> None:
        from reportlab.lib.styles import ParagraphStyle

        def style(size: float, **keys: Any) -> Any:
            return ParagraphStyle("s", fontName="Helvetica", fontSize=size, leading=size * 1.5, textColor=_INK,
                                  wordWrap="CJK", **keys)  # fmt: skip

        self.paper = paper
        self.plain, self.small = style(9), style(7.5)
        self.small.textColor = self.plain.textColor
        self.heading, self.title = style(11.5, spaceBefore=10, spaceAfter=3), style(16, spaceAfter=6)
        self.heading.textColor = self.title.textColor = _ACCENT
        self.right = style(9, alignment=2)
        self.soft = style(7.5)
        self.soft.textColor = _GREY

    def write(self, file: BinaryIO | Path | str) -> None:
        from reportlab.lib.pagesizes import A4
        from reportlab.platypus import SimpleDocTemplate

        target = str(file) if isinstance(file, Path) else file
        book = SimpleDocTemplate(
            target, pagesize=A4, leftMargin=48, rightMargin=48, topMargin=48, bottomMargin=48, invariant=True,
            title=self.paper.title, author="Qudao", lang="zh-CN",
        )  # fmt: skip
        book.build(self._story(), onFirstPage=self._foot, onLaterPages=self._foot)

    def _foot(self, canvas: Any, book: Any) -> None:
        canvas.saveState()
        canvas.setFont(CJK, 7)
        canvas.setFillColor(_GREY)
        canvas.drawString(48, 28, f"{self.paper.name} · {self.paper.made}")
        canvas.drawRightString(547, 28, str(book.page))
        canvas.restoreState()

    def _story(self) -> list[Any]:
        paper = self.paper
        story = [self._p(paper.title, self.title), self._table([[label, value] for label, value in paper.head], (120,))]
        rows = [[label, amount] for label, amount in totals_of(paper.result)]
        rows += [
            [_("Settled before"), format_yuan(paper.posted_fen)],
            [pgettext("rebates", "Due"), format_yuan(paper.due_fen)],
        ]
        story += [self._p(_("Sums"), self.heading), self._table(rows, (120,))]
        for block in blocks_of(paper.result, paper.told):
            story += self._block(block)
        if payout := payout_of(paper.told):
            story += [self._p(_("Payout"), self.heading), self._reasons(payout)]
        if paper.earlier:
            story += [self._p(_("Earlier settlements"), self.heading), self._earlier()]
        return [*story, *self._lines()]

    def _block(self, block: Block) -> list[Any]:
        found = [self._p(f"{block.label}: {block.earned}", self.heading), self._reasons(block.reasons)]
        if block.left_out:
            found.append(self._p(_("What did not count"), self.soft))
            found.append(self._reasons(block.left_out))
        return found

    def _reasons(self, reasons: list[ReasonWords]) -> Any:
        rows: list[list[str]] = []
        for reason in reasons:
            lines = _("Sales lines: %(lines)s", lines=", ".join(reason.lines)) if reason.lines else ""
            rows.append([reason.text + (f"\n{lines}" if lines else ""), reason.amount])
        return self._table(rows or [["-", ""]], (400, 99), right=True)

    def _earlier(self) -> Any:
        rows = [[_("Run"), _("Day"), _("Entitled to"), _("Posted")]]
        for each in self.paper.earlier:
            rows.append([each.label, each.day, format_yuan(each.entitled_fen), format_yuan(each.posted_fen)])
        return self._table(rows, (200, 99, 100, 100))

    def _lines(self) -> list[Any]:
        facts = self.paper.result.facts
        rows = [[_("Reference"), _("Model"), _("Units"), _("Amount")]]
        for line in (*facts.lines, *facts.year_to_date):
            rows.append([line.ref or "-", line.model, f"{line.units:,}", format_yuan(line.amount_fen)])
        return [self._p(_("Sales lines"), self.heading), self._table(rows, (200, 99, 80, 120))]

    def _p(self, words: str, style: Any) -> Any:
        from reportlab.platypus import Paragraph

        return Paragraph("<br/>".join(map(_text, words.split("\n"))), style)

    def _table(self, rows: list[list[str]], widths: tuple[int, ...], *, right: bool = False) -> Any:
        from reportlab.platypus import Table

        width = [*widths, *([499 - sum(widths)] if len(rows[0]) > len(widths) else [])]
        cells = []
        for row in rows:
            drawn = [self._p(value, self.plain) for value in row]
            if right:
                drawn[-1] = self._p(row[-1], self.right)
            cells.append(drawn)
        style = [("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE), ("VALIGN", (0, 0), (-1, -1), "TOP"),
                 ("LEFTPADDING", (0, 0), (0, -1), 0), ("RIGHTPADDING", (-1, 0), (-1, -1), 0)]  # fmt: skip
        return Table(cells, colWidths=width, style=style, hAlign="LEFT", repeatRows=0)
