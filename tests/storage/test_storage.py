"""Uploads: what is taken, what is refused, what is left of a picture, under which name it comes back."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from portal.errors import NotFound
from portal.storage import PICTURES, FileRefused, Storage, StorageLimits, clean_name, content_disposition
from tests.spreadsheets.corpus import PLAIN, ole, png, with_part, zip_bomb

EVERYTHING = PICTURES | {"pdf", "xlsx", "csv"}
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "files", StorageLimits(file_bytes=2_000_000, pixels=2_000_000, longest_side=400))


def files_under(storage: Storage) -> list[Path]:
    return [path for path in storage.root.rglob("*") if path.is_file()]


def picture(kind: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    colour = (200, 0, 0, 100) if mode == "RGBA" else "red"
    Image.new(mode, size, colour).save(out, kind, **options)
    return out.getvalue()


def test_a_file_comes_back_as_it_was(storage: Storage) -> None:
    kept = storage.store(io.BytesIO(PDF), "营业执照.PDF", EVERYTHING)
    assert (kept.original_name, kept.kind, kept.content_type) == ("营业执照.PDF", "pdf", "application/pdf")
    assert (kept.size_bytes, kept.sha256) == (len(PDF), hashlib.sha256(PDF).hexdigest())
    with storage.open_stored(kept.storage_id) as stream:
        assert stream.read() == PDF
    assert files_under(storage) == [storage.path_of(kept.storage_id)]
    assert storage.path_of(kept.storage_id).stat().st_mode & 0o077 == 0


def test_the_stored_name_tells_nothing_and_is_spread_over_folders(storage: Storage) -> None:
    kept = storage.store(io.BytesIO(PLAIN), "../../etc/经销商.xlsx", {"xlsx"})
    assert kept.original_name == "经销商.xlsx"
    place = storage.path_of(kept.storage_id).relative_to(storage.root)
    assert place.parts == (kept.storage_id[:2], kept.storage_id[2:4], kept.storage_id)


def test_the_same_file_twice_has_one_hash_and_two_places(storage: Storage) -> None:
    first = storage.store(io.BytesIO(PLAIN), "a.xlsx", {"xlsx"})
    second = storage.store(io.BytesIO(PLAIN), "b.xlsx", {"xlsx"})
    assert first.sha256 == second.sha256
    assert first.storage_id != second.storage_id


def test_a_removed_file_is_gone_and_may_be_removed_again(storage: Storage) -> None:
    kept = storage.store(io.BytesIO(PDF), "a.pdf", {"pdf"})
    storage.remove(kept.storage_id)
    storage.remove(kept.storage_id)
    with pytest.raises(NotFound):
        storage.open_stored(kept.storage_id)


@pytest.mark.parametrize("bad", ["", "../../etc/passwd", "a" * 31, "A" * 32, "a" * 32 + "\n", "incoming"])
def test_what_is_no_id_is_not_found(storage: Storage, bad: str) -> None:
    with pytest.raises(NotFound):
        storage.path_of(bad)


REFUSED = [
    ("", PDF, "file_missing"),
    (None, PDF, "file_missing"),
    ("..", PDF, "file_missing"),
    ("a.pdf", b"", "file_empty"),
    ("a.pdf", b"x" * 2_000_001, "file_too_big"),
    ("a.exe", b"MZ", "extension_not_allowed"),
    ("a.svg", b"<svg onload='alert(1)'/>", "extension_not_allowed"),
    ("a.html", b"<html>", "is_html"),
    ("a", PDF, "is_document"),
    ("a.pdf", b"<html>", "contents_differ"),
    ("a.pdf", PDF[:-7], "contents_differ"),
    ("a.jpg", PDF, "contents_differ"),
    ("a.png", picture("JPEG"), "contents_differ"),
    ("a.jpg", picture("JPEG")[:200], "picture_damaged"),
    ("a.png", b"\x89PNG\r\n\x1a\n" + b"x" * 50, "picture_damaged"),
    ("a.png", picture("PNG", (2000, 1001), "1"), "too_many_pixels"),
    ("a.xlsx", PDF, "is_document"),
    ("a.xlsx", ole("Workbook"), "is_xls"),
    ("a.xlsm", with_part(PLAIN, "xl/vbaProject.bin", b"x"), "is_macro_workbook"),
    ("a.csv", PLAIN, "is_workbook_named_csv"),
    ("a.xlsx", zip_bomb(), "packed_suspiciously"),
]


@pytest.mark.parametrize(("name", "data", "code"), REFUSED, ids=[f"{name}-{code}" for name, _, code in REFUSED])
def test_what_is_refused_leaves_nothing_behind(storage: Storage, name: str, data: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        storage.store(io.BytesIO(data), name, EVERYTHING)
    assert refused.value.code == code
    assert len(refused.value.sentence("en")) > 20
    assert any(char >= "\u4e00" for char in refused.value.sentence("zh_Hans"))
    assert files_under(storage) == []


def test_only_the_kinds_that_are_asked_for(storage: Storage) -> None:
    for name, data, kinds in (("a.pdf", PDF, PICTURES), ("a.png", png(), {"pdf"}), ("a.csv", b"a,b\n", {"xlsx"})):
        with pytest.raises(FileRefused) as refused:
            storage.store(io.BytesIO(data), name, kinds)
        assert refused.value.code == "kind_not_allowed"
    assert "Accepted are: xlsx" in refused.value.sentence("en")


def test_pixels_are_counted_before_they_are_decoded(storage: Storage) -> None:
    head = b"\x89PNG\r\n\x1a\n" + bytes.fromhex("0000000d49484452 0000c350 0000c350 08 02 000000 d3c6d1a8")
    with pytest.raises(FileRefused) as refused:
        storage.store(io.BytesIO(head + b"x" * 100), "a.png", PICTURES)
    assert refused.value.code in ("too_many_pixels", "picture_damaged")


@pytest.mark.parametrize(
    ("name", "kind", "mode", "stored"),
    [
        ("a.jpeg", "JPEG", "RGB", "jpg"),
        ("a.JPG", "JPEG", "CMYK", "jpg"),
        ("a.png", "PNG", "RGBA", "png"),
        ("a.png", "PNG", "P", "png"),
        ("a.png", "PNG", "RGB", "png"),
        ("a.webp", "WEBP", "RGB", "jpg"),
        ("a.webp", "WEBP", "RGBA", "png"),
    ],
)
def test_pictures_are_written_anew(storage: Storage, name: str, kind: str, mode: str, stored: str) -> None:
    kept = storage.store(io.BytesIO(picture(kind, mode=mode)), name, PICTURES)
    assert kept.kind == stored
    assert kept.original_name.endswith(f".{stored}")
    with Image.open(storage.path_of(kept.storage_id)) as again:
        assert again.format == {"jpg": "JPEG", "png": "PNG"}[stored]
        assert again.size == (60, 40)


def test_place_camera_and_comments_are_gone_and_the_picture_stands_upright(storage: Storage) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    exif[0x010F] = "SECRET-CAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    data = picture("JPEG", exif=exif, comment=b"SECRET-COMMENT", icc_profile=b"SECRET-PROFILE")
    assert b"SECRET-CAMERA" in data
    kept = storage.store(io.BytesIO(data + b"SECRET-TRAILER"), "门头照.jpg", PICTURES)
    assert b"SECRET" not in storage.path_of(kept.storage_id).read_bytes()
    with Image.open(storage.path_of(kept.storage_id)) as again:
        assert not again.getexif()
        assert again.size == (40, 60)


def test_large_pictures_are_scaled_down(storage: Storage) -> None:
    kept = storage.store(io.BytesIO(picture("JPEG", (1500, 1000))), "a.jpg", PICTURES)
    with Image.open(storage.path_of(kept.storage_id)) as again:
        assert again.size == (400, 267)


# -- names


@pytest.mark.parametrize(
    ("given_name", "kept_name"),
    [
        ("C:\\Users\\李\\网点.xlsx", "网点.xlsx"),
        ("a/b/../c.pdf", "c.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie: x=1.pdf"),
        ("a\0.pdf", "a.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("  two   blanks .pdf ", "two blanks .pdf"),
        ("经" * 300 + ".xlsx", "经" * 195 + ".xlsx"),
        (".", ""),
        (None, ""),
    ],
)
def test_names_are_cleaned(given_name: str | None, kept_name: str) -> None:
    assert clean_name(given_name) == kept_name


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("list.xlsx", "attachment; filename=\"list.xlsx\"; filename*=UTF-8''list.xlsx"),
        ("网点.xlsx", "attachment; filename=\"file.xlsx\"; filename*=UTF-8''%E7%BD%91%E7%82%B9.xlsx"),
        ('a"b;c.pdf', "attachment; filename=\"a_b_c.pdf\"; filename*=UTF-8''a%22b%3Bc.pdf"),
        ("", "attachment; filename=\"file\"; filename*=UTF-8''file"),
    ],
)
def test_the_header_of_a_download(name: str, header: str) -> None:
    assert content_disposition(name) == header


def test_a_picture_may_be_shown_in_the_page() -> None:
    assert content_disposition("a.png", is_inline=True).startswith("inline; ")


@given(st.text(max_size=300))
def test_no_name_breaks_the_header(name: str) -> None:
    header = content_disposition(name)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    assert header.count(";") == 2
    assert len(clean_name(name)) <= 200
