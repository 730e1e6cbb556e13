"""Placemarks of a KML document, one after the other, with bounded memory.

The text is fed to a parser that refuses document types and entities; what is kept at any time
is the Placemark at hand. Nothing that a document links to is fetched.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from mmap import ACCESS_READ, mmap
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from geo.errors import UnreadableFileError
from geo.io.text_encoding import ChosenEncoding, choose_encoding, encoding_named
from geo.io.xml_root import declared_encoding, local_name
from geo.reading_codes import Fault

__all__ = ["KmlSurvey", "Placemark", "kml_encoding", "placemarks"]

PLACEMARK, FOLDER, NAME = "Placemark", "Folder", "name"
LINK = "NetworkLink"
OVERLAYS = frozenset({"GroundOverlay", "PhotoOverlay", "ScreenOverlay", "Tour"})
# deeper than any tree of folders, and far less than what would exhaust the stack
MAX_DEPTH = 200
CHUNK_BYTES = 1 << 18
HEAD_BYTES = 1024
SEGMENTS_LOOKED_AT = 20_000
# a text or a tag; neither sign of this pair is ever the second byte of one in GBK
SEGMENT = re.compile(rb"[^<>]+")
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "UTF-8"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


@dataclass(frozen=True, slots=True)
class Placemark:
    """One Placemark as an element, and the names of its folders from the outside in."""

    element: Element
    folders: tuple[str, ...]


@dataclass(slots=True)
class KmlSurvey:
    """What a document holds beside Placemarks; complete once they were gone through."""

    links: int = 0
    overlays: int = 0
    folders: dict[str, None] = field(default_factory=dict)


class _TooDeepError(Exception):
    pass


class _Target:
    """Target of the parser: builds Placemarks, and knows in which folders it is."""

    def __init__(self, survey: KmlSurvey) -> None:
        self.ready: list[Placemark] = []
        self._survey = survey
        self._path: list[str] = []
        self._folders: list[str] = []
        self._builder: TreeBuilder | None = None
        self._text: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local_name(tag)
        if len(self._path) >= MAX_DEPTH:
            raise _TooDeepError
        self._path.append(name)
        self._text = []
        if name == PLACEMARK:
            if self._builder is not None:
                raise ParseError("a Placemark in a Placemark")
            self._builder = TreeBuilder()
        if self._builder is not None:
            self._builder.start(tag, attributes)
        elif name == FOLDER:
            self._folders.append("")
        self._survey.links += name == LINK
        self._survey.overlays += name in OVERLAYS

    def data(self, text: str) -> None:
        if self._builder is not None:
            self._builder.data(text)
        else:
            self._text.append(text)

    def end(self, tag: str) -> None:
        name = self._path.pop()
        if self._builder is not None:
            self._builder.end(tag)
            if name == PLACEMARK:
                self._finish(self._builder.close())
        elif name == NAME and self._path and self._path[-1] == FOLDER:
            self._folders[-1] = "".join(self._text).strip()
        elif name == FOLDER:
            self._folders.pop()

    def close(self) -> None:
        """A target must have it."""

    def _finish(self, element: Element) -> None:
        self._builder = None
        folders = tuple(filter(None, self._folders))
        self.ready.append(Placemark(element, folders))
        self._survey.folders.setdefault("/".join(folders))


def kml_encoding(path: Path, option: str | None, *, file: str) -> tuple[ChosenEncoding, str | None]:
    """Encoding of a document, and the one that its declaration claims.

    A byte order mark settles it; otherwise the user's word, then the bytes of texts and names
    against the declaration.

    Raises
    ------
    UnreadableFileError
        No encoding fits, or the one given does not exist.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    for mark, name in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return ChosenEncoding(name), None
    if option is not None:
        return ChosenEncoding(encoding_named(option)), None
    claimed = _claimed(head)
    chosen = choose_encoding(_samples(path), claimed)
    if chosen is None:
        raise UnreadableFileError(Fault.UNREADABLE_ENCODING, file=file)
    return chosen, claimed


def _claimed(head: bytes) -> str | None:
    declared = declared_encoding(head)
    if declared is None:
        return None
    try:
        return encoding_named(declared)
    except UnreadableFileError:
        return None


def _samples(path: Path) -> list[bytes]:
    """The first texts and tags that go beyond ASCII, each once."""
    samples: dict[bytes, None] = {}
    seen = 0
    with path.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as data:
        for match in SEGMENT.finditer(data):
            segment = match.group()
            if not segment.isascii():
                samples[segment] = None
                seen += 1
            if seen == SEGMENTS_LOOKED_AT:
                break
    return list(samples)


def placemarks(path: Path, encoding: str, survey: KmlSurvey, *, file: str) -> Iterator[Placemark]:
    """Placemarks of a document in their order; `survey` is filled on the way.

    Raises
    ------
    UnreadableFileError
        A document type or an entity (`xml_forbidden`), not well formed or cut off
        (`kml_broken`, with line and column), elements deeper than 200 (`kml_too_deep`), bytes
        that the encoding does not have (`unreadable_encoding`).
    """
    target = _Target(survey)
    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    try:
        for text in _texts(path, encoding):
            parser.feed(text)
            yield from target.ready
            target.ready.clear()
        parser.close()
        yield from target.ready
    except DefusedXmlException as err:
        raise UnreadableFileError(Fault.XML_FORBIDDEN, file=file) from err
    except ParseError as err:
        line, column = getattr(err, "position", (0, 0))
        raise UnreadableFileError(
            Fault.KML_BROKEN, file=file, line=line, column=column + 1
        ) from err
    except _TooDeepError as err:
        raise UnreadableFileError(Fault.KML_TOO_DEEP, file=file, limit=MAX_DEPTH) from err
    except UnicodeDecodeError as err:
        raise UnreadableFileError(Fault.UNREADABLE_ENCODING, file=file) from err


def _texts(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with path.open("rb") as stream:
        begin = decoder.decode(stream.read(CHUNK_BYTES)).removeprefix("\ufeff")
        yield begin.lstrip()
        while chunk := stream.read(CHUNK_BYTES):
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)
