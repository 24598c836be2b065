"""The last asset: what is published, and with what beside it.

Must not live here: what a publication is (warehouse/publication/publish.py), what the checks found (quality/).
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from ingestion.lake.content_removal import WITHDRAWN, land_revived_again, remove_content
from orchestration.assets.common import build_of, owners_of
from orchestration.assets.own_models import OWN_MODELS
from orchestration.resources import Warehouse
from orchestration.running.arrivals import run_fingerprint
from quality.reports import build_reports
from quality.results import read_results
from warehouse.builds.coverage import Coverage, read_coverage
from warehouse.builds.folders import code_version, end_builds
from warehouse.dashboard.report import FOLDER as REPORT
from warehouse.dashboard.report import write_report
from warehouse.engine import connect, quote_text
from warehouse.identity.model.linkage_model import load_model, model_path
from warehouse.lake import Home
from warehouse.publication.description import RunFacts
from warehouse.publication.publications import Publication
from warehouse.publication.publish import SCHEMAS, publish
from warehouse.publication.refusals import list_refusals

GROUP = "publication"


def publication_asset(models: Iterable[dg.AssetsDefinition]) -> dg.AssetsDefinition:
    """Return the publication: it depends on every mart, own ones too, and so waits for every critical check."""
    marts = sorted(
        {key for step in models for key in step.keys if key.path[0] in (*SCHEMAS, *OWN_MODELS.path)}
    )

    @dg.asset(
        key="publication",
        owners=owners_of(dg.AssetKey("publication")),
        group_name=GROUP,
        deps=marts,
        kinds={"duckdb", "parquet"},
        description="Marts and people as DuckDB and Parquet, reports and manifest, switched in at once.",
    )
    def publication(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[Any]:
        began, build = time.monotonic(), build_of(warehouse, context.run_id)
        left_undone = list(
            _remove_withdrawn_content(context, warehouse)
        )  # before: a killed run does it again
        coverage = read_coverage(build)
        published = _publish(context, warehouse, coverage)
        left_undone += [*published.left_undone, *_revive(context, warehouse), *_clean_up(warehouse)]
        for sentence in left_undone:
            context.log.warning(sentence)
        page = warehouse.home.current / REPORT / "index.html"
        rows = {f"{t['schema']}.{t['table']}": t["rows"] for t in published.manifest["tables"]}
        return dg.MaterializeResult(
            metadata={
                "publication": published.publication_id,
                "path": str(warehouse.home.current),
                "checks": published.manifest["checks"]["run"],
                "rows": rows,
                "dagster/row_count": sum(rows.values()),
                "seconds": round(time.monotonic() - began, 2),
                "coverage": coverage.plain(),
                "left_undone": left_undone,
                **({"report_page": str(page)} if page.exists() else {}),
            }
        )

    return publication


def _remove_withdrawn_content(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[str]:
    """Take the content of what was deleted out of the lake; say what failed: no figure rests on it."""
    try:
        with _withdrawn(warehouse.home, context.run_id) as connection:
            removed = remove_content(warehouse.home, connection)
            context.log.info(f"content of {removed.rows} deleted activities left the lake")
    except (OSError, duckdb.Error) as error:
        reason = str(error).splitlines()[0]
        yield f"content that was deleted is still in the lake ({reason}); the next publication removes it"


def _revive(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[str]:
    """Let what is deleted no more land again; say that the next run does it."""
    try:
        with _withdrawn(warehouse.home, context.run_id) as connection:
            revived = land_revived_again(warehouse.home, connection)
    except (OSError, duckdb.Error) as error:
        reason = str(error).splitlines()[0]
        yield f"nobody could tell what is deleted no more ({reason}); the next publication does"
        return
    if revived:
        yield f"{revived:,} activities are deleted no more; their content comes back with the next run"


@contextmanager
def _withdrawn(home: Home, run_id: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection that knows which activities staging found withdrawn."""
    with connect(spill_folder=home.spill) as connection:
        database = quote_text(home.build(run_id) / "warehouse.duckdb")
        connection.execute(f"attach {database} as built (read_only)")
        connection.execute(
            f"create temp table {WITHDRAWN} as"
            " select network, activity_id from built.staging.stg_activities where is_reversed"
        )
        yield connection


def _clean_up(warehouse: Warehouse) -> Iterator[str]:
    """Remove this build and those refused before it; say what failed, since what this one holds is published."""
    try:
        end_builds(warehouse.home)
    except OSError as error:
        folder = warehouse.home.builds
        yield f"what is left in {folder} could not be removed ({error.strerror}); the next publication removes it"


def _publish(context: dg.AssetExecutionContext, warehouse: Warehouse, coverage: Coverage) -> Publication:
    settings, home, build = warehouse.settings, warehouse.home, warehouse.home.build(context.run_id)
    facts = RunFacts(
        run_id=context.run_id,
        code_version=code_version(),
        run_fingerprint=run_fingerprint(settings),
        model_version=load_model(model_path(settings)).version,
        as_of=coverage.as_of_on,
        facts={
            "coverage": coverage.plain(),
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
        folders=_reports(warehouse, build, coverage),
        pages={REPORT: partial(write_report, brand=settings.brand.name)},
    )


def _rows_landed(build: Path) -> dict[str, int]:
    """Rows of each canonical table that the build was made of."""
    with connect(build / "warehouse.duckdb", read_only=True) as connection:
        return dict(
            connection.execute(
                "select canonical_table, cast(sum(rows_landed) as bigint)"
                " from intermediate.int_staged_rows group by canonical_table order by canonical_table"
            ).fetchall()
        )


def _reports(warehouse: Warehouse, build: Path, coverage: Coverage) -> dict[str, Path]:
    return {
        "compiled_sql": warehouse.dbt.copy_compiled(build),
        "data_docs": build_reports(build, _facts(warehouse, coverage)),
        "dbt_docs": warehouse.dbt.write_docs(build),
    }


def _facts(warehouse: Warehouse, coverage: Coverage) -> dict[str, Any]:
    refused = list_refusals(warehouse.home, since_publication=True)
    missing = {"What is missing": " ".join(coverage.notes)} if coverage.notes else {}
    return {
        "Last day counted": coverage.as_of_on or "none",
        "Months without a fact": ", ".join(coverage.empty_months) or "none",
        "Customers by an assumed date": coverage.customers_assumed,
        **missing,
        "Runs refused since the last publication": len(refused),
    }


def _seconds_by_step(context: dg.AssetExecutionContext) -> dict[str, float]:
    steps = context.instance.get_run_step_stats(context.run_id)
    return {
        step.step_key: round(step.end_time - step.start_time, 2)
        for step in steps
        if step.start_time is not None and step.end_time is not None
    }
