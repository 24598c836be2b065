"""Counting the records of a delimited file by a pass of its own.

The accountant's second opinion on `record_split`: the same rule (stated there), no code shared, so that
an error in one shows as a difference. Must not live here: fields, columns, values.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import IO

import numpy as np

_BLOCK = 1 << 20
_WIDE = ("utf-16", "utf-32")
_BLANK = (b"", b"\n", b"\r\n", b"\r")
_TO_CLOSING_QUOTE = re.compile(rb'[^"]*+(?:""[^"]*+)*+"')


def count_records(stream: IO[bytes], delimiter: str, encoding: str, longest_record: int) -> int:
    """Count the records of the stream, the header and what stands before it included."""
    lines = _Lines(_ascii_compatible(stream, encoding))
    count = 0
    while chunk := lines.take(longest_record):
        # Within `longest_record` bytes no record is too long, so that quotes alone decide.
        found = _count_at_once(chunk, delimiter) if len(chunk) <= longest_record else None
        if found is None:
            lines.give_back(len(chunk))
            found = _count_line_by_line(lines, chunk.count(b"\n"), delimiter, longest_record)
        count += found
    return count


def _count_at_once(chunk: bytes, delimiter: str) -> int | None:
    """Count where every quote opens a field or is inside one, and none is left open; else None."""
    if b'"' not in chunk:
        blank_lines = re.findall(rb"(?m)^" + re.escape(delimiter.encode()) + rb"*\r?$", chunk)
        return chunk.count(b"\n") + 1 - len(blank_lines)
    if not chunk.endswith(b"\n"):
        chunk += b"\n"
    seen = np.frombuffer(chunk, np.uint8)
    is_quote = seen == ord('"')
    inside = np.logical_xor.accumulate(is_quote)
    if inside[-1]:
        return None
    may_open = is_quote | (seen == ord(delimiter)) | (seen == ord("\n"))
    if np.any(is_quote[1:] & inside[1:] & ~may_open[:-1]):
        return None
    ends = np.flatnonzero((seen == ord("\n")) & ~inside)
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    stops = ends - ((ends > starts) & (seen[np.maximum(ends - 1, 0)] == ord("\r")))
    others = np.concatenate([[0], np.cumsum(seen != ord(delimiter))])
    return int(np.count_nonzero(others[starts] < others[stops]))


def _count_line_by_line(lines: _Lines, wanted: int, delimiter: str, longest: int) -> int:
    """Count the records that begin in the next `wanted` lines (one, where there is not one whole line)."""
    opening = re.compile(rb"(?<![^" + re.escape(delimiter.encode()) + rb'])"')
    quoted = re.compile(opening.pattern + _TO_CLOSING_QUOTE.pattern)
    count, mark = 0, delimiter.encode()
    while line := lines.next():
        wanted -= 1
        count += line.strip(mark) not in _BLANK
        if b'"' in line and opening.search(quoted.sub(b"q", line)):
            taken, size = 0, len(line)
            while following := lines.next():
                taken += 1
                size += len(following)
                closing = _TO_CLOSING_QUOTE.match(following) if size <= longest else None
                if closing and not opening.search(quoted.sub(b"q", b"q" + following[closing.end() :])):
                    wanted -= taken
                    break
                if size > longest:
                    lines.give_back(size - len(line))
                    break
            else:
                lines.give_back(size - len(line))
        if wanted <= 0:
            break
    return count


class _Lines:
    """The lines of a stream, with their ends; what was taken since the last `take` can be given back."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._text = b""
        self._at = 0

    def take(self, size: int) -> bytes:
        """Take whole lines, of `size` bytes together at most, but at least one; nothing at the end."""
        self._text, self._at = self._text[self._at :], 0
        while len(self._text) < size and self._more():
            pass
        end = self._text.rfind(b"\n", 0, size) + 1
        self._at = end or len(self.next())
        return self._text[: self._at]

    def next(self) -> bytes:
        """Take a line; nothing at the end."""
        start, searched = self._at, self._at
        while (newline := self._text.find(b"\n", searched)) < 0:
            searched = len(self._text)
            if not self._more():
                newline = searched - 1
                break
        self._at = newline + 1
        return self._text[start : self._at]

    def give_back(self, size: int) -> None:
        self._at -= size

    def _more(self) -> bool:
        block = next(self._blocks, b"")
        self._text += block
        return bool(block)


def _ascii_compatible(stream: IO[bytes], encoding: str) -> Iterator[bytes]:
    """Yield the bytes in an encoding whose newlines, quotes and delimiters are single bytes."""
    head = stream.read(4)
    if head[:3] == codecs.BOM_UTF8:
        head = head[3:]
    wide = encoding.lower().startswith(_WIDE)
    if head in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        wide, encoding = True, "utf-32"
    elif head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        wide, encoding = True, "utf-16"
    parts = iter(lambda: stream.read(_BLOCK), b"")
    if not wide:
        yield head + next(parts, b"")
        yield from parts
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    yield decoder.decode(head + next(parts, b"")).encode()
    yield from filter(None, (decoder.decode(part).encode() for part in parts))
    yield decoder.decode(b"", True).encode()
