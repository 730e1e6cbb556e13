"""A frozen result inside the page of another system: verdict, map, legend, no menus."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web.assets import MAP_SCRIPTS, MAP_STYLES
from web.language import page_language
from web.maps import result_map_parts
from web.numbers import DASH
from web.ports import Services
from web.presentation.verdict_card import oldest_date, verdict_card

__all__ = ["embed_pages"]


def embed_pages(services: Services) -> Blueprint:
    """`/embed/result/<number>`, to be shown in a frame."""
    pages = Blueprint("embed", __name__, url_prefix="/embed")

    @pages.get("/result/<number>")
    def result(number: str) -> ResponseReturnValue:
        found, language = services.load(number), page_language()
        return render_template(
            "embed.html",
            result=found,
            card=verdict_card(found, language),
            data_date=oldest_date(found) or DASH,
            map=result_map_parts(found, language),
            map_styles=MAP_STYLES,
            map_scripts=MAP_SCRIPTS,
        )

    return pages
