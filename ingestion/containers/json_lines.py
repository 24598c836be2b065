"""JSON as platforms and tools write it: one value a line, or one document laid out over many lines.

A value is a record, unless it is a page: a JSON array, or an object with arrays (or one object) of records
at the places the format names, such as X's `data` and `includes`. Every record keeps its own bytes and
its place: '12' for line 12, '12#/data/3' for the fourth element of `data` in the page of line 12; a
document over many lines counts as line 1. Must not live here: fields of any platform.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import IO

import duckdb
import numpy as np
import pyarrow as pa

from ingestion.containers.json_count import count_records
from ingestion.containers.json_pages import page_batch
from ingestion.containers.json_structure import Positions, Structure, cut
from ingestion.format import ENVELOPE, RECORD_BATCH, UnreadableFile
from warehouse.engine import quote_text

MAX_VALUE_BYTES = 256 * 2**20
BLOCK_BYTES = 16 * 2**20
_ROWS_PER_CHUNK = 8_192
_BOM = b"\xef\xbb\xbf"
_SEEN_AT_ONCE = 2**20


@dataclass(frozen=True)
class JsonRecords:
    """Container of JSON records.

    `pages` are JSON pointers to the records of a page. An object that has one of the fields `signs`, and
    beside them nothing but `envelope`, holds no record (an answer with nothing but errors).
    `max_value_bytes` bounds a single value; a larger one refuses the file.
    """

    pages: tuple[str, ...] = ()
    signs: frozenset[str] = frozenset()
    envelope: frozenset[str] = frozenset()
    max_value_bytes: int = MAX_VALUE_BYTES

    def read(self, stream: IO[bytes]) -> Iterator[pa.Table]:
        """Yield the records with line number and JSON pointer. Raises UnreadableFile."""
        judge = _Judge(self.pages, self.envelope, self.signs)
        first = stream.read(BLOCK_BYTES).removeprefix(_BOM)
        _refuse_wide_encodings(first)
        if _begins_a_document(first, judge):
            first += stream.read(self.max_value_bytes + 1 - len(first))
            if len(first) <= self.max_value_bytes and judge.is_valid(first):
                text = first.strip()
                yield from self._split(pa.array([text], pa.binary()), np.ones(1, dtype=np.int64), judge)
                return
            self._refuse_unless_lines(first, judge)
        for lines, numbers in self._lines(first, stream):
            yield from self._split(lines, numbers, judge)

    def count(self, stream: IO[bytes]) -> int:
        """Count by lines of its own and DuckDB's own arrays; neither has a part in `read`'s cutting."""
        return count_records(stream, self.pages, self.signs, self.envelope, self.max_value_bytes)

    def _split(self, lines: pa.Array, numbers: Positions, judge: _Judge) -> Iterator[pa.Table]:
        """Give plain lines and pages apart, in the order of the file."""
        special = judge.not_plain(lines)
        is_page = np.zeros(len(lines), dtype=bool)
        is_page[[at for at, verdict in special.items() if verdict == "page"]] = True
        problems = np.full(len(lines), None, dtype=object)
        for at, verdict in special.items():
            problems[at] = None if verdict == "page" else verdict
        turns = np.flatnonzero(np.append(True, is_page[1:] != is_page[:-1]))
        for begin, end in zip(turns, [*turns[1:], len(lines)], strict=True):
            part, places = lines.slice(begin, end - begin), numbers[begin:end]
            if is_page[begin]:
                yield from page_batch(part, places, self.pages)
            else:
                yield _line_batch(part, places, problems[begin:end])

    def _lines(self, first: bytes, stream: IO[bytes]) -> Iterator[tuple[pa.Array, Positions]]:
        number, text, is_last = 0, first, False
        while not is_last:
            end = text.rfind(b"\n") + 1
            if end:
                lines, numbers, passed = _cut_lines(memoryview(text)[:end], number)
                number += passed
                if len(lines):
                    yield lines, numbers
            rest = len(text) - end
            if rest > self.max_value_bytes:
                raise _too_large(f"line {number + 1}", self.max_value_bytes)
            more = stream.read(BLOCK_BYTES)
            is_last = not more
            text = b"".join((memoryview(text)[end:], more)) if rest else more
        lines, numbers, _ = _cut_lines(memoryview(text), number)
        if len(lines):
            yield lines, numbers

    def _refuse_unless_lines(self, text: bytes, judge: _Judge) -> None:
        """Refuse a value that never closes, unless values do stand on lines of their own."""
        lines, _, _ = _cut_lines(memoryview(text)[: text.rfind(b"\n", 0, _SEEN_AT_ONCE) + 1], 0)
        if judge.any_object(lines):
            return
        if len(text) > self.max_value_bytes:
            raise _too_large("its only value", self.max_value_bytes)
        raise UnreadableFile(
            "not_json",
            "begins as one JSON document over many lines, but is not valid JSON as a whole, and no line of "
            "it is; it may be cut off. Export it again.",
        )


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})  # small questions: a second thread only waits


class _Judge:
    """Asks DuckDB's JSON parser what a value is: a page, an envelope without records, or a plain line."""

    def __init__(self, pages: tuple[str, ...], envelope: frozenset[str], signs: frozenset[str]) -> None:
        self._connection = _database().cursor()
        parents = sorted({pointer.rpartition("/")[0] for pointer in pages})
        first = {pointer.split("/")[1] for pointer in pages}
        self._query = _NOT_PLAIN.format(
            tells=_texts(["$", *(json_path(f"/{field}") for field in sorted(first | signs))]),
            pages=_texts(map(json_path, pages)),
            parents=_texts(map(json_path, parents)),
            envelope=_texts(sorted(envelope | signs)),
            envelope_code=ENVELOPE,
        )

    def is_valid(self, value: bytes) -> bool:
        query = "select json_valid(try(decode(?::blob)))"
        return bool(self._connection.execute(query, [value]).fetchall()[0][0])

    def any_object(self, lines: pa.Array) -> bool:
        self._connection.register("lines", pa.table({"raw": lines}))
        decoded = "select try(decode(raw)) as doc from lines"
        query = f"select bool_or(try(json_type(doc)) = 'OBJECT') from ({decoded})"
        return bool(self._connection.execute(query).fetchall()[0][0])

    def not_plain(self, lines: pa.Array) -> dict[int, str]:
        """Give the places of pages and envelopes, and of lines with a reason why they are no record."""
        chunks = [lines.slice(at, _ROWS_PER_CHUNK) for at in range(0, len(lines), _ROWS_PER_CHUNK)]
        table = pa.table({"place": np.arange(len(lines)), "raw": pa.chunked_array(chunks)})
        self._connection.register("lines", table)
        return dict(self._connection.execute(self._query).fetchall())


# One parse a line tells the plain ones; only what is left is looked at more closely.
# A page whose names stand twice would lose the records of one of them: it is refused as one bad record.
_NOT_PLAIN = """
with decoded as (select place, try(decode(raw)) as doc from lines),
parsed as (select place, doc, try(json_type(doc, {tells})) as types from decoded),
special as (
    select * from parsed
    where types is null or types[1] <> 'OBJECT'
        or list_any_value(types[2:]) is not null
)
select place, case
    when doc is null then 'bad_encoding'
    when types is null then 'not_json'
    when types[1] = 'ARRAY' then 'page'
    when types[1] <> 'OBJECT' then 'not_an_object'
    when not list_has_any(json_type(doc, {pages}), ['ARRAY', 'OBJECT']) then
        case when list_has_all({envelope}, json_keys(doc)) then '{envelope_code}' end
    when list_bool_or(list_transform(
        json_keys(doc, {parents}), lambda names: len(list_distinct(names)) < len(names)
    )) then 'duplicate_names'
    else 'page'
end as verdict
from special
where verdict is not null
"""


def json_path(pointer: str) -> str:
    """Write a JSON pointer as DuckDB's path: '/includes/users' becomes '$.includes.users'."""
    return "$" + "".join(f'."{name}"' for name in pointer.split("/")[1:])


def _texts(values: Iterable[str]) -> str:
    return "cast([" + ", ".join(quote_text(value) for value in values) + "] as varchar[])"


def _line_batch(lines: pa.Array, numbers: Positions, problems: np.ndarray) -> pa.Table:
    columns = [pa.array(numbers).cast(pa.string()), lines, pa.array(problems, pa.string())]
    whole = pa.Table.from_arrays(columns, schema=RECORD_BATCH)
    return pa.Table.from_batches(whole.to_batches(max_chunksize=_ROWS_PER_CHUNK), RECORD_BATCH)


def _cut_lines(text: memoryview, before: int) -> tuple[pa.Array, Positions, int]:
    """Cut a text into its lines that are not blank, with their numbers, and say how many it has in all."""
    letters = np.frombuffer(text, dtype=np.uint8)
    end = np.flatnonzero(letters == ord("\n"))
    if len(letters) and letters[-1] != ord("\n"):
        end = np.append(end, len(letters))
    start = np.append(0, end[:-1] + 1) if len(end) else end
    stop = end - ((end > start) & (letters[np.maximum(end - 1, 0)] == ord("\r")))
    filled = stop > start
    # a line that begins with a blank is rare: look at its text
    for at in np.flatnonzero(filled & (letters[np.minimum(start, len(letters) - 1)] <= ord(" "))):
        filled[at] = bool(bytes(text[start[at] : stop[at]]).strip())
    numbers = before + 1 + np.flatnonzero(filled)
    return cut(text, start[filled], stop[filled]), numbers, len(end)


def _begins_a_document(text: bytes, judge: _Judge) -> bool:
    start = len(text[:_SEEN_AT_ONCE]) - len(text[:_SEEN_AT_ONCE].lstrip())
    end = text.find(b"\n", start)
    line = text[start : end if end >= 0 else None]
    if line[:1] not in (b"{", b"[") or judge.is_valid(line):
        return False
    return Structure(np.frombuffer(line, dtype=np.uint8)).is_open


def _refuse_wide_encodings(text: bytes) -> None:
    if text[:2] in (b"\xff\xfe", b"\xfe\xff") or (len(text) > 3 and text[:4].count(0) >= 2):
        raise UnreadableFile(
            "bad_encoding",
            "is written in UTF-16 or UTF-32, but JSON must be UTF-8; convert it "
            "(iconv -f UTF-16 -t UTF-8) and land it again.",
        )


def _too_large(what: str, limit: int) -> UnreadableFile:
    return UnreadableFile(
        "value_too_large",
        f"{what} is a single JSON value over {limit // 2**20} MiB; write one record a line and land it "
        "again.",
    )
