"""The second opinion on how many records a JSON file holds: NumPy's lines, DuckDB's arrays.

Shares no code with json_lines.py, so that a mistake in cutting shows as a difference in numbers. What a
page and an envelope are is said there.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import cache
from typing import IO, cast

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

_BYTES_AT_ONCE = 16 * 2**20
_BOM = b"\xef\xbb\xbf"

# The length of a list is NULL where there is no such field, and 0 where it is no list. The root has one.
_COUNT = """
with decoded as (select try(decode(raw)) as doc from lines),
measured as (
    select doc, try(json_array_length(doc, {roots})) as lengths,
        not starts_with(doc, '{{') and regexp_matches(doc, '^\\s*\\[') as is_array
    from decoded
),
typed as (
    select doc, lengths, case
        when lengths is not null and (is_array or list_any_value(lengths[2:]) is not null)
            then json_type(doc, {paths})
    end as types
    from measured
)
select coalesce(sum(case
    when lengths is null and regexp_full_match(doc, '[\\s\\v]*') then 0
    when types is null then 1
    when types[1] = 'ARRAY' then json_array_length(doc)
    when {has_records} then case when {has_doubles} then 1 else {records} end
    when len(list_filter(json_keys(doc), lambda name: name not in ({envelope}))) > 0 then 1
    else 0
end), 0)
from typed
"""


def count_records(
    stream: IO[bytes],
    pages: tuple[str, ...],
    signs: frozenset[str],
    envelope: frozenset[str],
    max_value_bytes: int,
) -> int:
    """Count the records of a JSON file: lines, or elements of pages. Blank lines count nothing."""
    connection = _database().cursor()
    count = _counter(connection, pages, signs, envelope)
    blocks = _whole_lines(stream, max_value_bytes)
    first = next((text for text in map(bytes, blocks) if not text.isspace()), b"").lstrip()
    if first[:1] in (b"{", b"[") and not _is_valid(connection, first[: first.find(b"\n") + 1 or None]):
        held, size = [first], len(first)
        for block in blocks:
            held.append(bytes(block))
            size += len(block)
            if size > max_value_bytes:
                break
        first = b"".join(held).rstrip()
        if size <= max_value_bytes and _is_valid(connection, first):
            return count(_cut(first, np.empty(0, np.int64)))
    return count(_lines(first)) + sum(count(_lines(block)) for block in blocks)


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})  # small questions: a second thread only waits


def _whole_lines(stream: IO[bytes], limit: int) -> Iterator[memoryview]:
    """Give the text a block at a time, each good until the next; each but the last ends with a line.

    One buffer serves all blocks, since fresh memory costs as much as the counting.
    """
    head = stream.read(len(_BOM))
    filled = len(head) if head != _BOM else 0
    buffer = bytearray(head[:filled] + bytes(_BYTES_AT_ONCE))
    while got := cast(io.BufferedIOBase, stream).readinto(memoryview(buffer)[filled:]):
        filled += got
        end = buffer.rfind(b"\n", 0, filled) + 1
        if end:
            yield memoryview(buffer)[:end]
            buffer[: filled - end] = buffer[end:filled]
            filled -= end
        if filled > limit:
            return  # the reader has refused this file by now
        if 2 * filled > len(buffer):
            buffer = buffer + bytes(_BYTES_AT_ONCE)
    if filled:
        yield memoryview(buffer)[:filled]


def _lines(text: bytes | memoryview) -> pa.Array:
    return _cut(text, np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n")) + 1)


def _cut(text: bytes | memoryview, after: npt.NDArray[np.int64]) -> pa.Array:
    """Cut a text after the places given, without copying it. The last piece may be empty."""
    bounds = np.concatenate([[0], after, [len(text)]]).astype(np.int64)
    buffers = [None, pa.py_buffer(bounds), pa.py_buffer(text)]
    return pa.Array.from_buffers(pa.large_binary(), len(bounds) - 1, buffers)


def _is_valid(connection: duckdb.DuckDBPyConnection, value: bytes) -> bool:
    answer = connection.execute("select json_valid(try(decode(?::blob)))", [value]).fetchall()
    return bool(answer[0][0])


def _counter(
    connection: duckdb.DuckDBPyConnection,
    pages: tuple[str, ...],
    signs: frozenset[str],
    envelope: frozenset[str],
) -> Callable[[pa.Array], int]:
    paths = ['$."' + '"."'.join(p.split("/")[1:]) + '"' for p in pages]
    parents = sorted({path.rpartition(".")[0] for path in paths})
    roots = {path.split('".')[0].rstrip('"') + '"' for path in paths} | {f'$."{sign}"' for sign in signs}
    places = range(2, len(paths) + 2)
    query = _COUNT.format(
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

    def count(lines: pa.Array) -> int:
        connection.register("lines", pa.table({"raw": lines}))
        return int(connection.execute(query).fetchall()[0][0])

    return count
