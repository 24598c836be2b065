"""JSON values cut out of a stream, in bounded memory: one a line, or laid out over lines, one after another.

The rule: where a line ends with a closing bracket and the next one begins with an opening one, a value
ends and another begins, since inside a value a comma parts them. A line that opens a bracket, is no JSON
by itself and is not followed by such a place, begins a value over many lines, which reaches as far as the
next such place. But these are broken lines and no value, where the last of them is an object or array by
itself, or another is one and the line before it ends with neither comma, colon nor opening bracket. Every
other line is a value. So damage costs the value that it is in. Must not live here: what a value is
(classification.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.containers.container import UnreadableFile
from ingestion.containers.json.structure import Flags, Positions, cut, trimmed

BLOCK_BYTES = 16 * 2**20
AreJson = Callable[[pa.Array], Flags]
_OPENS = np.zeros(256, dtype=bool)
_OPENS[np.frombuffer(b"{[", dtype=np.uint8)] = True
_LEADS = np.zeros(256, dtype=bool)  # what a value inside another follows
_LEADS[np.frombuffer(b",:[", dtype=np.uint8)] = True
_CLOSES = np.zeros(256, dtype=bool)
_CLOSES[np.frombuffer(b"}]", dtype=np.uint8)] = True


@dataclass(frozen=True)
class Values:
    """Values in their order, each with the number of the line it begins at. `is_last`: no more follow."""

    raw: pa.Array
    lines: Positions
    is_last: bool


def cut_values(stream: IO[bytes], first: bytes, limit: int, are_json: AreJson) -> Iterator[Values]:
    """Cut a stream, of which `first` is read already, into its values.

    Raises UnreadableFile where one is larger than `limit`.
    """
    text, line = first, 1
    while True:
        more = stream.read(BLOCK_BYTES)
        found, held, held_line = _cut(text, line, not more, are_json)
        _refuse_too_large(found, limit)
        yield found
        if not more:
            return
        rest = len(text) - held
        if rest > limit:
            raise _too_large(held_line, limit)
        # a value that goes on is looked through again from its begin: each time with twice as much of it
        longer = stream.read(max(0, min(rest, limit) - len(more)))
        text, line = b"".join((memoryview(text)[held:], more, longer)), held_line


def _cut(text: bytes, line: int, is_last: bool, are_json: AreJson) -> tuple[Values, int, int]:
    """Cut a text whose first line has the number `line`.

    Gives the values, and where the last one, of which more may follow, begins: its place and its line.
    """
    letters = np.frombuffer(text, dtype=np.uint8)
    newlines = np.flatnonzero(letters == ord("\n"))
    start, end = trimmed(letters, np.append(0, newlines + 1), np.append(newlines, len(letters)))
    filled = np.flatnonzero(start < end)
    start, end = start[filled], end[filled]
    first = np.flatnonzero(_begins(text, start, end, is_last, are_json))
    last = np.append(first[1:], len(start))[: len(first)] - 1
    if is_last or not len(first):
        held, held_line = len(text), line + len(newlines)
    else:
        held, held_line = int(start[first[-1]]), line + int(filled[first[-1]])
        first, last = first[:-1], last[:-1]
    return Values(cut(text, start[first], end[last]), line + filled[first], is_last), held, held_line


def _begins(text: bytes, start: Positions, end: Positions, is_last: bool, are_json: AreJson) -> Flags:
    """Say of each line, none of them blank, whether a value begins there."""
    letters = np.frombuffer(text, dtype=np.uint8)
    begins = np.ones(len(start), dtype=bool)
    is_opening = _OPENS[letters[start]]
    parts = _CLOSES[letters[end[:-1] - 1]] & is_opening[1:]
    if parts.all():
        return begins
    run = np.append(0, np.cumsum(parts))
    sizes = np.bincount(run)
    asked = np.flatnonzero(is_opening & (sizes[run] > 1))
    is_json = np.zeros(len(start), dtype=bool)
    is_json[asked] = are_json(cut(text, start[asked], end[asked]))
    broken = asked[~is_json[asked]]
    runs, at = np.unique(run[broken], return_index=True)
    opening, closing = broken[at], np.cumsum(sizes)[runs] - 1
    is_alone = np.append(0, np.cumsum(is_json[1:] & ~_LEADS[letters[end[:-1] - 1]]))
    is_value = ~is_json[closing] & (is_alone[closing] == is_alone[opening])
    if not is_last:
        is_value |= runs == run[-1]  # its end is not seen yet
    steps = np.zeros(len(start) + 1, dtype=np.int64)
    steps[opening[is_value] + 1] += 1
    steps[closing[is_value] + 1] -= 1
    begins[np.cumsum(steps[:-1]) > 0] = False
    return begins


def _refuse_too_large(found: Values, limit: int) -> None:
    lengths = pc.binary_length(found.raw).to_numpy(zero_copy_only=False)
    if len(lengths) and lengths.max() > limit:
        raise _too_large(int(found.lines[lengths.argmax()]), limit)


def _too_large(line: int, limit: int) -> UnreadableFile:
    return UnreadableFile(
        "value_too_large",
        f"line {line} is a single JSON value over {limit // 2**20} MiB, or begins one; write one record a line "
        "and land it again.",
    )
