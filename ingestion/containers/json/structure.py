"""Where things lie in JSON text: spans of members and elements, found by NumPy in whole blocks.

Works on text that is valid JSON already (classification.py asks DuckDB first) and gives positions only, so
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
_BLANKS = b" \t\r\n"
_IS_BLANK[np.frombuffer(_BLANKS, dtype=np.uint8)] = True
_OPEN_ARRAY, _OPEN_OBJECT = np.uint8(ord("[")), np.uint8(ord("{"))
_EMPTY = (b"null", b'""', b"[]", b"{}")
# Blanks that are stepped over in all stretches at once; a longer run is taken away at one go.
_STEPS = 64


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

    def turns(self) -> Positions:
        """Find where a value that has closed meets the opening bracket of another, with blanks between."""
        opens = (self._char[1:] == ord("{")) | (self._char[1:] == ord("["))
        closes = (self._char[:-1] == ord("}")) | (self._char[:-1] == ord("]"))
        met = np.flatnonzero(closes & opens & (self._level[:-1] == 1) & (self._level[1:] == 1))
        start, end = self._position[met] + 1, self._position[met + 1]
        between = self.trimmed(Spans(met, start, end))
        turns: Positions = end[between.start >= between.end]
        return turns

    def members(self, objects: Spans, level: int, key: str) -> Spans:
        """Find the value of `key` in each object; an object's own brackets stand at `level`.

        Where an object gives the key more than once, the last value that is not empty counts.
        """
        if not len(objects):
            return objects
        at = np.flatnonzero(self._level == level)
        position, char = self._position[at], self._char[at]
        colons = np.flatnonzero(char == ord(":"))
        colons = colons[self._key_is(position[colons], key)]
        start, end = position[colons] + 1, position[colons + 1]
        inside = np.searchsorted(objects.start, start, side="right") - 1
        held = (inside >= 0) & (end <= objects.end[np.maximum(inside, 0)])
        found = self.trimmed(Spans(objects.owner[inside[held]], start[held], end[held]))
        return self._last_filled(found, inside[held])

    def _last_filled(self, values: Spans, objects: Positions) -> Spans:
        """Of the values that one object gives under one key keep the last that is not empty."""
        if len(np.unique(objects)) == len(objects):
            return values
        kept: dict[int, int] = {}
        for at, number in enumerate(objects.tolist()):
            text = self.text[values.start[at] : min(values.end[at], values.start[at] + 1024)].tobytes()
            if number not in kept or b"".join(text.split()) not in _EMPTY:
                kept[number] = at
        return values.where(np.isin(np.arange(len(values)), list(kept.values())))

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
        return Spans(spans.owner, *trimmed(self.text, spans.start, spans.end))


def trimmed(text: Bytes, start: Positions, end: Positions) -> tuple[Positions, Positions]:
    """Give the stretches of a text without the blanks before and after them."""
    start, end, last = start.copy(), end.copy(), len(text) - 1
    if last < 0:
        return start, end
    for _ in range(_STEPS):
        if not (blank := (start < end) & _IS_BLANK[text[np.minimum(start, last)]]).any():
            break
        start[blank] += 1
    for at in np.flatnonzero((start < end) & _IS_BLANK[text[np.minimum(start, last)]]):
        start[at] = end[at] - len(text[start[at] : end[at]].tobytes().lstrip(_BLANKS))
    for _ in range(_STEPS):
        if not (blank := (start < end) & _IS_BLANK[text[end - 1]]).any():
            break
        end[blank] -= 1
    for at in np.flatnonzero((start < end) & _IS_BLANK[text[end - 1]]):
        end[at] = start[at] + len(text[start[at] : end[at]].tobytes().rstrip(_BLANKS))
    return start, end


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
