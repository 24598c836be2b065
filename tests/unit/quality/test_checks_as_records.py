"""Checks as plain records: names, limits, tolerance, the company's own checks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

import quality
from quality.check import (
    LAYERS,
    Check,
    CheckResult,
    CostUnsaid,
    DuplicateCheck,
    UnknownLimit,
    refuse_duplicates,
)
from quality.own_checks import OwnChecksError, read_own_checks, unusable
from quality.relations import Relations
from quality.suites import UnknownLayer, checks_of
from tests.unit.quality.healthy import SETTINGS, healthy_tables, shape_of
from warehouse.settings import Settings

GUIDE = Path(quality.__file__).with_name("README.md")
_ARTICLE = {"record": "a", "publication": "the"}
Find = Callable[[Relations, Check], list[dict[str, Any]]]


def with_thresholds(**thresholds: float) -> Settings:
    named = {name.replace("__", "."): value for name, value in thresholds.items()}
    return Settings.model_validate({**SETTINGS, "quality": {"thresholds": named}})


def test_every_check_says_why_it_matters_and_where_it_looks(checks: dict[str, Check]) -> None:
    for name, check in checks.items():
        assert name.startswith(check.layer), name
        assert len(check.sentence) > 30, name
        assert check.sentence.rstrip().endswith("."), name
        assert "@batch" in check.sql, name
        assert check.layer in LAYERS


def test_the_checks_of_the_shipped_models_are_known_before_anything_is_built(settings: Settings) -> None:
    names = {check.name for check in checks_of("marts", settings)}
    assert "marts.segment_presence.small_cells_hidden" in names
    assert "marts.segment_presence.bounds" in names


def test_every_critical_check_says_what_it_costs(checks: dict[str, Check]) -> None:
    for name, check in checks.items():
        assert check.is_critical == (check.cost is not None) or check.cost == "file", name
        assert check.is_critical or not check.is_acceptable, name
    with pytest.raises(CostUnsaid, match=r"record, person, file, publication"):
        replace(checks["identity.not_empty"], cost=None)


def test_the_guide_gives_every_critical_check_its_cost(checks: dict[str, Check]) -> None:
    """Rows of the table: names, cost, whether it may be accepted, why."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in GUIDE.read_text(encoding="utf-8").splitlines()
        if re.match(r"\| `(landed|marts)\.", line)
    ]
    said = {pattern: row[1:3] for row in rows for pattern in re.findall(r"`([^`]+)`", row[0])}
    for name, check in checks.items():
        if check.is_critical and check.layer != "identity":
            (found,) = (said[pattern] for pattern in said if fnmatchcase(name, pattern))
            assert found == [
                f"{_ARTICLE[check.cost]} {check.cost}",
                "yes" if check.is_acceptable else "no",
            ], name


@pytest.mark.parametrize(
    ("outcome", "blocks"), [({}, True), ({"contained": 2}, False), ({"accepted_by": "ann"}, False)]
)
def test_what_is_contained_or_accepted_does_not_block(outcome: dict[str, Any], blocks: bool) -> None:
    found = CheckResult("landed.orders.amounts", "landed", "landed.orders", "critical", "…", False, "2 rows")
    assert replace(found, **outcome).blocks == blocks
    again = CheckResult.from_json(replace(found, **outcome).to_json())
    assert again.blocks == blocks


def test_an_unknown_layer_is_refused(settings: Settings) -> None:
    with pytest.raises(UnknownLayer, match="landed, identity, marts"):
        checks_of("staging", settings)  # type: ignore[arg-type]


def test_two_checks_of_one_name_are_refused(checks: dict[str, Check]) -> None:
    check = checks["identity.not_empty"]
    with pytest.raises(DuplicateCheck, match=r"identity\.not_empty"):
        refuse_duplicates((check, replace(check, sentence="Another.")))


def test_a_limit_of_the_configuration_wins(build: Relations, unexpected: Find) -> None:
    build.connection.execute("update landed.orders set amount = -1 where source_record = '8/data'")
    shape = shape_of(healthy_tables())
    strict = {c.name: c for c in checks_of("landed", with_thresholds(), shape)}
    lenient = {c.name: c for c in checks_of("landed", with_thresholds(landed__orders__amounts=0.05), shape)}
    assert len(unexpected(build, strict["landed.orders.amounts"])) == 1
    assert unexpected(build, lenient["landed.orders.amounts"]) == []  # 1 of 60 rows is less than 5 %


def test_a_misspelt_limit_is_refused_with_the_nearest(settings: Settings) -> None:
    with pytest.raises(UnknownLimit, match=r"did you mean 'landed\.orders\.amounts'"):
        checks_of("landed", with_thresholds(landed__order__amounts=0.05))


def test_a_tolerance_is_of_each_column_not_of_all_together(build: Relations, unexpected: Find) -> None:
    """Tolerated are 5 % of 60 rows = 3 a column: 2 + 2 bad names pass, 4 in one column do not."""
    check = {c.name: c for c in checks_of("landed", with_thresholds())}["landed.contacts.names"]
    for column, rows in (("given_name", "('1/data', '2/data')"), ("family_name", "('3/data', '4/data')")):
        build.connection.execute(f"update landed.contacts set {column} = '???' where source_record in {rows}")
    assert unexpected(build, check) == []
    build.connection.execute(
        "update landed.contacts set given_name = '???' where source_record in ('5/data', '6/data')"
    )
    assert {row["column_name"] for row in unexpected(build, check)} == {"given_name"}


OWN = """
- name: no_test_orders
  layer: landed
  relation: landed.orders
  severity: critical
  sentence: Orders of the test shop are not sales.
  sql: select source, source_file_sha256, source_record from @batch where order_id = 'order-7';
"""


def test_own_checks_stand_beside_the_products(tmp_path: Path, build: Relations, unexpected: Find) -> None:
    (tmp_path / "checks.yml").write_text(OWN)
    (check,) = read_own_checks(tmp_path)
    assert (check.name, check.is_critical) == ("own.no_test_orders", True)
    assert [row["source_record"] for row in unexpected(build, check)] == ["8/data"]
    assert read_own_checks(tmp_path / "elsewhere") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OWN.replace("critical", "fatal"), r"entry 0\.severity"),
        (OWN.replace("@batch", "landed.orders"), r"entry 0\.sql"),
        (OWN.replace("  layer: landed\n", ""), r"entry 0\.layer: Field required"),
        ("- [", "not valid YAML"),
    ],
)
def test_a_wrong_own_check_is_refused_by_entry(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "checks.yml").write_text(text)
    with pytest.raises(OwnChecksError, match=said):
        read_own_checks(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            OWN.replace("landed.orders", "landed.order"),
            r"no_test_orders: there is no relation landed.order; did you mean",
        ),
        (OWN.replace("select source", "selec source"), r"no_test_orders: its sql is no SQL: Parser Error"),
        (OWN.replace("order-7';", "order-7'; drop table x"), r"must be one query"),
        (OWN.replace("select source", "delete"), r"its sql is no SQL|must be one query"),
    ],
)
def test_an_own_check_that_could_not_be_run_is_told_before_the_run(
    text: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "checks.yml").write_text(text)
    (sentence,) = unusable(read_own_checks(tmp_path), {"landed": ["orders", "contacts"]})
    assert re.search(said, sentence)


def test_an_own_check_that_can_be_run_is_not(tmp_path: Path) -> None:
    (tmp_path / "checks.yml").write_text(OWN)
    assert unusable(read_own_checks(tmp_path), {"landed": ["orders"]}) == []
