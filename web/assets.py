"""Vendored and own static files: where they are, and their text for pages that stand alone."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["MAP_SCRIPTS", "MAP_STYLES", "Vendored", "inline_script", "inline_style", "vendored"]

STATIC = Path(__file__).with_name("static")
MAP_STYLES = ("vendor/leaflet/leaflet.css", "css/tokens.css", "css/map.css")
MAP_SCRIPTS = (
    "vendor/leaflet/leaflet.js",
    "js/map_parts.js",
    "js/map_geometry.js",
    "js/map.js",
)


@dataclass(frozen=True, slots=True)
class Vendored:
    """One third-party package in `static/vendor`, with the SHA-256 of each of its files."""

    name: str
    version: str
    licence: str
    files: Mapping[str, str]

    def changed_files(self) -> list[str]:
        """Files whose content is not what was vendored."""
        return [name for name, digest in self.files.items() if _sha256(name) != digest]


def _sha256(name: str) -> str:
    return hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest()


@cache
def vendored() -> tuple[Vendored, ...]:
    """All third-party packages that are shipped."""
    rows: list[dict[str, Any]] = json.loads((STATIC / "vendor/vendor.json").read_text("utf-8"))
    return tuple(Vendored(**row) for row in rows)


@cache
def inline_script(name: str) -> str:
    """Text of a script that may stand between script tags."""
    source = (STATIC / name).read_text("utf-8")
    source = re.sub(r"^//# sourceMappingURL=.*$", "", source, flags=re.MULTILINE)
    return source.replace("</script", r"<\/script").strip()


@cache
def inline_style(name: str) -> str:
    """Text of a style sheet without any address in it: images become data, or nothing."""
    path = STATIC / name

    def embed(match: re.Match[str]) -> str:
        target = path.parent / match.group(1)
        if match.group(1).startswith(("data:", "#")):
            return match.group(0)
        if not target.is_file():
            return "none"
        data = base64.b64encode(target.read_bytes()).decode("ascii")
        return f"url(data:image/png;base64,{data})"

    return re.sub(r"""url\(["']?([^"')]+)["']?\)""", embed, path.read_text("utf-8"))


@cache
def licence_texts() -> str:
    """Licences of the third-party files, in full."""
    return (STATIC / "vendor/THIRD_PARTY.md").read_text("utf-8")
