"""What this is, and whose work is in it."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web.assets import licence_texts, vendored

__all__ = ["about_pages"]


def about_pages() -> Blueprint:
    """`/about`."""
    pages = Blueprint("about", __name__)

    @pages.get("/about")
    def about() -> ResponseReturnValue:
        return render_template("about.html", parts=vendored(), licences=licence_texts())

    return pages
