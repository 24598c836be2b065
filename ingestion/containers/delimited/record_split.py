"""Where the records of a delimited file end: the quoting rule, set-wise over a block of bytes.

The rule, after RFC 4180 and as Arrow and Python's csv read it:
    1. A quote opens only at the start of a field; a doubled quote inside is a quote; anywhere else it
       is text.
    2. A record ends at a newline outside quotes. A line without a character, or of delimiters
       alone, is no record (block.py passes over it).
    3. A record of several lines holds at most `longest_record` bytes. A longer one, or one that the end
       of the file cuts, has a quote that was never closed: its first line alone is that bad record, and
       reading goes on with the line after it. So an unclosed quote costs a line, or, where another
       quote happens to close it, at most `longest_record` bytes of records, rejected together.

Lives here: the NumPy path for blocks that keep the rule, and the walk record by record from the first
place in a block that does not. Must not live here: the header, fields, encodings (delimited.py), and the
count (record_count.py), which states the same rule a second time on purpose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int64]

QUOTE, NEWLINE = ord('"'), ord("\n")


@dataclass(frozen=True)
class Split:
    """Records of a block: `ends` are exclusive and hold the newline; `unclosed` indexes the bad ones."""

    ends: Positions
    unclosed: tuple[int, ...] = ()

    @property
    def consumed(self) -> int:
        """Bytes up to the end of the last record; what follows belongs to the next block."""
        return int(self.ends[-1]) if len(self.ends) else 0

    @property
    def starts(self) -> Positions:
        return np.concatenate([np.zeros(min(1, len(self.ends)), np.int64), self.ends[:-1]])


def split_records(data: bytes, delimiter: str, longest_record: int, *, final: bool) -> Split:
    """Split a block that begins at a record. `final`: nothing follows, so the last record ends here."""
    ends, clean = _parity_ends(data, ord(delimiter))
    starts = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
    too_long = np.flatnonzero((ends - starts) > longest_record)
    several_lines = [i for i in too_long if data.find(b"\n", starts[i], ends[i] - 1) >= 0]
    if several_lines:
        ends, clean = ends[: several_lines[0]], int(starts[several_lines[0]])
    at = int(ends[-1]) if len(ends) else 0
    tail_is_open = len(data) - at > longest_record and data.find(b"\n", at) >= 0
    if clean == len(data) and not tail_is_open and not (final and at < len(data)):
        return Split(ends)
    walked, unclosed = _walk(data, at, delimiter, longest_record, final)
    return Split(np.concatenate([ends, walked]), tuple(len(ends) + i for i in unclosed))


def _parity_ends(data: bytes, delimiter: int) -> tuple[Positions, int]:
    """Return record ends by quote parity, and how far the block keeps the rule (its length: all)."""
    view = np.frombuffer(data, np.uint8)
    newlines = np.flatnonzero(view == NEWLINE)
    if b'"' not in data:
        return newlines + 1, len(data)
    quotes = np.flatnonzero(view == QUOTE)
    opening = quotes[::2]
    before = view[opening - 1]
    before[opening == 0] = NEWLINE
    in_place = (before == delimiter) | (before == NEWLINE) | (before == QUOTE)
    ends = newlines[np.searchsorted(quotes, newlines) & 1 == 0] + 1
    if in_place.all():
        return ends, len(data)
    clean = int(opening[np.argmin(in_place)])
    return ends[: np.searchsorted(ends, clean, side="right")], clean


def _walk(data: bytes, at: int, delimiter: str, longest: int, final: bool) -> tuple[Positions, list[int]]:
    """Split record by record from `at`: for blocks with a stray quote or one that was never closed."""
    record = _record_pattern(delimiter)
    ends: list[int] = []
    unclosed: list[int] = []
    while at < len(data):
        newline = data.find(b"\n", at)
        line_end = newline + 1 if newline >= 0 else len(data)
        if newline < 0 and not final:
            break
        if data.find(b'"', at, line_end) < 0:
            end = line_end
        else:
            match = record.match(data, at, max(at + longest, line_end))
            if match and (data[match.end() - 1] == NEWLINE or match.end() == len(data)):
                end = match.end()
            elif not final and len(data) - at <= longest:
                break
            else:
                unclosed.append(len(ends))
                end = line_end
        if end == len(data) and not final and data[end - 1] != NEWLINE:
            break
        ends.append(end)
        at = end
    return np.array(ends, dtype=np.int64), unclosed


def _record_pattern(delimiter: str) -> re.Pattern[bytes]:
    """One record with its newline. Possessive throughout: a hostile file cannot make it backtrack."""
    d = re.escape(delimiter.encode())
    field = rb'(?:"(?:[^"]++|"")*+"[^' + d + rb"\n]*+|(?!\")[^" + d + rb"\n]*+)"
    return re.compile(field + rb"(?:" + d + field + rb")*+(?:\n|\Z)")
