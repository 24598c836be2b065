"""The landed suite lets a healthy company pass and notices nonsense in any one column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from quality.check import Check
from quality.finding import Found
from quality.kinds import KINDS
from quality.relations import Relations
from tests.unit.quality.healthy import healthy_tables, put
from warehouse.canonical.register import PROVENANCE, TABLES

Find = Callable[[Relations, Check], list[dict[str, Any]]]
Ask = Callable[[Relations, Iterable[Check]], dict[str, Found]]

EVERY_COLUMN = [
    (name, column.name) for name, table in TABLES.items() for column in (*table.columns, *PROVENANCE)
]
TRUE_SHARES = {(name, c.name): c.true_share for name, table in TABLES.items() for c in table.columns}


def nonsense(name: str, table: pa.Table, column: str) -> pa.Table:
    """The table with a value in every row of one column that no export holds there."""
    kind = table.schema.field(column).type
    value: Any
    if pa.types.is_list(kind):
        value = ["\ufffd\x07 garbage"]
    elif pa.types.is_string(kind):
        value = "\ufffd\x07 garbage"
    elif pa.types.is_timestamp(kind):
        value = dt.datetime(2999, 1, 1, tzinfo=dt.UTC)
    elif pa.types.is_date(kind):
        value = dt.date(2999, 1, 1)
    elif pa.types.is_boolean(kind):
        value = TRUE_SHARES[name, column][0] == 0  # the value that cannot be true of every row
    elif pa.types.is_decimal(kind):
        value = Decimal(-7)
    else:
        value = 7 if pa.types.is_uint64(kind) else -7
    index = table.schema.get_field_index(column)
    return table.set_column(index, table.schema.field(index), pa.array([value] * table.num_rows, kind))


def test_every_kind_of_column_is_judged() -> None:
    assert {column.kind for table in TABLES.values() for column in table.columns} == KINDS.keys() - {
        "read_at"
    }


def test_a_healthy_company_passes(build: Relations, checks: dict[str, Check], found: Ask) -> None:
    relations = {check.relation for check in checks.values()}
    assert [found(build, [c for c in checks.values() if c.relation == each]) for each in relations] == [
        {} for _ in relations
    ]


@pytest.mark.parametrize(("activity_type", "found"), [("Create", 1), ("Delete", 0), ("Undo", 0)])
def test_a_withdrawal_is_honoured_whenever_it_is_dated(
    activity_type: str, found: int, build: Relations, checks: dict[str, Check], unexpected: Find
) -> None:
    build.connection.execute(
        "update landed.activities set published_at = timestamptz '2093-01-01 00:00:00+00', activity_type = ?"
        " where source_record = '8/data'",
        [activity_type],
    )
    assert len(unexpected(build, checks["landed.activities.events"])) == found


@pytest.mark.parametrize(("table", "column"), EVERY_COLUMN, ids=[f"{t}.{c}" for t, c in EVERY_COLUMN])
def test_nonsense_in_any_one_column_is_noticed(
    table: str,
    column: str,
    build: Relations,
    checks: dict[str, Check],
    found: Ask,
) -> None:
    relation = f"landed.{table}"
    put(build.connection, relation, nonsense(table, healthy_tables()[relation], column))
    mine = [c for c in checks.values() if c.relation == relation and column in c.columns]
    spoilt = Relations(build.connection)
    assert any(found(spoilt, [check]) for check in mine), f"{relation}.{column}: {[c.name for c in mine]}"
