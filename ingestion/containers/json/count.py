"""The second opinion on how many records a JSON file holds: lines told by NumPy and DuckDB's own arrays.

Shares no code with lines.py and what it uses, so that a mistake in cutting shows as a difference in
numbers. What a value, a page and an envelope are is said there. Must not live here: values that DuckDB
cannot count (count_damaged.py).
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from typing import IO, cast

import duckdb
import numpy as np
import pyarrow as pa

from ingestion.containers.json.count_damaged import DamagedCount

_BYTES_AT_ONCE = 16 * 2**20
_BYTES_AT_FIRST = 2**17  # enough for many a file, which needs no buffer of full size then
_BOM = b"\xef\xbb\xbf"
_BLANKS = b" \t\r\n"
_FILLED = re.compile(rb"[^ \t\r\n]")
# the end of a value and the begin of the next
_BETWEEN = re.compile(rb"[}\]][ \t\r]*+\n[ \t\r\n]*+[{\[]")

# The length of a list is NULL where there is no such field, and 0 where it is no list. The root has one.
_COUNT = """
with decoded as (select raw, try(decode(raw)) as doc from lines),
measured as (
    select raw, doc, try(json_array_length(doc, {roots})) as lengths,
        not starts_with(doc, '{{') and regexp_matches(doc, '^[ \\t\\r\\n]*\\[') as is_array
    from decoded
),
typed as (
    select raw, doc, lengths, case
        when lengths is not null and (is_array or list_any_value(lengths[2:]) is not null)
            then json_type(doc, {paths})
    end as types
    from measured
),
told as (
    select raw, case
        when lengths is null and regexp_full_match(doc, '[ \\t\\r\\n]*') then 0
        when lengths is null and not regexp_matches(doc, '^[ \\t\\r\\n]*[{{\\[]') then 1
        when lengths is null then null
        when types is null then 1
        when types[1] = 'ARRAY' then null
        when types[1] <> 'OBJECT' then 1
        when {has_doubles} then null
        when {has_records} then {records}
        when len(list_filter(json_keys(doc), lambda name: name not in ({envelope}))) > 0 then 1
        else 0
    end as records, lengths is null as is_broken, coalesce(types[1] = 'ARRAY', false) as is_array
    from typed
)
select coalesce(sum(records), 0),
    list(raw) filter (records is null and is_broken),
    list(raw) filter (records is null and is_array),
    list(raw) filter (records is null and not is_broken and not is_array)
from told
"""


def count_records(
    stream: IO[bytes],
    pages: tuple[str, ...],
    signs: frozenset[str],
    envelope: frozenset[str],
    max_value_bytes: int,
) -> int:
    """Count the records of a JSON file: values, or elements of pages and arrays. Blank lines count nothing."""
    counter = _Counter(pages, signs, envelope)
    return sum(counter.count(values) for values in _values(stream, max_value_bytes, counter.is_json))


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})  # small questions: a second thread only waits


class _Counter:
    """Counts by DuckDB's own functions; what they cannot count is counted apart."""

    def __init__(self, pages: tuple[str, ...], signs: frozenset[str], envelope: frozenset[str]) -> None:
        self._connection = _database().cursor()
        self._query = _count_query(pages, signs, envelope)
        self._damaged = DamagedCount(pages, signs, envelope)

    def is_json(self, value: bytes) -> bool:
        answer = self._connection.execute("select json_valid(try(decode(?::blob)))", [value]).fetchall()
        return bool(answer[0][0])

    def count(self, values: pa.Array, *, within_array: bool = False) -> int:
        """Count the records of values, or of the elements of an array: an array among these is one."""
        self._connection.register("lines", pa.table({"raw": values}))
        counted, broken, arrays, doubled = self._connection.execute(self._query).fetchall()[0]
        total = int(counted)
        total += sum(self._damaged.count(value, may_be_several=not within_array) for value in broken or ())
        total += sum(self._damaged.count(value, may_be_several=False) for value in doubled or ())
        if within_array:
            return total + len(arrays or ())
        return total + sum(self._count_elements(array) for array in arrays or ())

    def _count_elements(self, array: bytes) -> int:
        query = """select encode(coalesce(cast(element as varchar), 'null')) as raw
            from (select unnest(from_json(decode(?::blob), '["JSON"]')) as element)"""
        elements = self._connection.execute(query, [array]).to_arrow_table()["raw"]
        return sum(self.count(chunk, within_array=True) for chunk in elements.chunks)


def _count_query(pages: tuple[str, ...], signs: frozenset[str], envelope: frozenset[str]) -> str:
    paths = ['$."' + '"."'.join(p.split("/")[1:]) + '"' for p in pages]
    parents = sorted({path.rpartition(".")[0] for path in paths})
    roots = {path.split('".')[0].rstrip('"') + '"' for path in paths} | {f'$."{sign}"' for sign in signs}
    places = range(2, len(paths) + 2)
    return _COUNT.format(
        roots="[" + ", ".join(f"'{p}'" for p in ["$", *sorted(roots)]) + "]",
        paths="[" + ", ".join(f"'{p}'" for p in ["$", *paths]) + "]",
        has_records=" or ".join(f"coalesce(types[{i}] in ('ARRAY', 'OBJECT'), false)" for i in places)
        or "false",
        has_doubles=" or ".join(
            f"coalesce(len(list_distinct(json_keys(doc, '{p}'))) < len(json_keys(doc, '{p}')), false)"
            for p in parents
        )
        or "false",
        records=" + ".join(
            f"case types[{i}] when 'ARRAY' then json_array_length(doc, '{paths[i - 2]}') "
            f"when 'OBJECT' then 1 else 0 end"
            for i in places
        )
        or "0",
        envelope=", ".join(f"'{name}'" for name in sorted(envelope | signs)) or "''",
    )


def _values(stream: IO[bytes], limit: int, is_json: Callable[[bytes], bool]) -> Iterator[pa.Array]:
    """Give the values a block at a time, each good until the next.

    One buffer serves all blocks, since fresh memory costs as much as the counting.
    """
    head = stream.read(len(_BOM))
    filled = len(head) if head != _BOM else 0
    buffer = bytearray(head[:filled] + bytes(_BYTES_AT_FIRST))
    is_last = False
    while not is_last:
        while filled < len(buffer) and not is_last:
            got = cast(io.BufferedIOBase, stream).readinto(memoryview(buffer)[filled:])
            filled, is_last = filled + got, not got
            if filled == len(buffer) < _BYTES_AT_ONCE:
                buffer = buffer + bytes(_BYTES_AT_ONCE)
        text = memoryview(buffer)[:filled]
        begins, held = _begins(text, is_last, is_json)
        bounds = np.append(begins, held).astype(np.int64)
        if len(bounds) > 1:
            buffers = [None, pa.py_buffer(bounds), pa.py_buffer(text)]
            yield pa.Array.from_buffers(pa.large_binary(), len(bounds) - 1, buffers)
        buffer[: filled - held] = buffer[held:filled]
        filled -= held
        if filled > limit:
            return  # the reader has refused this file by now
        if 2 * filled > len(buffer):
            buffer = buffer + bytes(len(buffer))


def _begins(text: memoryview, is_last: bool, is_json: Callable[[bytes], bool]) -> tuple[list[int], int]:
    """Say where values begin, and where the one that is not whole yet, if not all of the text is.

    Blanks belong to the value before them.
    """
    letters = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero(letters == ord("\n"))
    inner = ends[(ends > 1) & (ends < len(letters) - 1)]
    before = np.where(letters[inner - 1] == ord("\r"), letters[inner - 2], letters[inner - 1])
    is_between = np.isin(before, (ord("}"), ord("]"))) & np.isin(letters[inner + 1], (ord("{"), ord("[")))
    if not is_between.all() or (len(ends) and ends[0] < 2):
        return _begins_of_any_layout(bytes(text), is_last, is_json)
    begins = [0, *(inner + 1).tolist()]
    return (begins, len(text)) if is_last else (begins[:-1], begins[-1])


def _begins_of_any_layout(
    text: bytes, is_last: bool, is_json: Callable[[bytes], bool]
) -> tuple[list[int], int]:
    begins: list[int] = []
    at = 0
    while filled := _FILLED.search(text, at):
        at = text.rfind(b"\n", at, filled.start()) + 1 or at
        newline = text.find(b"\n", at)
        stop = newline + 1 if newline >= 0 else len(text)
        line = text[at:stop].strip(_BLANKS)
        is_end_seen = is_last or _FILLED.search(text, stop)
        if is_end_seen and not _may_go_on(text, filled.start() + len(line) - 1, line, is_json):
            begins.append(at)
            at = stop
            continue
        between = _BETWEEN.search(text, at)
        if not between and not is_last:
            return begins, at
        end = between.start() + 1 if between else len(text)
        begins += _lines_or_value(text, at, end, is_json)
        at = end
    return begins, len(text)


def _may_go_on(text: bytes, last: int, line: bytes, is_json: Callable[[bytes], bool]) -> bool:
    """Say whether a line, whose last letter is at `last`, begins a value over several lines."""
    return line[:1] in (b"{", b"[") and not _BETWEEN.match(text, last) and not is_json(line)


def _lines_or_value(text: bytes, at: int, end: int, is_json: Callable[[bytes], bool]) -> list[int]:
    """Say where values begin in lines that belong together: at the first alone, unless they are broken."""
    starts = [at, *(at + found.end() for found in re.finditer(rb"\n", text[at:end])), end]
    lines = [(b, text[b:e].strip(_BLANKS)) for b, e in pairwise(starts)]
    lines = [(begin, line) for begin, line in lines if line]
    for (_, before), (begin, line) in pairwise(lines):
        is_suspect = before[-1:] not in (b",", b":", b"[") or begin == lines[-1][0]
        if is_suspect and line[:1] in (b"{", b"[") and is_json(line):
            return [begin for begin, _ in lines]
    return [at]
