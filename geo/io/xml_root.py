"""The root element of an XML file, found without believing anything else that it says.

Document types and entities are forbidden: they are how a small file grows without end or
reaches for other files.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

__all__ = ["FORBIDDEN_ROOT", "declared_encoding", "local_name", "root_name"]

# no element can be called so
FORBIDDEN_ROOT = "!DOCTYPE"
DECLARATION = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")


class _RootFoundError(Exception):
    pass


class _Root:
    """Target of a parser that stops at the first element."""

    name = ""

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        self.name = tag
        raise _RootFoundError

    def close(self) -> None:
        """A target must have it."""


@lru_cache(maxsize=512)
def local_name(tag: Any) -> str:
    """Name of an element without its namespace; comments and the like have none."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def declared_encoding(head: bytes) -> str | None:
    """Encoding that the XML declaration names; `None` without one."""
    found = DECLARATION.match(head.removeprefix(codecs.BOM_UTF8))
    return found.group(1).decode("ascii") if found else None


def root_name(text: str) -> str:
    """Local name of the root element in the begin of a document.

    Empty where there is none; `FORBIDDEN_ROOT` where the file has a document type.
    """
    target = _Root()
    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    try:
        parser.feed(text)
    except _RootFoundError:
        return local_name(target.name)
    except DefusedXmlException:
        return FORBIDDEN_ROOT
    except ParseError:
        return ""
    return ""
