"""The folium classes that a map of ours may hold, with text that stays text.

folium puts names into HTML and into JavaScript template literals, and compiles every rendered
element once more as a Jinja template, so that `<img onerror=…>`, `${…}` and `{{…}}` in a
project's name would run in the browser or on the server. The elements here hand their facts
to the page as JSON with every such character written as an escape, verbatim; the page's own
script makes DOM text nodes of them.
"""

from __future__ import annotations

import json
import re
from typing import Any

import folium
from branca.element import Element, Figure, MacroElement
from folium.template import Template

__all__ = ["Legend", "OfflineMap", "PageScript", "ShapeLayer", "script_json"]

STRING_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"')
UNSAFE = re.compile(r"[<>&'`${}\u007f\u2028\u2029]")


def script_json(value: Any) -> str:
    """JSON for the inside of a script element, whatever template or literal it lands in."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return STRING_LITERAL.sub(_escape_literal, text)


def _escape_literal(literal: re.Match[str]) -> str:
    return UNSAFE.sub(lambda match: f"\\u{ord(match.group()):04x}", literal.group())


class Verbatim(Element):
    """Finished text that is not compiled as a template again."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **kwargs: Any) -> str:
        """The text as it is."""
        return self._text


class OfflineMap(folium.Map):
    """A map without base map and without links: the page brings Leaflet.

    `options` go to the page's own `plotwise.openMap` (labels, projection, first view).
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - replaces folium's list of links
    default_css: list[tuple[str, str]] = []  # noqa: RUF012
    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <div class="folium-map" id="{{ this.get_name() }}" tabindex="0"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.map("{{ this.get_name() }}", {
            center: {{ this.location|tojson }}, zoom: 11, minZoom: 3, maxZoom: 22,
            zoomSnap: 0.25, zoomControl: false, attributionControl: false
        });
        {% endmacro %}
        """
    )

    def __init__(self, *, center: tuple[float, float], options: dict[str, Any]) -> None:
        super().__init__(location=center, tiles=None)
        PageScript("openMap", options).add_to(self)


class PageScript(MacroElement):
    """One call of a function of the page's own script: `plotwise.<function>(map, facts)`."""

    def __init__(self, function: str, facts: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca leaves this one untyped
        self._function = function
        self._facts = script_json(facts)

    def render(self, **kwargs: Any) -> str:
        """Put the call into the script part of the page."""
        figure, parent = self.get_root(), self._parent
        if not isinstance(figure, Figure) or parent is None:
            raise TypeError("an element is rendered as part of a map")
        call = f"plotwise.{self._function}({parent.get_name()}, {self._facts});"
        figure.script.add_child(Verbatim(call), name=self.get_name())
        return ""


class ShapeLayer(PageScript):
    """Polygons of one subject that are switched on and off together."""

    def __init__(self, facts: dict[str, Any]) -> None:
        super().__init__("addShapes", facts)


class Legend(PageScript):
    """Key of the map, which is also the switch of its layers."""

    def __init__(self, groups: list[dict[str, Any]]) -> None:
        super().__init__("addLegend", groups)
