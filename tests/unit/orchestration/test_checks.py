"""How a check of quality/ looks in Dagster."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import dagster as dg
import pytest

from orchestration.checks import as_dagster, asset_of
from quality.check import CheckResult, Layer, Severity

KNOWN = {
    dg.AssetKey(path.split("/")) for path in ("lake/orders", "marts/segment_presence", "staging/stg_orders")
}


@pytest.mark.parametrize(
    ("layer", "relation", "asset"),
    [
        ("landed", "landed.orders", "lake/orders"),
        ("marts", "marts.segment_presence", "marts/segment_presence"),
        # a company's own: misspelt, and of tables that are not made yet, or were before
        ("landed", "landed.ordres", "inputs/files"),
        ("landed", "staging.stg_orders", "inputs/files"),
        ("identity", "intermediate.int_personas", "identity/personas"),
        ("marts", "previous.segment_presence", "marts/metric_catalog"),
    ],
)
def test_a_check_belongs_to_the_asset_of_its_relation_or_to_its_layer(
    layer: Layer, relation: str, asset: str
) -> None:
    assert asset_of(layer, relation, KNOWN).to_user_string() == asset


ORDERS = dg.AssetKey(["lake", "orders"])
WELL = CheckResult(
    name="landed.orders.events",
    layer="landed",
    relation="landed.orders",
    severity="critical",
    sentence="Instants place a row in a month.",
    passed=True,
    observed="nothing unexpected",
)
ODD = replace(
    WELL,
    name="landed.orders.amounts",
    sentence="Amounts are money.",
    passed=False,
    observed="7 unexpected rows",
    unexpected_count=7,
    sample=tuple({"source": "crm", "source_record": str(n)} for n in range(7)),
    cost="record",
)
NO_DATA = replace(WELL, name="landed.orders.not_empty", is_applicable=False)


def test_one_asset_check_says_of_each_check_that_did_not_pass_why_how_many_and_which() -> None:
    shown = as_dagster((ORDERS, "critical"), [WELL, ODD, NO_DATA])
    assert (shown.check_name, shown.passed, shown.severity) == (
        "critical_checks",
        False,
        dg.AssetCheckSeverity.ERROR,
    )
    assert shown.description == "landed.orders.amounts: 7 unexpected rows"
    counts = ("checks_run", "nothing_to_look_at", "failing_rows")
    assert [shown.metadata[name].value for name in counts] == [2, 1, 7]
    findings: Any = shown.metadata["findings"].value
    (finding,) = findings
    assert (finding["name"], finding["reason"]) == ("landed.orders.amounts", "Amounts are money.")
    assert finding["examples"][0] == "source crm, source_record 0"


def test_checks_that_pass_are_an_asset_check_that_passes() -> None:
    shown = as_dagster((ORDERS, "critical"), [WELL, NO_DATA])
    assert (shown.passed, shown.description, shown.metadata["findings"].value) == (True, None, [])


@pytest.mark.parametrize(
    ("group", "result"),
    [
        ("warning", replace(ODD, severity="warning", cost=None)),
        ("critical", replace(ODD, contained=7)),
        ("critical", replace(ODD, accepted_by="ann")),
    ],
    ids=["warns", "contained", "accepted"],
)
def test_what_keeps_nothing_from_being_published_is_a_warning(group: Severity, result: CheckResult) -> None:
    shown = as_dagster((ORDERS, group), [result])
    assert (shown.passed, shown.severity) == (False, dg.AssetCheckSeverity.WARN)
