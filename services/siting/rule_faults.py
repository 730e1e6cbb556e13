"""Faults of rule files, each with its file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from geo.errors import Param
from geo.intake import Refusal
from services.errors import InvalidRuleSetError

__all__ = ["Fault", "line_of", "refuse", "syntax_fault", "validation_faults"]

HEADER = re.compile(r"\[\[?\s*(?P<path>[^\]]+?)\s*\]\]?\s*(#.*)?$")
SYNTAX_LINE = re.compile(r"line (\d+)")
PART = re.compile(r'"([^"]+)"|([A-Za-z0-9_-]+)')
# names of pydantic's own checks
UNKNOWN_KEY, MISSING_KEY = "extra_forbidden", "missing"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: file, line, code and facts of its message."""

    file: str
    line: int
    code: str
    facts: Mapping[str, Param] = field(default_factory=dict)


def refuse(faults: Sequence[Fault]) -> None:
    """Raise all faults together; nothing where there are none.

    Raises
    ------
    InvalidRuleSetError
        With one entry per fault in `refused`.
    """
    if not faults:
        return
    raise InvalidRuleSetError(
        refused=tuple(
            Refusal(None, f"{f.file}:{f.line}", f.code, {"file": f.file, "line": f.line, **f.facts})
            for f in faults
        ),
        faults=len(faults),
    )


def syntax_fault(file: str, error: tomllib.TOMLDecodeError) -> Fault:
    """Fault of a file that is no TOML."""
    found = SYNTAX_LINE.search(str(error))
    line = int(found.group(1)) if found else 1
    return Fault(file, line, "rule_file_unreadable", {"reason": str(error)})


def validation_faults(
    error: ValidationError, texts: Mapping[str, str], document: Mapping[str, Any]
) -> Iterator[Fault]:
    """Faults of a document that has not the shape of a rule file.

    Parameters
    ----------
    texts
        The files that make the document, the most special first: a key is looked for in
        each in turn.
    """
    for entry in error.errors(include_url=False):
        path = entry["loc"]
        file, line = _place(texts, path, document)
        key = ".".join(str(part) for part in path)
        if entry["type"] == UNKNOWN_KEY:
            yield Fault(file, line, "rule_key_unknown", {"key": key})
        elif entry["type"] == MISSING_KEY:
            yield Fault(file, line, "rule_key_missing", {"key": key})
        else:
            facts: dict[str, Param] = {"key": key, "found": str(entry["input"])[:80]}
            yield Fault(file, line, "rule_value", facts)


def _place(
    texts: Mapping[str, str], path: Sequence[str | int], document: Mapping[str, Any]
) -> tuple[str, int]:
    best = (list(texts)[-1], 1, 0)
    for file, text in texts.items():
        line, depth = _search(text, path, document)
        if depth > best[2]:
            best = (file, line, depth)
    return best[0], best[1]


def line_of(text: str, path: Sequence[str | int], document: Mapping[str, Any]) -> int:
    """Line where the deepest known part of a path stands; 1 where nothing of it is found.

    `path` is as in the parsed document: keys of tables, positions in arrays of tables.
    """
    return _search(text, path, document)[0]


def _search(text: str, path: Sequence[str | int], document: Mapping[str, Any]) -> tuple[int, int]:
    """Line and depth of the deepest match."""
    lines = text.splitlines()
    tables = _tables_of(lines)
    best = (1, 0)
    for start, end, header in tables:
        shared = _shared(header, path)
        if shared < len(header):
            continue
        line, depth = start, shared
        rest = path[shared:]
        if rest:
            needle = _needle(rest[0])
            inside = range(start, end)
            found = next((n for n in inside if needle and needle.search(lines[n])), None)
            if found is not None:
                line, depth = found + 1, shared + 1
                deeper = _element(path, document)
                row = next((n for n in range(found, end) if deeper and deeper in lines[n]), None)
                line = row + 1 if row is not None else line
        if depth > best[1]:
            best = (line, depth)
    return best


def _tables_of(lines: Sequence[str]) -> list[tuple[int, int, tuple[str | int, ...]]]:
    """First line (1-based), end and path of each table; the part before any header first."""
    found: list[tuple[int, tuple[str | int, ...]]] = [(0, ())]
    counts: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        header = HEADER.match(line.strip())
        if header is None or "=" in line.split("#")[0].split('"')[0]:
            continue
        names: list[str | int] = [a or b for a, b in PART.findall(header.group("path"))]
        if line.strip().startswith("[["):
            key = ".".join(map(str, names))
            names.append(counts.get(key, 0))
            counts[key] = counts.get(key, 0) + 1
        found.append((number, tuple(names)))
    ends = [start for start, _ in found[1:]] + [len(lines) + 1]
    return [(start, end - 1, path) for (start, path), end in zip(found, ends, strict=True)]


def _shared(header: Sequence[str | int], path: Sequence[str | int]) -> int:
    count = 0
    for one, other in zip(header, path, strict=False):
        if str(one) != str(other):
            break
        count += 1
    return count


def _needle(key: str | int) -> re.Pattern[str] | None:
    return re.compile(rf'^\s*"?{re.escape(str(key))}"?\s*=') if isinstance(key, str) else None


def _element(path: Sequence[str | int], document: Mapping[str, Any]) -> str | None:
    """Text by which a row of an inline array is known: the value of its `name`."""
    value: Any = document
    name = None
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(value, dict) and isinstance(value.get("name"), str):
            name = value["name"]
    return f'"{name}"' if name else None
