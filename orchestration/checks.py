"""The checks of quality/ as Dagster asset checks: one step a layer, critical ones block what comes after.

Must not live here: what is checked (quality/suites/) and how (quality/runner.py).
"""

from collections.abc import Container, Iterable, Iterator

import dagster as dg

from orchestration.links import check_links
from orchestration.resources import Warehouse
from quality.check import LAYERS, Check, CheckResult, Layer
from quality.reports import build_reports
from quality.runner import run_checks
from quality.suites import checks_of
from warehouse.publication.acceptances import open_acceptances
from warehouse.settings import Settings

_EXAMPLES = 5


# Schemas of relations that a layer's checks wait for, and the asset of a check that looks elsewhere.
_OF_LAYER: dict[Layer, tuple[frozenset[str], dg.AssetKey]] = {
    "landed": (frozenset(("landed", "inputs")), dg.AssetKey(["inputs", "files"])),
    "identity": (frozenset(("identity",)), dg.AssetKey(["identity", "personas"])),
    "marts": (frozenset(("marts", "people")), dg.AssetKey(["marts", "metric_catalog"])),
}


def layer_checks(settings: Settings, assets: Iterable[dg.AssetsDefinition]) -> list[dg.AssetChecksDefinition]:
    """Return one definition a layer, holding all of its checks of these assets."""
    known = {key for each in assets for key in each.keys}
    return [_layer_check(layer, checks_of(layer, settings), known) for layer in LAYERS]


def asset_of(layer: Layer, relation: str, known: Container[dg.AssetKey]) -> dg.AssetKey:
    """Return the asset that a check's relation is: `landed.<table>` is the lake's table.

    A company's own check may look at what does not exist, or is not made in this layer: it stands with the layer.
    """
    schema, table = relation.split(".")
    schemas, of_layer = _OF_LAYER[layer]
    asset = dg.AssetKey(["lake" if schema == "landed" else schema, table])
    return asset if schema in schemas and asset in known else of_layer


def check_name(name: str) -> str:
    """Return a check's name as Dagster takes it: letters, digits and underscores."""
    return name.replace(".", "_")


def _layer_check(
    layer: Layer, checks: tuple[Check, ...], known: Container[dg.AssetKey]
) -> dg.AssetChecksDefinition:
    assets = {check.name: asset_of(layer, check.relation, known) for check in checks}
    specs = [
        dg.AssetCheckSpec(
            check_name(check.name),
            asset=assets[check.name],
            description=check.sentence,
            blocking=check.is_critical,
        )
        for check in checks
    ]

    @dg.multi_asset_check(name=f"check_{layer}", specs=specs)
    def check(context: dg.AssetCheckExecutionContext, warehouse: Warehouse) -> Iterator[dg.AssetCheckResult]:
        build = warehouse.home.build(context.run.run_id)
        accepted = open_acceptances(warehouse.home)
        if layer == "identity":
            results = check_links(build, warehouse.settings, accepted)
        else:
            results = run_checks(layer, build, warehouse.settings, accepted=accepted)
        if any(result.blocks for result in results):
            build_reports(build)  # the build ends here, and the report says why
        yield from (as_dagster(result, assets[result.name]) for result in results)

    return check


def as_dagster(result: CheckResult, asset: dg.AssetKey) -> dg.AssetCheckResult:
    """Return what a check of an asset found as Dagster shows it: the reason, how many rows, the first of them."""
    examples = [
        ", ".join(f"{name} {value}" for name, value in row.items()) for row in result.sample[:_EXAMPLES]
    ]
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=check_name(result.name),
        passed=result.passed,
        severity=dg.AssetCheckSeverity.ERROR if result.blocks else dg.AssetCheckSeverity.WARN,
        description=result.sentence,
        metadata={
            "name": result.name,
            "failing_rows": result.unexpected_count,
            "observed": result.in_words,
            "examples": examples,
            "is_applicable": result.is_applicable,
            "is_acceptable": result.is_acceptable,
            "contained": result.contained,
            "cost": result.cost or "nothing",
            "accepted_by": result.accepted_by,
            "accepted_reason": result.accepted_reason,
        },
    )
