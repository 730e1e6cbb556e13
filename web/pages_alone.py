"""Templates outside a request: the pages that are written to files."""

from __future__ import annotations

from functools import cache

import jinja2

from services.domain.wording import Language
from web.texts import in_language

__all__ = ["render_alone"]


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render_alone(template: str, language: Language, **facts: object) -> str:
    """A page that needs no server."""
    page = _environment().get_template(template)
    return page.render(t=in_language(language), language=str(language), **facts)
