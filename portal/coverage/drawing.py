"""The map itself: folium draws it, with one element of our own that carries configuration and nothing else.

Text that people have typed never comes here. Folium writes values into a script, where a backtick or `${` in a name
would run as code; outlets and regions reach the browser as JSON and are set as text. What folium renders is split:
the `<div>` goes into the page, the script is served under an address of its own, so that no page has inline code.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

NAME = "outlets"
ELEMENT_ID = f"map_{NAME}"
CHINA = (35.5, 104.0)
FIRST_ZOOM = 4
ZOOMS = (3, 18)


@dataclass(frozen=True)
class Drawn:
    """A rendered map: the element, the files it asks for, and the script with its digest."""

    html: str
    scripts: tuple[str, ...]
    styles: tuple[str, ...]
    script: str
    digest: str


def draw_map(config: dict[str, Any], *, static_base: str, crs: str = "EPSG3857") -> Drawn:
    """The outlet map with `config`, its libraries taken from `static_base` (a path, or more than one CDN creeps in)."""
    return _draw(json.dumps(config, ensure_ascii=False, sort_keys=True), static_base, crs)


@lru_cache(maxsize=16)
def _draw(config: str, static_base: str, crs: str) -> Drawn:
    outlet_map = build_map(json.loads(config), static_base=static_base, crs=crs)
    figure = outlet_map.get_root()
    figure.render()
    script = "".join(child.render() for child in figure.script._children.values())
    script = f'"use strict";\n{_squeezed(script)}\n'
    return Drawn(
        html=_squeezed("".join(child.render() for child in figure.html._children.values())),
        scripts=tuple(address for _name, address in linked(outlet_map, "default_js")),
        styles=tuple(address for _name, address in linked(outlet_map, "default_css")),
        script=script,
        digest=hashlib.sha256(script.encode()).hexdigest()[:16],
    )


def build_map(config: dict[str, Any], *, static_base: str, crs: str = "EPSG3857") -> Any:
    """The folium map: no tiles, no CDN, fixed element id, our element as its only child."""
    import folium  # half a second; only the first map of a process pays it

    own = _element_class()(config)
    own.default_js = [("qudao_datum", f"{static_base}js/map/datum.js")] if crs != "EPSG3857" else []
    outlet_map = folium.Map(
        location=CHINA,
        zoom_start=FIRST_ZOOM,
        min_zoom=ZOOMS[0],
        max_zoom=ZOOMS[1],
        tiles=None,
        crs=crs,
        prefer_canvas=True,
        zoom_control=False,
        attribution_control=False,
        zoom_snap=1,
        world_copy_jump=False,
    )
    outlet_map._id = NAME
    # Folium brings jQuery, Bootstrap and three icon fonts from four CDNs; this map uses none of them.
    outlet_map.default_js = [("leaflet", f"{static_base}vendor/leaflet/leaflet.js")]
    outlet_map.default_css = [("leaflet_css", f"{static_base}vendor/leaflet/leaflet.css")]
    outlet_map.add_child(own)
    return outlet_map


def linked(element: Any, attribute: str) -> list[tuple[str, str]]:
    """The files that a folium element and everything in it ask for."""
    found = list(getattr(element, attribute, []))
    for child in element._children.values():
        found += linked(child, attribute)
    return found


@lru_cache(maxsize=1)
def _element_class() -> type[Any]:
    from branca.element import MacroElement
    from folium.elements import JSCSSMixin
    from folium.template import Template

    class OutletLayers(JSCSSMixin, MacroElement):
        """Starts the module that draws outlets and regions, with configuration as JSON."""

        default_js: list[tuple[str, str]] = []
        default_css: list[tuple[str, str]] = []
        _template = Template(
            """
            {% macro script(this, kwargs) %}
            import({{ this.config.module|tojson }}).then(
              (qudao) => qudao.start({{ this._parent.get_name() }}, {{ this.config|tojson }})
            );
            {% endmacro %}
            """
        )

        def __init__(self, config: dict[str, Any]) -> None:
            super().__init__()  # type: ignore[no-untyped-call]
            self._name = "OutletLayers"
            self._id = NAME
            self.config = config

    return OutletLayers


def _squeezed(text: str) -> str:
    """Without the blank lines and the indentation that templates leave behind."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
