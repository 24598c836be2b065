"""What rows the beginning of a file gave: of which table and network, from when to when, posts or reads.

Must not live here: how the beginning is loaded (preview.py), what would be published of it (orchestration/).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from ingestion.loading.loader import gathered
from warehouse.canonical.register import TABLES
from warehouse.canonical.words import PASSIVE
from warehouse.engine import quote_identifier, quote_text

_HAPPENED = ("event", "done_at")  # kinds of column that say when something happened


@dataclass(frozen=True)
class Seen:
    """Rows of one table, and of one network where it has any, at the beginning of a source's files.

    The days are the first and last on which something happened.
    """

    table: str
    network: str | None
    rows: int
    first_on: dt.date | None = None
    last_on: dt.date | None = None
    has_posts: bool = False
    has_reads: bool = False


def seen_rows(connection: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> list[Seen]:
    """Count what a loader has accepted, table by table and network by network."""
    return [seen for table in sorted(set(tables)) for seen in _seen_of(connection, table)]


def _seen_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[Seen]:
    kinds = {column.name: column.kind for column in TABLES[table].columns}
    dated = [quote_identifier(name) for name, kind in kinds.items() if kind in _HAPPENED]
    when = f"coalesce({', '.join(dated)})" if dated else "cast(null as timestamptz)"
    is_act = "activity_type" in kinds
    posts = "activity_type = 'Create'" if is_act else "false"
    reads = f"activity_type in ({', '.join(map(quote_text, PASSIVE))})" if is_act else "false"
    found = connection.execute(f"""
        select {"network" if "network" in kinds else "cast(null as varchar)"} as of_network, count(*),
            cast(min({when}) at time zone 'UTC' as date), cast(max({when}) at time zone 'UTC' as date),
            coalesce(bool_or({posts}), false), coalesce(bool_or({reads}), false)
        from {gathered(table)} where ordinal in (select ordinal from accepted)
        group by of_network order by of_network
    """)
    return [Seen(table, *row) for row in found.fetchall()]


def together(seen: Iterable[Seen]) -> tuple[Seen, ...]:
    """Join what several files gave of one table and network."""
    joined: dict[tuple[str, str | None], Seen] = {}
    for each in seen:
        before = joined.get((each.table, each.network), Seen(each.table, each.network, 0))
        first = [day for day in (before.first_on, each.first_on) if day is not None]
        last = [day for day in (before.last_on, each.last_on) if day is not None]
        joined[each.table, each.network] = Seen(
            each.table,
            each.network,
            before.rows + each.rows,
            min(first, default=None),
            max(last, default=None),
            before.has_posts or each.has_posts,
            before.has_reads or each.has_reads,
        )
    return tuple(joined.values())
