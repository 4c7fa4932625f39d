"""The design sheet's promises: contrasts, and no style that the page kit is known to get wrong."""

from __future__ import annotations

import re

import pytest

from portal.settings import ROOT

TOKENS = (ROOT / "static/css/tokens.css").read_text(encoding="utf8")
STATUS = ("grey", "blue", "teal", "green", "amber", "orange", "red", "purple")
TEXT = [
    *(("text", ground) for ground in ("bg", "surface", "sunken")),
    *(("soft", ground) for ground in ("bg", "surface", "sunken")),
    *(("link", ground) for ground in ("bg", "surface")),
    *(("negative", ground) for ground in ("surface", "sunken")),
    ("accent-text", "accent"),
    ("accent", "accent-tint"),
    *((colour, f"{colour}-tint") for colour in STATUS),
]
SHAPES = [("edge", "surface"), ("focus", "surface"), ("focus", "bg"), *((f"{c}-solid", "surface") for c in STATUS)]


def colours(theme: str) -> dict[str, str]:
    selector = '[data-bs-theme="dark"] {' if theme == "dark" else ':root,\n[data-bs-theme="light"] {'
    block = TOKENS.split(selector, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--q-([a-z-]+):\s*(#[0-9a-f]{6})", block))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2: between 1 and 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_is_readable_and_shapes_are_seen(theme: str) -> None:
    palette = colours(theme)
    weak = [
        f"{front} on {back}: {contrast(palette[front], palette[back]):.2f} < {least}"
        for pairs, least in ((TEXT, 4.5), (SHAPES, 3.0))
        for front, back in pairs
        if contrast(palette[front], palette[back]) < least
    ]
    assert weak == []


def test_the_measure_knows_its_ends() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    listed = set((ROOT / "scripts/icons.txt").read_text(encoding="utf8").split())
    named = {
        (name, path.name)
        for path in (ROOT / "portal").rglob("*")
        if path.suffix in {".html", ".py"}
        for name in re.findall(
            r"(?:icon|draw_icon)\(\"([a-z0-9-]+)\"|icon(?:_name)?=\"([a-z0-9-]+)\"", path.read_text(encoding="utf8")
        )
    }
    assert {(one or other, page) for (one, other), page in named if (one or other) not in listed} == set()


def test_no_template_reaches_for_another_host_or_an_inline_style() -> None:
    for path in (ROOT / "portal/templates").rglob("*.html"):
        text = path.read_text(encoding="utf8")
        assert not re.search(r"<[a-z][^>]*\sstyle=", text), path
        assert not re.search(r"\son(click|change|submit|load|input)=", text), path
        assert not re.search(r"(src|href)=\"https?://", text), path
