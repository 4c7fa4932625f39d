"""Whether an upload is what its name says, before it is parsed: extension, first bytes, the archive's directory."""

import re
import zipfile
from pathlib import Path

from portal.spreadsheets.findings import Refused, refuse
from portal.spreadsheets.limits import MIB, Limits

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_HTML = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body|table|meta|script|div)", re.IGNORECASE)
_EXTENSION_RULES = {".xls": "is_xls", ".xlsb": "is_xlsb", ".xlsm": "is_macro_workbook", ".xltm": "is_macro_workbook",
                    ".ods": "is_ods", ".numbers": "is_numbers"}  # fmt: skip
_DOCUMENT_KINDS = {
    b"%PDF": {"en": "PDF document", "zh": "PDF 文档"},
    b"\x89PNG": {"en": "picture", "zh": "图片"},
    b"\xff\xd8\xff": {"en": "picture", "zh": "图片"},
    b"GIF8": {"en": "picture", "zh": "图片"},
    b"{\\rtf": {"en": "text document", "zh": "文字文档"},
    b"Rar!": {"en": "compressed archive", "zh": "压缩包"},
    b"7z\xbc\xaf": {"en": "compressed archive", "zh": "压缩包"},
}
_WORD = {"en": "text document", "zh": "文字文档"}
_SLIDES = {"en": "slide show", "zh": "演示文稿"}
_ARCHIVE = {"en": "compressed archive", "zh": "压缩包"}
_ENTITY = re.compile(rb"<\s*!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ROOT = re.compile(rb"<[A-Za-z_]")
_PROLOG_BYTES = 65_536
_SMALL_PART = MIB
"""Parts that unpack to less are not asked for their ratio."""


def check_file(path: Path, name: str, limits: Limits) -> str:
    """ "xlsx" or "csv". Raises Refused with the sentence that fits what the file really is."""
    size = path.stat().st_size
    if size == 0:
        raise refuse("file_empty")
    if size > limits.file_bytes:
        raise refuse("file_too_big", size=_mib(size), limit=limits.file_bytes // MIB)
    with path.open("rb") as stream:
        head = stream.read(4096)
    extension = Path(name).suffix.lower()
    _check_first_bytes(path, name, head)
    if head.startswith(ZIP):
        return _check_zip(path, name, extension, limits)
    return _check_text(name, extension, head)


def _mib(size: int) -> int:
    return -(-size // MIB)


def _check_first_bytes(path: Path, name: str, head: bytes) -> None:
    if head.startswith(OLE):
        raise refuse("is_encrypted" if _holds(path, _ENCRYPTED_STREAM) else "is_xls", value=name)
    for magic, kind in _DOCUMENT_KINDS.items():
        if head.startswith(magic):
            raise refuse("is_document", value=name, kind=kind)
    if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")) or b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        raise refuse("is_html", value=name)


def _holds(path: Path, needle: bytes) -> bool:
    with path.open("rb") as stream:
        tail = b""
        while block := stream.read(MIB):
            if needle in tail + block:
                return True
            tail = block[-len(needle) :]
    return False


def _check_text(name: str, extension: str, head: bytes) -> str:
    if extension == ".xlsx":
        raise refuse("is_not_workbook", value=name)
    if extension != ".csv":
        raise refuse(_EXTENSION_RULES.get(extension, "extension_not_allowed"), value=name)
    if _looks_binary(head):
        raise refuse("is_binary", value=name)
    return "csv"


def _looks_binary(head: bytes) -> bool:
    """More than a twentieth of control characters; UTF-16 text has NULs but hardly any other."""
    control = sum(byte < 9 or 13 < byte < 32 for byte in head) - head.count(0)
    return control * 20 > len(head)


def _check_zip(path: Path, name: str, extension: str, limits: Limits) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            _check_parts(archive, name, extension, limits)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, OSError, EOFError) as error:
        raise refuse("is_damaged", detail=type(error).__name__) from error
    return "xlsx"


def _check_parts(archive: zipfile.ZipFile, name: str, extension: str, limits: Limits) -> None:
    parts = archive.infolist()
    _check_sizes(parts, limits)
    _check_is_workbook(archive, {part.filename for part in parts}, name)
    if extension == ".csv":
        raise refuse("is_workbook_named_csv", value=name)
    if extension != ".xlsx":
        raise refuse(_EXTENSION_RULES.get(extension, "extension_not_allowed"), value=name)
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels", ".vml")):
            _check_prolog(archive, part)


def _check_sizes(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(parts) > limits.parts:
        raise refuse("too_many_parts", parts=len(parts), limit=limits.parts)
    for part in parts:
        ratio = part.file_size // max(part.compress_size, 1)
        if part.file_size > _SMALL_PART and ratio > limits.ratio:
            raise refuse("packed_suspiciously", part=part.filename, ratio=ratio, limit=limits.ratio)
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.unpacked_bytes:
        size = _mib(unpacked)
        raise refuse("unpacks_too_big", size=size, limit=limits.unpacked_bytes // MIB, rows=limits.rows)


def _check_is_workbook(archive: zipfile.ZipFile, names: set[str], name: str) -> None:
    lower = {part.lower() for part in names}
    if any(part.endswith("vbaproject.bin") for part in lower) or b"macroEnabled" in _types(archive, names):
        raise refuse("is_macro_workbook", value=name)
    if any(part.flag_bits & 1 for part in archive.infolist()):
        raise refuse("is_encrypted", value=name)
    refusal = _other_kind(archive, lower, name)
    if refusal:
        raise refusal


def _types(archive: zipfile.ZipFile, names: set[str]) -> bytes:
    if "[Content_Types].xml" not in names:
        return b""
    with archive.open("[Content_Types].xml") as stream:
        return stream.read(MIB)


def _other_kind(archive: zipfile.ZipFile, lower: set[str], name: str) -> Refused | None:
    """The refusal for a zip that is something else than an .xlsx."""
    if "xl/workbook.bin" in lower:
        return refuse("is_xlsb", value=name)
    if "xl/workbook.xml" in lower or b"spreadsheetml.sheet.main" in _types(archive, set(archive.namelist())):
        return None
    if "content.xml" in lower and "mimetype" in lower:
        return refuse("is_ods", value=name)
    if any(part.endswith(".iwa") for part in lower):
        return refuse("is_numbers", value=name)
    kind = _WORD if "word/document.xml" in lower else _SLIDES if "ppt/presentation.xml" in lower else _ARCHIVE
    return refuse("is_document", value=name, kind=kind)


def _check_prolog(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Entities can be declared only before the root element; no spreadsheet program declares any."""
    with archive.open(part) as stream:
        head = stream.read(_PROLOG_BYTES).replace(b"\0", b"")
    root = _ROOT.search(head)
    if _ENTITY.search(head, 0, root.start() if root else len(head)) or (head and not root):
        raise refuse("has_entities", part=part.filename)
