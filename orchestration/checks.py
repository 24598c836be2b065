"""The checks of quality/ as Dagster asset checks: one step a layer, two asset checks a table.

An asset check is all critical checks of a table, or all that warn. It says which of them did not pass, each by its
own name, and blocks what comes after where a critical one does not. One for each of hundreds of checks would fill
Dagster's history, at seven commits each, and show no more. Must not live here: what is checked (quality/suites/)
and how (quality/runner.py).
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from orchestration.assets.common import build_of
from orchestration.links import check_links
from orchestration.resources import Warehouse
from quality.check import LAYERS, Check, CheckResult, Layer, Severity
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


Group = tuple[dg.AssetKey, Severity]
_NAMES: Mapping[Severity, str] = {"critical": "critical_checks", "warning": "warnings"}


def _layer_check(
    layer: Layer, checks: tuple[Check, ...], known: Container[dg.AssetKey]
) -> dg.AssetChecksDefinition:
    groups: dict[Group, list[Check]] = {}
    for check in checks:
        groups.setdefault((asset_of(layer, check.relation, known), check.severity), []).append(check)
    specs = [
        dg.AssetCheckSpec(
            _NAMES[severity],
            asset=asset,
            description="\n".join(f"- `{check.name}`: {check.sentence}" for check in grouped),
            blocking=severity == "critical",
        )
        for (asset, severity), grouped in groups.items()
    ]

    # in part, so that a selection of assets comes as far as the sentence that names the job to launch
    @dg.multi_asset_check(name=f"check_{layer}", specs=specs, can_subset=True)
    def check_layer(
        context: dg.AssetCheckExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.AssetCheckResult]:
        build = build_of(warehouse, context.run.run_id)
        accepted = open_acceptances(warehouse.home)
        if layer == "identity":
            results = check_links(build, warehouse.settings, accepted)
        else:
            results = run_checks(layer, build, warehouse.settings, accepted=accepted)
        if any(result.blocks for result in results):
            build_reports(build)  # the build ends here, and the report says why
        by_name = {result.name: result for result in results}
        asked = context.selected_asset_check_keys
        for (asset, severity), grouped in groups.items():
            if dg.AssetCheckKey(asset, _NAMES[severity]) in asked:
                yield as_dagster((asset, severity), [by_name[check.name] for check in grouped])

    return check_layer


def as_dagster(group: Group, results: Sequence[CheckResult]) -> dg.AssetCheckResult:
    """Return what the checks of an asset found as Dagster shows it: which did not pass, why, the first rows."""
    asset, severity = group
    run = sum(result.is_applicable for result in results)
    failed = [result for result in results if not result.passed]
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=_NAMES[severity],
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR if any(r.blocks for r in failed) else dg.AssetCheckSeverity.WARN,
        description="; ".join(f"{result.name}: {result.in_words}" for result in failed) or None,
        metadata={
            "checks_run": run,
            "nothing_to_look_at": len(results) - run,
            "failing_rows": sum(result.unexpected_count for result in failed),
            "findings": [_finding(result) for result in failed],
        },
    )


def _finding(result: CheckResult) -> dict[str, Any]:
    """A check that did not pass, as the report of the run reads it (report.py, `FailedCheck`)."""
    return {
        "name": result.name,
        "is_critical": result.blocks,
        "reason": result.sentence,
        "found": result.in_words,
        "examples": [
            ", ".join(f"{name} {value}" for name, value in row.items()) for row in result.sample[:_EXAMPLES]
        ],
        "cost": result.cost or "nothing",
        "contained": result.contained,
        "is_acceptable": result.is_acceptable,
        "accepted_by": result.accepted_by,
        "accepted_reason": result.accepted_reason,
    }
