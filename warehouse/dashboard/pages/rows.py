"""The rows of a mart, as they are published: what stands behind every picture; never of people."""

from __future__ import annotations

import pyarrow as pa

from warehouse.dashboard.pages.page import Asked, NotThere, Page, Section, View, view_of_sections
from warehouse.dashboard.pages.shown import table_of

_AT_ONCE = 200


def show(asked: Asked) -> View:
    """A page of the rows of the mart that the address names, narrowed by columns; all marts without a name."""
    if not asked.rest:
        return view_of_sections("Published tables", Section("Marts", links=_marts(asked)))
    mart, where = _named(asked, asked.rest)
    marts = asked.at_hand.marts
    found = marts.count_of(mart, where)
    begin = _begin(asked, found)
    rows = marts.rows_of(mart, where, _AT_ONCE, begin)
    address = f"/rows/{mart}"
    told = ", ".join(f"{column} {value}" for column, value in where.items()) or "all rows"
    shown = f"{begin + 1:,}–{begin + rows.num_rows:,} of {found:,} rows: {told}." if found else ""
    links = []
    if begin:
        links.append(("Rows before", asked.with_query(address, begin=str(max(begin - _AT_ONCE, 0)))))
    if begin + _AT_ONCE < found:
        links.append(("Rows after", asked.with_query(address, begin=str(begin + _AT_ONCE))))
    if where:
        links.append(("All rows", address))
    table = table_of(
        rows,
        f"Rows of {mart}",
        mart=mart,
        definitions=asked.definitions,
        headings={name: name for name in rows.column_names},
        download=asked.with_query(f"{address}.csv", begin=None),
        empty="No row of the mart has these values.",
    )
    return view_of_sections(
        f"Rows of {mart}", Section(f"marts.{mart}", shown, table=table, links=tuple(links))
    )


def table(asked: Asked, name: str) -> pa.Table:
    """All rows of a mart, narrowed as the page is."""
    return asked.at_hand.marts.rows_of(*_named(asked, name))


def _marts(asked: Asked) -> tuple[tuple[str, str], ...]:
    return tuple((name, f"/rows/{name}") for name in sorted(asked.at_hand.marts.tables))


def _named(asked: Asked, mart: str) -> tuple[str, dict[str, str]]:
    """A mart that is published, and what its columns are to equal."""
    marts = asked.at_hand.marts
    if mart not in marts.tables:
        raise NotThere(f"There is no mart {mart!r} here; there are {', '.join(sorted(marts.tables))}.")
    where = {name: value for name, value in asked.query.items() if name != "begin"}
    if unknown := sorted(where.keys() - set(marts.columns_of(mart))):
        raise NotThere(f"{mart} has no column {', '.join(unknown)}.")
    return mart, where


def _begin(asked: Asked, found: int) -> int:
    said = asked.query.get("begin", "0")
    if not said.isdecimal():
        raise NotThere(f"begin={said!r} is no number of a row.")
    return min(int(said), max(found - 1, 0))


PAGE = Page("rows", "Tables", 90, show, table=table)
