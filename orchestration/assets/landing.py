"""From files to the lake, one asset a source, and what the build is given of it.

Must not live here: how a file is read (ingestion/), what the build is given (warehouse/builds/inputs.py).
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import pyarrow as pa

from ingestion.formats.registry import format_of
from ingestion.lake.guard import guard_rest
from ingestion.landing import LEDGER_KIND, land
from ingestion.report import LandingReport
from orchestration.assets.common import owners_of
from orchestration.resources import Warehouse
from orchestration.running.arrivals import standing_now
from warehouse.builds.avatars import hash_avatars
from warehouse.builds.folders import begin_build, code_version
from warehouse.builds.inputs import SCHEMAS, Run, SourceFacts, input_tables, write_inputs
from warehouse.canonical.register import TABLES
from warehouse.engine import connect, quote_text
from warehouse.lake import Home
from warehouse.ledger import Ledger
from warehouse.settings import Settings, Source

GROUP = "ingestion"


_INPUTS = {
    "parameters": "One row: the run, its last day counted, months, currency, smallest cell.",
    "configured_sources": "The sources of scrm.yml, with what their formats always list.",
    "configured_accounts": "Accounts of the brand, its staff and competitors, by network.",
    "configured_words": "Words of scrm.yml that decide: customer stages, counted statuses, domains of staff.",
    "configured_segmentations": "The company's own segmentations.",
    "files": "Every file that landed, failed or was withdrawn, with its counts, from the ledger.",
    "set_apart": "Rows that a check of what landed left out of this build.",
    "avatars": "Hashes of profile pictures.",
}


class BuildConfig(dg.Config):
    """Whether to build although nothing is new."""

    force: bool = False


def landing_asset(source: Source) -> dg.AssetsDefinition:
    """Return the asset of one configured source."""

    @dg.asset(
        key=["ingestion", source.name],
        owners=owners_of(dg.AssetKey(["ingestion", source.name])),
        group_name=GROUP,
        kinds={source.format},
        description=f"Files of `{source.path}` as canonical rows in the lake, every record accounted for.",
    )
    def land_source(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[Any]:
        began = time.monotonic()
        report = land(source, warehouse.settings, warehouse.home)
        for sentence in (*(failed.reason for failed in report.failed), *report.mended, *report.notes):
            context.log.warning(sentence)
        seconds = round(time.monotonic() - began, 2)
        return dg.MaterializeResult(metadata={**landing_figures(report), "seconds": seconds})

    return land_source


def landing_figures(report: LandingReport) -> dict[str, Any]:
    """Return counts of what came in new, and the files that cannot be read, those of earlier runs, too."""
    new = [file for file in report.landed if file.is_new]
    return {
        "files": report.files,
        "files_new": len(new),
        "records_accepted": sum(file.records_accepted for file in new),
        "records_duplicate": sum(file.records_duplicate for file in new),
        "records_rejected": sum(file.records_rejected for file in new),
        "failed_files": [{"file": file.file_name, "reason": file.reason} for file in report.failed],
        "withdrawn_files": [file.file_name for file in report.withdrawn],
        "mended": list(report.mended),
        "notes": list(report.notes),
        "unknown_fields": sorted({name for file in new for name in file.unknown_fields}),
    }


def build_inputs(settings: Settings) -> dg.AssetsDefinition:
    """Return the gate between landing and everything else, and what stands behind it.

    Every byte of the lake is held against the ledger before anything reads it. Where the publication that
    serves was made from just what there is now, it yields nothing, and Dagster skips all that follows.
    """
    sources = [dg.AssetKey(["ingestion", source.name]) for source in settings.sources]

    def spec(group: str, name: str, said: str | None = None) -> dg.AssetSpec:
        key = dg.AssetKey([group, name])
        return dg.AssetSpec(
            key,
            deps=sources,
            group_name=GROUP,
            description=said,
            skippable=True,
            owners=owners_of(key),
            metadata={
                "dagster/column_schema": _columns(TABLES[name].schema if group == "lake" else SCHEMAS[name])
            },
        )

    @dg.multi_asset(
        name="build_inputs",
        specs=[
            *(spec("lake", table.name, table.description) for table in TABLES.values()),
            *(spec("inputs", name, _INPUTS[name]) for name in SCHEMAS),
        ],
    )
    def begin(
        context: dg.AssetExecutionContext, warehouse: Warehouse, config: BuildConfig
    ) -> Iterator[dg.MaterializeResult[Any] | dg.AssetObservation]:
        guarded = guard_rest(warehouse.home, (source.name for source in warehouse.settings.sources))
        if guarded:
            yield dg.AssetObservation(asset_key=["inputs", "files"], metadata={"mended": guarded})
        now = standing_now(warehouse.settings)
        context.log.info(now.reason)
        if now.is_current and not config.force:
            return
        run = Run(context.run_id, datetime.now(UTC), code_version())
        begun = begin_build(warehouse.home, run.run_id)
        pictures = hash_avatars(warehouse.settings, warehouse.home)
        for problem in pictures.problems:
            context.log.warning(problem)
        tables = build_tables(warehouse.settings, Ledger(warehouse.home.ledger), run, pictures.hashes)
        write_inputs(begun, tables)
        rows = lake_rows(warehouse.home)
        for name in TABLES:
            yield dg.MaterializeResult(asset_key=["lake", name], metadata=_row_count(rows[name]))
        for name, table in tables.items():
            said = {"problems": list(pictures.problems)} if name == "avatars" else {}
            yield dg.MaterializeResult(
                asset_key=["inputs", name], metadata={**_row_count(table.num_rows), **said}
            )

    return begin


def _columns(schema: pa.Schema) -> dg.TableSchema:
    """Return the columns of a table as Dagster shows them."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                field.name,
                str(field.type),
                description=(field.metadata or {}).get(b"description", b"").decode() or None,
                constraints=dg.TableColumnConstraints(nullable=field.nullable),
            )
            for field in schema
        ]
    )


def build_tables(
    settings: Settings, ledger: Ledger, run: Run, avatars: pa.Table | None = None
) -> dict[str, pa.Table]:
    """Return what the build is given of configuration, ledger, formats and pictures."""
    facts = {source.name: source_facts(source) for source in settings.sources}
    return input_tables(settings, ledger.entries(LEDGER_KIND), facts, run, avatars)


def source_facts(source: Source) -> SourceFacts:
    """Return what a source's format says of it: its network, what it always lists, and what it can fill."""
    form = format_of(source)
    return SourceFacts(
        network=form.network,
        deletions_by=form.deletions_by,
        views=form.observes.views,
        counters=form.observes.counters,
        connections=form.observes.connections,
        reshares=form.observes.reshares,
        tables=tuple(sorted({rows.table for kind in form.kinds for rows in kind.rows})),
    )


def lake_rows(home: Home) -> dict[str, int]:
    """Count the rows of every canonical table in the lake, from the files' footers."""
    counts = " union all ".join(
        f"select {quote_text(name)}, count(*) from read_parquet({quote_text(home.table_glob(name))})"
        for name in TABLES
    )
    with connect() as connection:
        return dict(connection.execute(counts).fetchall())


def _row_count(rows: int) -> dict[str, int]:
    return {"dagster/row_count": rows}
