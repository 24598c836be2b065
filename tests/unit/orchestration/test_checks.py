"""How a check of quality/ looks in Dagster."""

from __future__ import annotations

import dagster as dg
import pytest

from orchestration.checks import as_dagster, asset_of, check_name
from quality.check import CheckResult, Layer

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


@pytest.mark.parametrize(
    ("severity", "shown"),
    [("critical", dg.AssetCheckSeverity.ERROR), ("warning", dg.AssetCheckSeverity.WARN)],
)
def test_a_failed_check_says_why_how_many_and_which(severity: str, shown: dg.AssetCheckSeverity) -> None:
    result = as_dagster(
        CheckResult(
            name="landed.orders.amounts",
            layer="landed",
            relation="landed.orders",
            severity=severity,  # type: ignore[arg-type]
            sentence="Amounts are money.",
            passed=False,
            observed="7 unexpected rows",
            unexpected_count=7,
            sample=tuple({"source": "crm", "source_record": str(n)} for n in range(7)),
        ),
        dg.AssetKey(["lake", "orders"]),
    )
    assert (result.check_name, result.severity) == ("landed_orders_amounts", shown)
    assert result.description == "Amounts are money."
    assert result.metadata["failing_rows"].value == 7
    assert result.metadata["examples"].value[0] == "source crm, source_record 0"


def test_check_names_are_what_dagster_takes() -> None:
    assert check_name("own.on_purpose") == "own_on_purpose"
