"""dbt's models as assets, in two steps: up to the personas, and from the links on.

dbt's results become materialisations with rows and seconds, its tests become asset checks; a test of severity
`error` blocks what comes after. Must not live here: any rule on data (dbt_project/).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets

from orchestration.assets.common import build_of, owners_of
from orchestration.console.progress import teller
from orchestration.dbt.graph import READ_BY_IDENTITY, DbtGraph
from orchestration.dbt.in_process import NodeResult
from orchestration.dbt.sentences import sentence_of
from orchestration.resources import Warehouse
from warehouse.engine import connect, quote_identifier

_READ = [f"+{name}" for name in READ_BY_IDENTITY]
# dbt's unit tests prove the SQL, not the data: the test suite runs them, not every refresh. A test that
# reads models of both stages waits for the second ('buildable').
_ALWAYS = ("--exclude-resource-type", "unit_test", "--indirect-selection", "buildable")


# What Dagster shows of a mart.
_PREVIEWED_ROWS, _PREVIEWED_COLUMNS = 5, 12


class Translator(DagsterDbtTranslator):  # type: ignore[misc]
    """Keys are `<schema>/<model>` and `<source>/<table>`; each dbt test belongs to one model."""

    def __init__(self, graph: DbtGraph) -> None:
        super().__init__()
        self.graph = graph

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey([dbt_resource_props["source_name"], dbt_resource_props["name"]])
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return str(dbt_resource_props.get("description") or "")

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        return owners_of(self.get_asset_key(dbt_resource_props))

    def get_asset_check_spec(
        self,
        asset_spec: dg.AssetSpec,
        manifest: Mapping[str, Any],
        unique_id: str,
        project: Any,  # noqa: ARG002
    ) -> dg.AssetCheckSpec | None:
        test = manifest["nodes"][unique_id]
        owner = self.graph.owner(unique_id)
        if owner is None or self.key(owner) != asset_spec.key:
            return None
        blocking = test["config"]["severity"].lower() == "error"
        return dg.AssetCheckSpec(
            test["name"], asset=asset_spec.key, blocking=blocking, description=sentence_of(test) or None
        )

    def key(self, unique_id: str) -> dg.AssetKey:
        return self.get_asset_key(self.graph.manifest["nodes"][unique_id])


def model_assets(graph: DbtGraph) -> list[dg.AssetsDefinition]:
    """Return the two steps of dbt as assets."""
    translator = Translator(graph)

    @dbt_assets(  # type: ignore[untyped-decorator]
        name="persona_models",
        manifest=graph.manifest,
        select=" ".join(graph.names(graph.before_identity)),
        dagster_dbt_translator=translator,
    )
    def persona_models(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Any]:
        yield from _build(context, warehouse, translator, ["--select", *_READ])

    @dbt_assets(  # type: ignore[untyped-decorator]
        name="mart_models",
        manifest=graph.manifest,
        select=" ".join(graph.names(graph.after_identity)),
        dagster_dbt_translator=translator,
    )
    def mart_models(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Any]:
        yield from _build(context, warehouse, translator, ["--exclude", *_READ])

    return [persona_models, mart_models]


def _build(
    context: dg.AssetExecutionContext, warehouse: Warehouse, translator: Translator, selection: list[str]
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    build = build_of(warehouse, context.run_id)
    results = warehouse.dbt.build(build, [*selection, *_ALWAYS], teller(context.log))
    rows = _rows_by_table(build / "warehouse.duckdb")
    previews = previews_of(build / "warehouse.duckdb")
    for result in results:
        found = _check(result, translator) if result.unique_id.startswith("test.") else None
        if found is not None and _key(found) in context.selected_asset_check_keys:
            yield found
        elif result.status == "success" and translator.key(result.unique_id) in context.selected_asset_keys:
            yield _materialization(result, translator, rows, previews)
    broken = [r for r in results if r.status == "error"]
    if broken:
        raise dg.Failure(_sentence(broken), allow_retries=False)


def _materialization(
    result: NodeResult,
    translator: Translator,
    rows: Mapping[tuple[str, ...], int],
    previews: Mapping[tuple[str, ...], str],
) -> dg.MaterializeResult[Any]:
    key = translator.key(result.unique_id)
    counted = {"dagster/row_count": rows[tuple(key.path)]} if tuple(key.path) in rows else {}
    shown = (
        {"preview": dg.MarkdownMetadataValue(previews[tuple(key.path)])}
        if tuple(key.path) in previews
        else {}
    )
    return dg.MaterializeResult(asset_key=key, metadata={"seconds": result.seconds, **counted, **shown})


def _check(result: NodeResult, translator: Translator) -> dg.AssetCheckResult | None:
    owner = translator.graph.owner(result.unique_id)
    if result.status == "skipped" or owner is None:
        return None
    return dg.AssetCheckResult(
        asset_key=translator.key(owner),
        check_name=translator.graph.manifest["nodes"][result.unique_id]["name"],
        passed=result.status == "pass",
        severity=dg.AssetCheckSeverity.WARN if result.status == "warn" else dg.AssetCheckSeverity.ERROR,
        description=result.message or None,
        metadata={"failing_rows": result.failures, "seconds": result.seconds},
    )


def _key(check: dg.AssetCheckResult) -> dg.AssetCheckKey:
    return dg.AssetCheckKey(check.asset_key or dg.AssetKey([]), check.check_name or "")


def _sentence(broken: Iterable[NodeResult]) -> str:
    return "dbt could not build: " + "; ".join(f"{r.unique_id}: {r.message.strip()}" for r in broken)


def previews_of(database: Path) -> dict[tuple[str, ...], str]:
    """The first rows of each mart that names nobody, as a table; what is told of people has none."""
    with connect(database, read_only=True) as connection:
        found = connection.execute(
            "select table_name, list(column_name order by column_index) from duckdb_columns() "
            "where schema_name = 'marts' group by table_name"
        ).fetchall()
        previews: dict[tuple[str, ...], str] = {}
        for name, columns in found:
            shown = columns[:_PREVIEWED_COLUMNS]
            listed = ", ".join(f"cast({quote_identifier(column)} as varchar)" for column in shown)
            rows = connection.execute(
                f"select {listed} from marts.{quote_identifier(name)} order by all limit {_PREVIEWED_ROWS}"
            ).fetchall()
            previews["marts", name] = _markdown(shown, rows)
    return previews


def _markdown(columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> str:
    lines = [columns, ["---"] * len(columns), *([cell or "" for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _rows_by_table(database: Path) -> dict[tuple[str, ...], int]:
    """Count rows by (schema, table), from DuckDB's own book-keeping; views are left out."""
    with connect(database, read_only=True) as connection:
        found = connection.execute("select schema_name, table_name, estimated_size from duckdb_tables()")
        return {(schema, table): rows for schema, table, rows in found.fetchall()}
