"""One query a relation counts what the SQL of each of its checks finds, and names the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from quality.check import Check, CostUnsaid, NothingAsked
from quality.finding import Found, find
from quality.kinds import KINDS
from quality.relations import Relations
from tests.unit.quality.healthy import healthy_tables, put
from tests.unit.quality.test_landed_suite import nonsense
from warehouse.canonical.register import TABLES

Ask = Callable[[Relations, Iterable[Check]], dict[str, Found]]
Find = Callable[[Relations, Check], list[dict[str, Any]]]
MADE_UP = Check(
    name="own.made_up",
    layer="landed",
    relation="landed.orders",
    severity="warning",
    sentence="A check of a test.",
    sql="select source_record from @batch where order_id = 'order-7'",
)


@pytest.mark.parametrize("table", TABLES)
def test_a_common_query_counts_what_each_check_finds_alone(
    table: str, build: Relations, checks: dict[str, Check], found: Ask, unexpected: Find
) -> None:
    """All columns hold nonsense, in half of the rows: some of it is beyond what is tolerated, some is not."""
    relation, healthy = f"landed.{table}", healthy_tables()[f"landed.{table}"]
    spoilt = healthy
    for column in TABLES[table].columns:
        spoilt = nonsense(table, spoilt, column.name)
    put(build.connection, relation, spoilt)
    put(build.connection, "landed.healthy", healthy)
    build.connection.execute(
        f"delete from {relation} where source_record <= '30/data';"
        f" insert into {relation} from landed.healthy where source_record <= '30/data'"
    )
    relations, mine = Relations(build.connection), [c for c in checks.values() if c.relation == relation]
    alone = {check.name: rows for check in mine if (rows := unexpected(relations, check))}
    together = found(relations, mine)
    assert {name: one.count for name, one in together.items()} == {n: len(rows) for n, rows in alone.items()}
    for name, rows in alone.items():
        said = [{k: str(v) for k, v in row.items() if v is not None} for row in rows]
        assert len(together[name].sample) == min(20, len(rows))
        assert all(dict(row) in said for row in together[name].sample)
    assert len(together) > 1


def test_a_check_that_cannot_be_run_costs_itself_alone(build: Relations, checks: dict[str, Check]) -> None:
    build.connection.execute("alter table landed.orders drop column tax_amount")
    amounts, events = checks["landed.orders.amounts"], checks["landed.orders.events"]
    halfway = replace(MADE_UP, name="own.halfway", sql="select cast(order_id as integer) from @batch")
    build.connection.execute(
        "update landed.orders set ordered_at = timestamptz '2093-01-01' where source_record = '8/data'"
    )
    found = find(Relations(build.connection), [amounts, events, MADE_UP, halfway])
    assert found[amounts.name] == Found(error="Binder Error")
    assert found[halfway.name] == Found(error="Conversion Error")
    assert found[events.name].count == 1
    assert found[MADE_UP.name].sample == ({"source_record": "8/data"},)


def test_an_empty_relation_holds_nothing_unexpected(build: Relations, checks: dict[str, Check]) -> None:
    build.connection.execute("delete from landed.orders")
    mine = [c for c in checks.values() if c.relation == "landed.orders" and not c.needs]
    assert set(find(Relations(build.connection), mine).values()) == {Found()}


def test_a_check_says_what_it_asks_in_one_way() -> None:
    amount = replace(MADE_UP, sql="", wrong_where={"amount": "amount < 0"})
    assert amount.columns == ("amount",)
    assert "column_name, source, source_file_sha256, source_record" in amount.sql
    with pytest.raises(NothingAsked, match=r"own\.made_up: give one of sql, wrong_where and wrong_if"):
        replace(MADE_UP, sql="")
    with pytest.raises(NothingAsked):
        replace(MADE_UP, wrong_if={"few": "count(*) < 3"})
    with pytest.raises(NothingAsked):
        replace(amount, sql="", wrong_if={"few": "count(*) < 3"})
    with pytest.raises(CostUnsaid):
        replace(amount, severity="critical")


@pytest.mark.parametrize(
    ("value", "is_nonsense"),
    [
        *((said, False) for said in ("7", "00Q3", "1.2.3", "at://did:plc:z/app.bsky/3k", "none-such", "é 1")),
        *((said, True) for said in ("", " 7", "7\u00a0", "a\tb", "a\ufffdb", "1.0", "1.2E+18", "3e+5")),
        *((said, True) for said in ("null", "None", "NaN", "undefined", "N/A", "#N/A", "#REF!", "x" * 2001)),
    ],
)
def test_what_no_id_can_be(value: str, is_nonsense: bool, build: Relations) -> None:
    predicate = KINDS["id"]["identifiers"].replace("{c}", "id")
    asked = build.connection.execute(f"select {predicate} from (select ? as id)", [value])
    assert asked.fetchall() == [(is_nonsense,)]
