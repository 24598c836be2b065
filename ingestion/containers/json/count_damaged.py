"""Counts the records of JSON values that DuckDB cannot count: damaged, run together, a name given twice.

Python's own parser does it, over a text in which what is damaged is simplified. Part of the second
opinion (count.py): shares no code with what reads. Must not live here: where values lie in a file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_BLANKS = b" \t\r\n"
_ESCAPED = re.compile(rb'\\[\\"]')
_MARK = re.compile(rb'"[^"]*"?|[{\[]|[}\]]|[^ \t\r\n{}\[\]"]+')
_ESCAPED_LETTER = re.compile(r"\\.", re.DOTALL)
# texts, commas that nothing follows (DuckDB passes them over), numbers and the like
_WORD = re.compile(r'("[^"]*")|(?<![\[{,])(,)(?=[ \t\r\n]*[}\]])|[^ \t\r\n\[\]{},:"]+')


@dataclass(frozen=True)
class _Object:
    """What counts of an object: the values of the names that pages have, and all of its names."""

    held: dict[str, Any]
    names: frozenset[str]


_EMPTY = _Object({}, frozenset())
_PLAIN = _Object({}, frozenset({"a name that no page has"}))


class DamagedCount:
    """Counts value by value, holding of each no more than its lists."""

    def __init__(self, pages: tuple[str, ...], signs: frozenset[str], envelope: frozenset[str]) -> None:
        self._paths = [page.split("/")[1:] for page in pages]
        self._told_by = {path[0] for path in self._paths} | signs
        self._watched = {name for path in self._paths for name in path} | signs
        self._envelope = envelope | signs
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_int=_nought,
            parse_float=_nought,
            parse_constant=_nought,
            strict=False,
        )

    def count(self, raw: bytes, *, may_be_several: bool) -> int:
        """Count the records of a value, or of several that stand one right after another."""
        if raw.lstrip(_BLANKS)[:1] not in (b"{", b"["):
            return 1
        pieces = _pieces(raw) if may_be_several else [raw]
        return sum(self._of_value(self._parsed(piece), is_element=not may_be_several) for piece in pieces)

    def _of_value(self, value: Any, *, is_element: bool) -> int:
        if isinstance(value, list) and not is_element:
            return sum(self._of_value(inner, is_element=True) for inner in value)
        if not isinstance(value, _Object) or self._told_by.isdisjoint(value.names):
            return 1
        found = [_at(value, path) for path in self._paths]
        lists = [f for f in found if isinstance(f, list | _Object)]
        if lists:
            return sum(len(f) if isinstance(f, list) else 1 for f in lists)
        return 0 if value.names <= self._envelope else 1

    def _parsed(self, raw: bytes) -> Any:
        text = raw.strip(_BLANKS).decode("utf-8", "replace")
        try:
            return self._decoder.decode(text)
        except ValueError:
            simple = _ESCAPED_LETTER.sub("xx", text)
            try:
                return self._decoder.decode(_WORD.sub(_simple, simple))
            except (ValueError, RecursionError):
                return None
        except RecursionError:
            return None

    def _object(self, pairs: list[tuple[str, Any]]) -> _Object:
        names = frozenset(name for name, _ in pairs)
        if self._watched.isdisjoint(names):
            return _PLAIN if pairs else _EMPTY
        held: dict[str, Any] = {}
        for name, value in pairs:
            if name not in held or not _is_empty(value):
                held[name] = value
        return _Object({name: held[name] for name in names & self._watched}, names)


def _simple(word: re.Match[str]) -> str:
    return word[1] or ("" if word[2] else "0")


def _nought(_: str) -> int:
    return 0


def _is_empty(value: Any) -> bool:
    return value is None or value is _EMPTY or value in ("", [])


def _at(value: Any, path: list[str]) -> Any:
    for name in path:
        value = value.held.get(name) if isinstance(value, _Object) else None
    return value


def _pieces(raw: bytes) -> Iterator[bytes]:
    """Cut where a value has closed all its brackets and the next thing that stands there opens one."""
    depth, begin, has_closed = 0, 0, False
    for mark in _MARK.finditer(_ESCAPED.sub(b"xx", raw)):
        letter = mark[0][:1]
        if letter in (b"{", b"["):
            if depth == 0 and has_closed:
                yield raw[begin : mark.start()]
                begin = mark.start()
            depth += 1
        elif letter in (b"}", b"]"):
            depth -= 1
        has_closed = letter in (b"}", b"]")
    yield raw[begin:]
