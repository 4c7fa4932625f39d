"""Files that users upload: checked, stored under random ids, given back under their own names.

    storage = Storage(config["STORAGE_DIR"])
    kept = storage.store(upload.stream, upload.filename, PICTURES | {"pdf"})   # raises FileRefused
    kept.storage_id, kept.original_name, kept.content_type, kept.size_bytes, kept.sha256
    storage.open_stored(kept.storage_id)                                        # a binary stream
    storage.path_of(kept.storage_id)                                            # for what reads files by path
    headers["Content-Disposition"] = content_disposition(kept.original_name)

A file is written beside its place and moved there when it is whole, so that nothing half-written is ever found.
Controls (OWASP ASVS 5.0, 5.2 to 5.4): extension, first bytes and parse agree; pictures are written anew without their
metadata (place, camera); the stored name says nothing.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import tempfile
import unicodedata
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from PIL import Image, ImageOps, UnidentifiedImageError

from portal.errors import InvalidInput, NotFound
from portal.spreadsheets import Limits, Refused
from portal.spreadsheets.filekinds import check_file
from portal.spreadsheets.messages import language, render

PICTURES = frozenset({"jpg", "png", "webp"})
SPREADSHEETS = frozenset({"xlsx", "csv"})
CONTENT_TYPES = {
    "csv": "text/csv",
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "png": "image/png",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MIB = 1024 * 1024
_BLOCK = 256 * 1024
_SAME_KIND = {"jpeg": "jpg", "jpe": "jpg"}
_ID = re.compile(r"[0-9a-f]{32}")
_MAGIC = {"jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n", "webp": b"RIFF"}
_FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
_RESERVED_NAMES = {".", "..", ""}

_SENTENCES = {
    "file_missing": {"en": "No file was chosen. Choose one.", "zh": "未选择文件。请选择一个文件。"},
    "file_empty": {
        "en": "“{value}” has 0 bytes. Save it again and upload that.",
        "zh": "“{value}”大小为0字节。请重新保存后上传。",
    },
    "file_too_big": {
        "en": "“{value}” is larger than {limit} MB, which is the limit. Make it smaller, or split it.",
        "zh": "“{value}”超过上限{limit}MB。请压缩或拆分后再上传。",
    },
    "kind_not_allowed": {
        "en": "“{value}” is of a kind that is not accepted here. Accepted are: {allowed}.",
        "zh": "此处不接受“{value}”这类文件。可上传：{allowed}。",
    },
    "contents_differ": {
        "en": "“{value}” is named .{kind}, but its contents are something else. Save it as {kind} anew, or give it the "
        "right ending.",
        "zh": "“{value}”的扩展名是 .{kind}，但内容不符。请重新另存为 {kind}，或改正扩展名。",
    },
    "picture_damaged": {
        "en": "The picture “{value}” is damaged or incomplete. Take or save it anew and upload that.",
        "zh": "图片“{value}”已损坏或不完整。请重新拍摄或保存后上传。",
    },
    "too_many_pixels": {
        "en": "The picture “{value}” has {pixels} million pixels, the limit is {limit}. Make it smaller.",
        "zh": "图片“{value}”有{pixels}百万像素，超过上限{limit}百万。请缩小后上传。",
    },
}


class FileRefused(InvalidInput):
    """An upload breaks a rule; `code` is stable, `sentence` says it to the user."""

    code = "file_refused"

    def __init__(self, code: str, said: dict[str, str] | None = None, **details: object) -> None:
        super().__init__(code, **details)
        self._said = said

    def sentence(self, locale: str) -> str:
        """Value, rule and remedy in "en" or "zh" (zh_Hans)."""
        said = self._said or _SENTENCES[self.code]
        return said[language(locale)].format(**self.details) if not self._said else said[language(locale)]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What a room writes into its row about a file."""

    storage_id: str
    original_name: str
    """The user's own name for it, cleaned, with the ending of what is stored."""
    kind: str
    content_type: str
    size_bytes: int
    sha256: str
    """Of the stored bytes."""


@dataclass(frozen=True, slots=True)
class StorageLimits:
    """Caps on one file."""

    file_bytes: int = 32 * MIB
    pixels: int = 64_000_000
    longest_side: int = 4_096
    """Larger pictures are scaled down to it."""


class Storage:
    """The files under one directory."""

    def __init__(self, root: Path | str, limits: StorageLimits | None = None) -> None:
        self.root = Path(root)
        self.limits = limits or StorageLimits()

    def store(self, stream: BinaryIO, original_name: str | None, kinds: frozenset[str] | set[str]) -> StoredFile:
        """Check and keep an upload. `kinds` is what is accepted: jpg, png, webp, pdf, xlsx, csv. Raises FileRefused."""
        name = clean_name(original_name)
        if not name:
            raise FileRefused("file_missing")
        kind = kind_of(name)
        if kind not in kinds and not (kinds & SPREADSHEETS):
            raise FileRefused("kind_not_allowed", value=name, allowed=", ".join(sorted(kinds)))
        with self._temporary() as path:
            self._receive(stream, path, name)
            return self._keep(path, name, kind, kinds)

    def _keep(self, path: Path, name: str, kind: str, kinds: frozenset[str] | set[str]) -> StoredFile:
        if kind in PICTURES and kind in kinds:
            return self._keep_picture(path, name, kind)
        if kind == "pdf" and kind in kinds:
            _check_pdf(path, name)
        else:
            kind = self._check_spreadsheet(path, name)
            if kind not in kinds:
                raise FileRefused("kind_not_allowed", value=name, allowed=", ".join(sorted(kinds)))
        return self._move_in(path, name, kind)

    def _keep_picture(self, path: Path, name: str, kind: str) -> StoredFile:
        with self._temporary() as clean:
            kind = _rewrite_picture(path, clean, kind, name, self.limits)
            return self._move_in(clean, str(Path(name).with_suffix(f".{kind}")), kind)

    def _check_spreadsheet(self, path: Path, name: str) -> str:
        try:
            return check_file(path, name, Limits(file_bytes=self.limits.file_bytes))
        except Refused as refusal:
            note = refusal.notes[0]
            params = {"value": note.value, **note.params}
            said = {locale: render(note.rule, locale, params) for locale in ("en", "zh")}
            raise FileRefused(note.rule, said, value=name) from refusal

    def open_stored(self, storage_id: str) -> BinaryIO:
        """A stream of the stored bytes. Raises NotFound."""
        try:
            return self.path_of(storage_id).open("rb")
        except FileNotFoundError:
            raise NotFound(storage_id=storage_id) from None

    def path_of(self, storage_id: str) -> Path:
        """Where a file lies (or would). Raises NotFound for what is no id."""
        if not _ID.fullmatch(storage_id):
            raise NotFound(storage_id=storage_id)
        return self.root / storage_id[:2] / storage_id[2:4] / storage_id

    def remove(self, storage_id: str) -> None:
        """Delete a file; one that is gone already is no error."""
        self.path_of(storage_id).unlink(missing_ok=True)

    @contextmanager
    def _temporary(self) -> Iterator[Path]:
        """A file of our own on the same file system, gone afterwards unless it was moved."""
        folder = self.root / "incoming"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder)
        os.close(handle)
        try:
            yield Path(name)
        finally:
            with suppress(FileNotFoundError):
                Path(name).unlink()

    def _receive(self, stream: BinaryIO, path: Path, name: str) -> None:
        size = 0
        with path.open("wb") as out:
            while block := stream.read(_BLOCK):
                size += len(block)
                if size > self.limits.file_bytes:
                    raise FileRefused("file_too_big", value=name, limit=self.limits.file_bytes // MIB)
                out.write(block)
        if not size:
            raise FileRefused("file_empty", value=name)

    def _move_in(self, path: Path, name: str, kind: str) -> StoredFile:
        storage_id = secrets.token_hex(16)
        target = self.path_of(storage_id)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("rb+") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            size = stream.tell()
            os.fsync(stream.fileno())
        path.rename(target)
        _sync_folder(target.parent)
        return StoredFile(storage_id, name, kind, CONTENT_TYPES[kind], size, digest)


def _sync_folder(folder: Path) -> None:
    """So that the new name outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def kind_of(name: str) -> str:
    """ "photo.JPEG" -> "jpg"; "" without an ending."""
    ending = Path(name).suffix.lower().removeprefix(".")
    return _SAME_KIND.get(ending, ending)


def _check_pdf(path: Path, name: str) -> None:
    with path.open("rb") as stream:
        head = stream.read(1024)
        stream.seek(max(0, path.stat().st_size - 2048))
        tail = stream.read()
    if b"%PDF-" not in head or b"%%EOF" not in tail:
        raise FileRefused("contents_differ", value=name, kind="pdf")


def _rewrite_picture(source: Path, target: Path, kind: str, name: str, limits: StorageLimits) -> str:
    """Decode and encode anew: whatever else was in the file is gone. Returns "jpg" or "png"."""
    with source.open("rb") as stream:
        if not stream.read(16).startswith(_MAGIC[kind]):
            raise FileRefused("contents_differ", value=name, kind=kind)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own pixel warning: the cap below is the rule
            return _decoded(source, kind, name, limits, lambda picture: _encode(picture, target, kind))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise FileRefused("picture_damaged", value=name) from error
    except Image.DecompressionBombError as error:
        raise FileRefused("too_many_pixels", value=name, pixels=">178", limit=limits.pixels // 10**6) from error


def _decoded(source: Path, kind: str, name: str, limits: StorageLimits, use: Callable[[Image.Image], str]) -> str:
    with Image.open(source, formats=[_FORMATS[kind]]) as picture:
        pixels = picture.width * picture.height
        if pixels > limits.pixels:
            millions = -(-pixels // 10**6)
            raise FileRefused("too_many_pixels", value=name, pixels=millions, limit=limits.pixels // 10**6)
        side = (limits.longest_side, limits.longest_side)
        picture.draft("RGB", side)  # lets the JPEG decoder skip detail that would be scaled away
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail(side)
        return use(upright)


def _encode(picture: Image.Image, target: Path, kind: str) -> str:
    is_see_through = picture.has_transparency_data
    clean = picture.convert("RGBA" if is_see_through else "RGB")
    clean.info = {}
    if is_see_through or kind == "png":
        clean.save(target, "PNG")
        return "png"
    clean.save(target, "JPEG", quality=88)
    return "jpg"


def clean_name(name: str | None) -> str:
    """The last part of the user's file name, without control characters, at most 200 characters, ending kept."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name or ""))[-1]
    seen = "".join(char for char in last if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    tidy = " ".join(seen.split())
    if tidy in _RESERVED_NAMES:
        return ""
    stem, dot, ending = tidy.rpartition(".")
    return tidy if len(tidy) <= 200 else f"{stem[: 199 - len(ending[:10])]}{dot}{ending[:10]}"


def content_disposition(name: str, *, is_inline: bool = False) -> str:
    """The header for a download under the user's own name (RFC 6266): an ASCII form and the full one in UTF-8."""
    clean = clean_name(name) or "file"
    ascii_form = re.sub(r'[^ -~]|["\\%;]', "_", unicodedata.normalize("NFKD", clean))
    if not re.search(r"[A-Za-z0-9]", ascii_form.rpartition(".")[0] or ascii_form):
        ascii_form = f"file.{kind_of(clean)}" if kind_of(clean).isascii() and kind_of(clean) else "file"
    how = "inline" if is_inline else "attachment"
    return f"{how}; filename=\"{ascii_form}\"; filename*=UTF-8''{quote(clean, safe='')}"
