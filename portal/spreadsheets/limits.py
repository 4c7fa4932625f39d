"""How much a file may hold, unpack to and cost. Every cap can be set by the installation."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps on one uploaded spreadsheet and on the process that reads it."""

    rows: int = 200_000
    """Data rows below the header."""
    columns: int = 60
    file_bytes: int = 64 * MIB
    parts: int = 200
    """Files inside an .xlsx (it is a zip archive)."""
    unpacked_bytes: int = 512 * MIB
    """200,000 rows of 20 columns unpack to about 230 MiB of XML."""
    ratio: int = 200
    """Unpacked to packed bytes of one part; XML of spreadsheets packs 10 to 30 times, a bomb about 1,000 times."""
    memory_bytes: int = 600 * MIB
    """Address space of the reading process."""
    cpu_seconds: int = 60
    peek_rows: int = 30
    """Rows at the top of each sheet among which the header is looked for."""
    keep_format_bytes: int = 24 * MIB
    """Unpacked size up to which a file is given back whole with its formatting (about 350,000 cells)."""


DEFAULT_LIMITS = Limits()
