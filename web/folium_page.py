"""From a folium map to the parts of a page: no link, no template left in them."""

from __future__ import annotations

from dataclasses import dataclass

from branca.element import CssLink, Figure, JavascriptLink
from markupsafe import Markup

from web.folium_elements import OfflineMap

__all__ = ["ExternalLinkError", "MapParts", "map_parts"]


class ExternalLinkError(RuntimeError):
    """A map asks for a script or style sheet from outside: a fault of ours, never served."""


@dataclass(frozen=True, slots=True)
class MapParts:
    """Element and script of one map, ready for a page that loads Leaflet and our scripts."""

    body: Markup
    script: Markup


def map_parts(drawn: OfflineMap) -> MapParts:
    """Render a map once.

    Raises
    ------
    ExternalLinkError
        An element brought a link along.
    """
    figure = drawn.get_root()
    if not isinstance(figure, Figure):
        raise TypeError("a map stands in a figure")
    for child in figure._children.values():
        child.render()
    for element in figure.header._children.values():
        if isinstance(element, (CssLink, JavascriptLink)):
            raise ExternalLinkError(element.url)
    # markup by construction: ids of folium, and facts that went through script_json
    return MapParts(Markup(figure.html.render()), Markup(figure.script.render()))
