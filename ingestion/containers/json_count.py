"""The second opinion on how many records a JSON file holds: Python's lines, DuckDB's arrays.

Shares no code with json_lines.py, so that a mistake in cutting shows as a difference in numbers. What a
page and an envelope are is said there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import IO

import duckdb
import pyarrow as pa

_BYTES_AT_ONCE = 16 * 2**20

# The length of a list is NULL where there is no such field, and 0 where it is no list. The root has one.
_COUNT = """
with decoded as (select try(decode(raw)) as doc from lines),
measured as (select doc, try(json_array_length(doc, {roots})) as lengths from decoded),
typed as (
    select doc, case
        when lengths is not null and (starts_with(doc, '[') or list_any_value(lengths[2:]) is not null)
            then json_type(doc, {paths})
    end as types
    from measured
)
select sum(case
    when types is null then 1
    when types[1] = 'ARRAY' then json_array_length(doc)
    when {has_records} then case when {has_doubles} then 1 else {records} end
    when len(list_filter(json_keys(doc), lambda name: name not in ({envelope}))) > 0 then 1
    else 0
end)
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
    groups = _lines(stream, max_value_bytes)
    first = next((group for group in groups if group), [])
    if first and first[0][:1] in b"{[" and not _is_valid(connection, first[0]):
        held, size = first, sum(map(len, first))
        for group in groups:
            held += group
            size += sum(map(len, group))
            if size > max_value_bytes:
                break
        document = b"\n".join(held)
        if size <= max_value_bytes and _is_valid(connection, document):
            return count([document])
        first = held
    return count(first) + sum(map(count, groups))


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})  # small questions: a second thread only waits


def _lines(stream: IO[bytes], limit: int) -> Iterator[list[bytes]]:
    """Give the lines that are not blank, a block's at a time."""
    tail = b"\xef\xbb\xbf"
    head = stream.read(len(tail))
    tail = head if head != tail else b""
    while block := stream.read(_BYTES_AT_ONCE):
        *whole, tail = (tail + block).split(b"\n")
        if len(tail) > limit:
            return  # the reader has refused this file by now
        yield list(filter(None, map(bytes.strip, whole)))
    if bare := tail.strip():
        yield [bare]


def _is_valid(connection: duckdb.DuckDBPyConnection, value: bytes) -> bool:
    answer = connection.execute("select json_valid(try(decode(?::blob)))", [value]).fetchall()
    return bool(answer[0][0])


def _counter(
    connection: duckdb.DuckDBPyConnection,
    pages: tuple[str, ...],
    signs: frozenset[str],
    envelope: frozenset[str],
) -> Callable[[list[bytes]], int]:
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

    def count(lines: list[bytes]) -> int:
        if not lines:
            return 0
        connection.register("lines", pa.table({"raw": pa.array(lines, pa.large_binary())}))
        return int(connection.execute(query).fetchall()[0][0])

    return count
