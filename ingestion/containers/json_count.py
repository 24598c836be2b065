"""The second opinion on how many records a JSON file holds: Python's lines, DuckDB's arrays.

Shares no code with json_lines.py, so that a mistake in cutting shows as a difference in numbers. What a
page and an envelope are is said there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import chain
from typing import IO

import duckdb
import pyarrow as pa

_LINES_AT_ONCE = 65_536
_BYTES_AT_ONCE = 32 * 2**20

# The length of a list is NULL where there is no such field, and 0 where it is no list. The root has one.
_COUNT = """
with decoded as (select try(decode(raw)) as doc from lines),
measured as (select doc, try(json_array_length(doc, {paths})) as lengths from decoded),
typed as (
    select lengths, doc, case
        when lengths is not null and (doc[1] = '[' or len(list_filter(lengths, lambda n: n is not null)) > 1)
            then json_type(doc, {paths})
    end as types
    from measured
)
select sum(case
    when types is null then 1
    when types[1] = 'ARRAY' then lengths[1]
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
    lines = _lines(stream, max_value_bytes)
    first = next(lines, None)
    if first is None:
        return 0
    count = _counter(connection, pages, signs, envelope)
    if first[:1] in b"{[" and not _is_valid(connection, first):
        held = [first]
        size = len(first)
        for line in lines:
            held.append(line)
            size += len(line)
            if size > max_value_bytes:
                break
        else:
            document = b"\n".join(held)
            if _is_valid(connection, document):
                return count([document])
        return sum(map(count, _groups(chain(held, lines))))
    return sum(map(count, _groups(chain([first], lines))))


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def _lines(stream: IO[bytes], limit: int) -> Iterator[bytes]:
    line = stream.readline(limit + 8)
    if line.startswith(b"\xef\xbb\xbf"):
        line = line[3:]
    while line:
        if bare := line.strip():
            yield bare
        line = stream.readline(limit + 8)


def _groups(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    group: list[bytes] = []
    size = 0
    for line in lines:
        group.append(line)
        size += len(line)
        if len(group) == _LINES_AT_ONCE or size > _BYTES_AT_ONCE:
            yield group
            group, size = [], 0
    if group:
        yield group


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
    places = range(2, len(paths) + 2)
    query = _COUNT.format(
        paths="[" + ", ".join(f"'{p}'" for p in ["$", *paths, *(f'$."{s}"' for s in sorted(signs))]) + "]",
        has_records=" or ".join(f"coalesce(types[{i}] in ('ARRAY', 'OBJECT'), false)" for i in places)
        or "false",
        has_doubles=" or ".join(
            f"coalesce(len(list_distinct(json_keys(doc, '{p}'))) < len(json_keys(doc, '{p}')), false)"
            for p in parents
        )
        or "false",
        records=" + ".join(
            f"case types[{i}] when 'ARRAY' then lengths[{i}] when 'OBJECT' then 1 else 0 end" for i in places
        )
        or "0",
        envelope=", ".join(f"'{name}'" for name in sorted(envelope | signs)) or "''",
    )

    def count(lines: list[bytes]) -> int:
        connection.register("lines", pa.table({"raw": pa.array(lines, pa.binary())}))
        return int(connection.execute(query).fetchall()[0][0])

    return count
