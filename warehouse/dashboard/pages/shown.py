"""From an Arrow table to a table of the page: heads with their meaning, numbers written, silence told apart.

Must not live here: which rows are shown (the pages), markup (../templates/).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from warehouse.dashboard.definitions import Definition
from warehouse.dashboard.figures import label
from warehouse.dashboard.pages.page import Cell, Column, Table

_SAID = {"hidden": "hidden", "not_observed": "not observed", "too_thin": "too thin"}
Link = Callable[[Mapping[str, Any]], str]


def table_of(
    rows: pa.Table,
    caption: str,
    *,
    mart: str = "",
    definitions: Mapping[str, Definition] | None = None,
    links: Mapping[str, Link] | None = None,
    headings: Mapping[str, str] | None = None,
    leave_out: Sequence[str] = (),
    **rest: str,
) -> Table:
    """Show rows; `links` gives a column's cells an address, `headings` other names than the columns' own."""
    shown = [name for name in rows.column_names if name not in leave_out]
    columns = tuple(
        Column(
            name,
            (headings or {}).get(name, label(name)),
            _meaning(definitions or {}, mart, name),
            _is_number(rows.schema.field(name).type),
            bool(pa.types.is_temporal(rows.schema.field(name).type)),
        )
        for name in shown
    )
    drawn = tuple(
        tuple(_cell(row, name, (links or {}).get(name)) for name in shown) for row in rows.to_pylist()
    )
    return Table(columns, drawn, caption, **rest)


def _meaning(definitions: Mapping[str, Definition], mart: str, column: str) -> str:
    found = definitions.get(f"{mart}.{column}")
    return found.in_words if found else ""


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _cell(row: Mapping[str, Any], name: str, link: Link | None) -> Cell:
    value = row[name]
    if value is None:
        return Cell(_SAID.get(str(row.get("status")), "–"), is_silent=True)
    return Cell(written(value), link(row) if link else "")


def written(value: Any) -> str:
    """A value as a person reads it: no more digits than count, instants to the minute by UTC."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}" if value.time() != dt.time() else f"{value:%Y-%m-%d}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return str(value)
