"""Where things lie in JSON text: spans of members and elements, found by NumPy in whole blocks.

Works on text that is valid JSON already (json_lines.py asks DuckDB first) and gives positions only, so
that every record keeps its very bytes. Must not live here: any decision on what is a record.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bytes = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_IS_STRUCTURAL = np.zeros(256, dtype=bool)
_IS_STRUCTURAL[np.frombuffer(b"{}[],:", dtype=np.uint8)] = True
_IS_BLANK = np.zeros(256, dtype=bool)
_IS_BLANK[np.frombuffer(b" \t\r\n", dtype=np.uint8)] = True
_OPEN_ARRAY, _OPEN_OBJECT = np.uint8(ord("[")), np.uint8(ord("{"))


@dataclass(frozen=True)
class Spans:
    """Stretches of the text: `[start, end)`, each with the number of the document that owns it."""

    owner: Positions
    start: Positions
    end: Positions

    def where(self, mask: Flags) -> Spans:
        return Spans(self.owner[mask], self.start[mask], self.end[mask])

    def __len__(self) -> int:
        return len(self.start)


class Structure:
    """The brackets, commas and colons outside of strings, each with the depth it stands at."""

    def __init__(self, text: Bytes) -> None:
        self.text = text
        self._backslashes = np.flatnonzero(text == ord("\\"))
        self._quotes = _quotes(text, self._backslashes)
        found = np.flatnonzero(_IS_STRUCTURAL[text])
        inside = np.searchsorted(self._quotes, found) & 1
        self._position = found[inside == 0]
        self._char = text[self._position]
        opens = (self._char == ord("{")) | (self._char == ord("["))
        closes = (self._char == ord("}")) | (self._char == ord("]"))
        depth = np.cumsum(opens.astype(np.int64) - closes)
        self._level = depth + closes

    @property
    def is_open(self) -> bool:
        """Say whether a bracket still waits for its other half."""
        return bool(len(self._level)) and bool(self._level[-1] > (1 if self._char[-1] in b"]}" else 0))

    def members(self, objects: Spans, level: int, key: str) -> Spans:
        """Find the value of `key` in each object; an object's own brackets stand at `level`."""
        if not len(objects):
            return objects
        at = np.flatnonzero(self._level == level)
        position, char = self._position[at], self._char[at]
        colons = np.flatnonzero(char == ord(":"))
        colons = colons[self._key_is(position[colons], key)]
        start, end = position[colons] + 1, position[colons + 1]
        inside = np.searchsorted(objects.start, start, side="right") - 1
        held = (inside >= 0) & (end <= objects.end[np.maximum(inside, 0)])
        return self.trimmed(Spans(objects.owner[inside[held]], start[held], end[held]))

    def elements(self, arrays: Spans, level: int) -> tuple[Spans, Positions]:
        """Cut arrays into elements; `level` is that of their brackets. Gives the index of each, too."""
        if not len(arrays):
            return arrays, arrays.start
        at = np.flatnonzero(self._level == level)
        position, char = self._position[at], self._char[at]
        inside = np.searchsorted(arrays.start, position, side="right") - 1
        held = (inside >= 0) & (position < arrays.end[np.maximum(inside, 0)])
        position, char, inside = position[held], char[held], inside[held]
        begins = np.flatnonzero(char != ord("]"))
        spans = Spans(arrays.owner[inside[begins]], position[begins] + 1, position[begins + 1])
        first = np.flatnonzero(char[begins] == _OPEN_ARRAY)
        sizes = np.diff(np.append(first, len(begins)))
        index = np.arange(len(begins)) - np.repeat(first, sizes)
        spans = self.trimmed(spans)
        filled = spans.end > spans.start
        return spans.where(filled), index[filled]

    def is_array(self, spans: Spans) -> Flags:
        return np.equal(self.text[spans.start], _OPEN_ARRAY)

    def is_object(self, spans: Spans) -> Flags:
        return np.equal(self.text[spans.start], _OPEN_OBJECT)

    def _key_is(self, colons: Positions, key: str) -> Flags:
        plain = np.frombuffer(key.encode(), dtype=np.uint8)
        closing = np.searchsorted(self._quotes, colons) - 1
        begins, ends = self._quotes[closing - 1] + 1, self._quotes[closing]
        same: Flags = np.equal(ends - begins, len(plain))
        candidates = np.flatnonzero(same)
        letters = self.text[begins[candidates][:, None] + np.arange(len(plain))]
        same[candidates] = (letters == plain).all(axis=1)
        before = np.searchsorted(self._backslashes, begins), np.searchsorted(self._backslashes, ends)
        for at in np.flatnonzero(before[0] < before[1]):  # rare: a name written with escapes
            same[at] = json.loads(self.text[begins[at] - 1 : ends[at] + 1].tobytes()) == key
        return same

    def trimmed(self, spans: Spans) -> Spans:
        """Take the blanks before and after each stretch away."""
        start, end = spans.start.copy(), spans.end.copy()
        while (blank := (start < end) & _IS_BLANK[self.text[np.minimum(start, len(self.text) - 1)]]).any():
            start[blank] += 1
        while (blank := (start < end) & _IS_BLANK[self.text[end - 1]]).any():
            end[blank] -= 1
        return Spans(spans.owner, start, end)


def _quotes(text: Bytes, backslashes: Positions) -> Positions:
    """Positions of the quotes that begin and end strings: not those after an odd run of backslashes."""
    is_quote = text == ord('"')
    if len(backslashes):
        begins = np.flatnonzero(np.append(True, np.diff(backslashes) != 1))
        lengths = np.diff(np.append(begins, len(backslashes)))
        after = (backslashes[begins] + lengths)[lengths % 2 == 1]
        is_quote[after[after < len(text)]] = False
    return np.flatnonzero(is_quote)


def cut(text: Any, start: Positions, end: Positions) -> pa.Array:
    """Copy stretches of a text, in order and not overlapping, into an Arrow array of bytes."""
    if not len(start):
        return pa.array([], pa.binary())
    bounds = np.empty(2 * len(start) + 1, dtype=np.int32)
    bounds[0:-1:2], bounds[1::2], bounds[-1] = start, end, end[-1]
    pieces = pa.Array.from_buffers(
        pa.binary(), 2 * len(start), [None, pa.py_buffer(bounds), pa.py_buffer(text)]
    )
    return pieces.take(pa.array(np.arange(0, 2 * len(start), 2)))
