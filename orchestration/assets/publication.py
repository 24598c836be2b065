"""The last asset: what is published, and with what beside it.

Must not live here: what a publication is (warehouse/publish.py), what the checks found (quality/).
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.arrivals import run_fingerprint
from orchestration.builds import code_version, end_builds
from orchestration.resources import Warehouse
from quality.reports import build_reports
from quality.results import read_results
from warehouse.engine import connect
from warehouse.identity.model import load_model, model_path
from warehouse.publications import Publication
from warehouse.publish import SCHEMAS, RunFacts, publish
from warehouse.refusals import list_refusals

GROUP = "publication"


def publication_asset(models: Iterable[dg.AssetsDefinition]) -> dg.AssetsDefinition:
    """Return the publication: it depends on every mart, and so waits for every critical check."""
    marts = sorted({key for step in models for key in step.keys if key.path[0] in SCHEMAS})

    @dg.asset(
        key="publication",
        group_name=GROUP,
        deps=marts,
        kinds={"duckdb", "parquet"},
        description="Marts and people as DuckDB and Parquet, reports and manifest, switched in at once.",
    )
    def publication(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[Any]:
        published = _publish(context, warehouse)
        left_undone = [*published.left_undone, *_clean_up(warehouse)]
        for sentence in left_undone:
            context.log.warning(sentence)
        rows = {f"{t['schema']}.{t['table']}": t["rows"] for t in published.manifest["tables"]}
        return dg.MaterializeResult(
            metadata={
                "publication": published.publication_id,
                "path": str(warehouse.home.current),
                "checks": published.manifest["checks"]["run"],
                "rows": rows,
                "left_undone": left_undone,
            }
        )

    return publication


def _clean_up(warehouse: Warehouse) -> Iterator[str]:
    """Remove this build and those refused before it; say what failed, since what this one holds is published."""
    try:
        end_builds(warehouse.home)
    except OSError as error:
        folder = warehouse.home.builds
        yield f"what is left in {folder} could not be removed ({error.strerror}); the next publication removes it"


def _publish(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Publication:
    settings, home, build = warehouse.settings, warehouse.home, warehouse.home.build(context.run_id)
    facts = RunFacts(
        run_id=context.run_id,
        code_version=code_version(),
        run_fingerprint=run_fingerprint(settings),
        model_version=load_model(model_path(settings)).version,
        as_of=_as_of(build),
        facts={
            "seconds_by_step": _seconds_by_step(context),
            "rows_landed": _rows_landed(build),
            "refused_since_last_publication": [
                asdict(refusal) for refusal in list_refusals(home, since_publication=True)
            ],
        },
    )
    return publish(
        home,
        build,
        settings,
        read_results(build),
        facts,
        dbt_manifest=warehouse.dbt.manifest_path(),
        folders=_reports(warehouse, build),
    )


def _as_of(build: Path) -> date:
    """Last day counted, as dbt worked it out of the configuration and the data."""
    with connect(build / "warehouse.duckdb", read_only=True) as connection:
        row = connection.execute("select as_of_on from intermediate.int_parameters").fetchall()[0]
    last_day: date = row[0]
    return last_day


def _rows_landed(build: Path) -> dict[str, int]:
    """Rows of each canonical table that the build was made of."""
    with connect(build / "warehouse.duckdb", read_only=True) as connection:
        return dict(
            connection.execute(
                "select canonical_table, cast(sum(rows_landed) as bigint)"
                " from intermediate.int_staged_rows group by canonical_table order by canonical_table"
            ).fetchall()
        )


def _reports(warehouse: Warehouse, build: Path) -> dict[str, Path]:
    return {
        "compiled_sql": warehouse.dbt.copy_compiled(build),
        "data_docs": build_reports(build, _facts(warehouse)),
        "dbt_docs": warehouse.dbt.write_docs(build),
    }


def _facts(warehouse: Warehouse) -> dict[str, Any]:
    refused = list_refusals(warehouse.home, since_publication=True)
    return {"Runs refused since the last publication": len(refused)}


def _seconds_by_step(context: dg.AssetExecutionContext) -> dict[str, float]:
    steps = context.instance.get_run_step_stats(context.run_id)
    return {
        step.step_key: round(step.end_time - step.start_time, 2)
        for step in steps
        if step.start_time is not None and step.end_time is not None
    }
