"""Odd records are set apart and named by the checks that found them; too many refuse the publication."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from quality.check import Check, CheckResult
from quality.containment import accept, set_records_apart
from quality.relations import Relations
from tests.unit.quality.test_critical_checks import CHECKS, plant
from warehouse.settings import Containment

Find = Callable[[Relations, Check], list[dict[str, Any]]]

OF_A_RECORD = sorted(name for name, check in CHECKS.items() if check.cost == "record")


@dataclass(frozen=True)
class Said:
    by: str = "ann"
    reason: str = "credit notes"


def contain(
    relations: Relations, checks: list[Check], find: Find, limits: Containment, **accepted: Said
) -> tuple[dict[str, CheckResult], list[dict[str, Any]]]:
    """Results by name of the check, and the rows of `set_apart`."""
    results = [
        CheckResult(
            name=check.name,
            layer=check.layer,
            relation=check.relation,
            severity=check.severity,
            sentence=check.sentence,
            passed=not (rows := find(relations, check)),
            observed=f"{len(rows)} unexpected rows",
            unexpected_count=len(rows),
            cost=check.cost,
            is_acceptable=check.is_acceptable,
        )
        for check in checks
    ]
    by_name = {name.replace("__", "."): said for name, said in accepted.items()}
    after, odd = set_records_apart(checks, accept(results, by_name), relations, limits)
    return {result.name: result for result in after}, odd.to_pylist()


def landed_checks(checks: dict[str, Check], relation: str) -> list[Check]:
    return [check for check in checks.values() if check.relation == relation and check.cost == "record"]


def spoil(build: Relations, column: str, value: str, records: list[int]) -> None:
    places = ", ".join(f"'{record}/data'" for record in records)
    build.connection.execute(f"update landed.orders set {column} = {value} where source_record in ({places})")


@pytest.mark.parametrize("name", OF_A_RECORD)
def test_one_bad_record_is_set_apart_under_the_check_that_found_it(
    name: str, build: Relations, checks: dict[str, Check], unexpected: Find
) -> None:
    if name.endswith(".network_of_source"):  # planted there is a wrong configuration: every record is of it
        build.connection.execute("update inputs.configured_sources set network = 'x'")
        build.connection.execute("update landed.activities set network = 'y' where source_record = '8/data'")
    else:
        plant(build, checks[name])
    relations = Relations(build.connection)
    results, odd = contain(relations, [checks[name]], unexpected, Containment())
    assert not results[name].passed
    assert not results[name].blocks
    assert results[name].contained == (2 if name.endswith(".landed_once") else 1)
    (row,) = odd
    assert (row["relation"], row["check_name"]) == (checks[name].relation, name)
    assert row["source_record"] == ("\x07bad" if "\x07bad" in row["source_record"] else "8/data")


def test_a_record_that_two_checks_find_is_set_apart_once_and_counted_by_both(
    build: Relations, checks: dict[str, Check], unexpected: Find
) -> None:
    spoil(build, "amount", "-7", [8, 9])
    spoil(build, "ordered_at", "timestamptz '2999-01-01 00:00:00+00'", [9])
    results, odd = contain(build, landed_checks(checks, "landed.orders"), unexpected, Containment())
    assert {n: r.contained for n, r in results.items() if r.contained} == {
        "landed.orders.events": 1,
        "landed.orders.amounts": 2,
    }
    assert [(row["source_record"], row["check_name"], row["row_count"]) for row in odd] == [
        ("8/data", "landed.orders.amounts", 1),
        ("9/data", "landed.orders.events", 1),
    ]


# Of 60 orders at most max(0, min(10, ⌈3.0⌉)) = 3 may be set apart: 2 + 1 are, 3 + 1 are not.
@pytest.mark.parametrize(("negative", "blocks"), [([8, 9], False), ([8, 9, 10], True)])
def test_the_limit_is_of_all_checks_of_a_table_together(
    negative: list[int], blocks: bool, build: Relations, checks: dict[str, Check], unexpected: Find
) -> None:
    spoil(build, "amount", "-7", negative)
    spoil(build, "ordered_at", "timestamptz '2999-01-01 00:00:00+00'", [20])
    results, odd = contain(build, landed_checks(checks, "landed.orders"), unexpected, Containment())
    amounts = results["landed.orders.amounts"]
    assert [r.name for r in results.values() if r.blocks] == ([amounts.name] if blocks else [])
    assert len(odd) == (1 if blocks else 3)
    if blocks:  # the check that found the most
        assert (
            "4 of 60 rows of landed.orders would have to be left out, and at most 3 may be" in amounts.advice
        )
        assert "quality.containment.share: 0.067 in scrm.yml" in amounts.advice  # 4 / 60 = 0.0667


def test_one_table_does_not_use_up_the_limit_of_another(
    build: Relations, checks: dict[str, Check], unexpected: Find
) -> None:
    spoil(build, "amount", "-7", [1, 2, 3, 4])
    build.connection.execute("update landed.order_lines set amount = -7 where source_record = '8/data'")
    mine = [*landed_checks(checks, "landed.orders"), *landed_checks(checks, "landed.order_lines")]
    results, odd = contain(build, mine, unexpected, Containment())
    assert results["landed.orders.amounts"].blocks
    assert not results["landed.order_lines.amounts"].blocks
    assert [row["relation"] for row in odd] == ["landed.order_lines"]


def test_the_share_that_the_advice_names_is_enough(
    build: Relations, checks: dict[str, Check], unexpected: Find
) -> None:
    spoil(build, "amount", "-7", [1, 2, 3, 4])
    limits = Containment(share=0.067)
    results, odd = contain(build, landed_checks(checks, "landed.orders"), unexpected, limits)
    assert not results["landed.orders.amounts"].blocks
    assert len(odd) == 4


def test_what_a_person_accepted_is_set_apart_however_much_it_is(
    build: Relations, checks: dict[str, Check], unexpected: Find
) -> None:
    """30 negative amounts are accepted; they use up nothing of the limit of 3 for the late order."""
    spoil(build, "amount", "-7", list(range(1, 31)))
    spoil(build, "ordered_at", "timestamptz '2999-01-01 00:00:00+00'", [40])
    mine = landed_checks(checks, "landed.orders")
    results, odd = contain(build, mine, unexpected, Containment(), landed__orders__amounts=Said())
    amounts = results["landed.orders.amounts"]
    assert (amounts.accepted_by, amounts.accepted_reason, amounts.contained) == ("ann", "credit notes", 30)
    assert "30 rows set apart; accepted by ann: credit notes" in amounts.in_words
    assert not any(result.blocks for result in results.values())
    assert len(odd) == 31


def test_what_is_not_acceptable_is_not_accepted(checks: dict[str, Check]) -> None:
    found = CheckResult(
        "marts.x.ranges", "marts", "marts.x", "critical", "…", False, "2 rows", cost="publication"
    )
    assert accept([found], {"marts.x.ranges": Said()}) == [found]


def test_where_nothing_is_odd_nothing_is_set_apart(
    build: Relations, checks: dict[str, Check], unexpected: Find
) -> None:
    results, odd = contain(
        build, [c for c in checks.values() if c.cost == "record"], unexpected, Containment()
    )
    assert odd == []
    assert all(result.passed for result in results.values())
