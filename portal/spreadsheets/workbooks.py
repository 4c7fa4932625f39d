"""Reading an .xlsx, the parent's side: starts the reading process and turns its failures into sentences."""

import io
import json
import os
import pickle
import signal
import struct
import subprocess
import sys
from array import array
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

from portal.spreadsheets.findings import Refused, refuse
from portal.spreadsheets.limits import MIB, Limits

_PROGRAM = Path(__file__).with_name("reading_process.py")
_OUT_OF_MEMORY = 77
_LARGEST_MESSAGE = 512 * MIB
_ALLOWED = {("datetime", cls.__name__): cls for cls in (date, datetime, time, timedelta)}

Row = tuple[int, list[Any]]
"""(row number as the spreadsheet shows it, its cells from column A on)."""


class _DatesOnly(pickle.Unpickler):
    """Builds nothing but plain values, dates and times: the process that wrote it has read a stranger's file."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed") from None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as far as it is known before it is read."""

    index: int
    name: str
    is_visible: bool
    rows: int
    """The last row with content."""
    columns: int
    top: list[Row]
    """The first rows that have content."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a sheet holds beside values. Rows as shown, columns 0-based; long lists are cut, the counts are not."""

    hidden_rows: list[int] = field(default_factory=list)
    hidden_row_count: int = 0
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    errors: dict[int, dict[int, str]] = field(default_factory=dict)
    error_count: int = 0
    empty_formulas: dict[int, dict[int, str]] = field(default_factory=dict)
    empty_formula_count: int = 0
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows that follow each other, by columns from A on. A column of nothing but numbers is an array of doubles."""

    first: int
    """The number of the first row."""
    count: int
    columns: "list[list[Any] | array[float]]"

    def rows(self) -> Iterator[Row]:
        """The rows one by one."""
        if self.columns:
            yield from enumerate(map(list, zip(*self.columns, strict=True)), self.first)
        else:
            yield from ((number, []) for number in range(self.first, self.first + self.count))


def _as_column(column: Any) -> "list[Any] | array[float]":
    if isinstance(column, bytes):
        return array("d", column)
    if isinstance(column, tuple):
        ordinals = array("l", column[1])
        days = {ordinal: date.fromordinal(ordinal) for ordinal in set(ordinals)}
        return list(map(days.__getitem__, ordinals))
    return column  # type: ignore[no-any-return]


class Workbook:
    """An open .xlsx. `sheets` first; then for each sheet that is wanted `choose(index)` and `rows()`.

    Each sheet once. Close it at last.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limits = limits
        self._has_rows = False
        self._process = _start(path, limits)
        self._requests = cast(BinaryIO, self._process.stdin)
        self._answers = cast(BinaryIO, self._process.stdout)
        try:
            self.sheets = [_as_sheet(info) for info in self._receive()["sheets"]]
        except BaseException:
            self.close()
            raise

    def choose(self, index: int) -> Facts:
        """Ask for one sheet's rows; what is left of the one before is passed over."""
        if self._has_rows:
            for _row in self.rows():
                pass
        try:
            self._requests.write(f"{index}\n".encode())
            self._requests.flush()
        except BrokenPipeError:
            raise self._why_it_died() from None
        facts = Facts(**self._receive()["facts"])
        self._has_rows = True
        return facts

    def rows(self) -> Iterator[Row]:
        """All rows of the chosen sheet, from row 1 on, empty rows included."""
        for chunk in self.chunks():
            yield from chunk.rows()

    def chunks(self) -> Iterator["Chunk"]:
        """The same by columns, some thousand rows at a time."""
        while (message := self._receive()) is not None:
            number, first_column, count, columns = message
            yield Chunk(number, count, [*([[""] * count] * first_column), *map(_as_column, columns)])
        self._has_rows = False

    def close(self) -> None:
        """End the reading process, whatever it is doing."""
        self._process.kill()
        for pipe in (self._requests, self._answers):
            with suppress(BrokenPipeError):
                pipe.close()
        self._process.wait()

    def _receive(self) -> Any:
        head = self._answers.read(4)
        size = struct.unpack("<I", head)[0] if len(head) == 4 else 0
        payload = self._answers.read(size) if 0 < size <= _LARGEST_MESSAGE else b""
        if not size or len(payload) < size:
            raise self._why_it_died()
        try:
            message = _DatesOnly(io.BytesIO(payload)).load()
        except Exception as error:
            raise refuse("reader_failed", detail=type(error).__name__) from error
        if isinstance(message, dict) and "failed" in message:
            raise _failure(message["failed"])
        return message

    def _why_it_died(self) -> Refused:
        try:
            code = self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            code = 0
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            return refuse("takes_too_long", limit=self._limits.cpu_seconds)
        if code in (-signal.SIGABRT, -signal.SIGSEGV, _OUT_OF_MEMORY):
            limits = self._limits
            return refuse("needs_too_much_memory", limit=limits.memory_bytes // MIB, rows=limits.rows,
                          columns=limits.columns)  # fmt: skip
        return refuse("reader_failed", detail=f"exit {code}")


def _start(path: Path, limits: Limits) -> subprocess.Popen[bytes]:
    request = {"path": str(path.resolve()), "memory_bytes": limits.memory_bytes, "cpu_seconds": limits.cpu_seconds,
               "peek_rows": limits.peek_rows}  # fmt: skip
    environment = {key: os.environ[key] for key in ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT") if key in os.environ}
    return subprocess.Popen(  # noqa: S603  (our own interpreter and program, no shell)
        [sys.executable, "-I", str(_PROGRAM), json.dumps(request)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**environment, "MALLOC_ARENA_MAX": "1", "RUST_BACKTRACE": "0"},
        close_fds=True,
    )


def _as_sheet(info: dict[str, Any]) -> Sheet:
    top = [(number, [""] * first + cells) for number, first, cells in info.pop("top")]
    return Sheet(top=top, **info)


def _failure(text: str) -> Refused:
    if text.startswith("PasswordError"):
        return refuse("is_encrypted", value="")
    if text.startswith("MemoryError"):
        return refuse("reader_failed", detail="memory")
    return refuse("is_damaged", detail=text)
