"""Metrics, as MetricFlow asks them, are the figures of the published marts."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.dbt.in_process import PROJECT, Dbt
from tests.fixtures.companies import HandMade
from warehouse.engine import quote_text
from warehouse.lake import Home
from warehouse.parsed_project import parsed_project

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(
        importlib.util.find_spec("metricflow") is None,
        reason="MetricFlow is not installed (dbt-metricflow, dependency group dev)",
    ),
]
PRESENCE = ("period_month", "segmentation", "segment", "network")
METRICS = PROJECT / "models" / "metrics" / "_metrics.yml"
SIZE = ("period_month", "segmentation", "segment")


@pytest.fixture(scope="module")
def marts(hand_made: HandMade) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published marts where dbt's relations have them."""
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as warehouse; create schema warehouse.marts")
        for path in sorted((hand_made.current / "marts").glob("*.parquet")):
            connection.execute(
                f"create view warehouse.marts.{path.stem} as from read_parquet({quote_text(path)})"
            )
        yield connection


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """MetricFlow over our semantic models; it writes SQL, and we run it."""
    from dbt.contracts.graph.semantic_manifest import SemanticManifest
    from metricflow.engine.metricflow_engine import MetricFlowEngine
    from metricflow.protocols.sql_client import SqlEngine
    from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
    from metricflow_semantic_interfaces.implementations.semantic_manifest import PydanticSemanticManifest
    from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
    from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

    home = tmp_path_factory.mktemp("metrics")
    dbt = Dbt(Home(home), "2GB", [])
    dbt.manifest_path()
    parsed = parsed_project(PROJECT, dbt._parse).manifest
    path = home / "semantic_manifest.json"
    SemanticManifest(parsed).write_json_to_file(str(path))
    read = parse_manifest_from_dbt_generated_manifest(path.read_text(encoding="utf-8"))
    assert isinstance(read, PydanticSemanticManifest)
    client = SimpleNamespace(sql_engine_type=SqlEngine.DUCKDB, sql_plan_renderer=DuckDbSqlPlanRenderer())
    return MetricFlowEngine(SemanticManifestLookup(read), client)


def asked(
    engine: Any, marts: duckdb.DuckDBPyConnection, metrics: Sequence[str], entity: str, keys: Sequence[str]
) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """What MetricFlow's SQL gives, by the keys."""
    from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

    names = [f"{entity}__{key}" for key in keys]
    request = MetricFlowQueryRequest.create(metric_names=metrics, group_by_names=names)
    sql = engine.explain(request).sql_statement.sql
    columns = ", ".join([f"{n}__month" if n.endswith("period_month") else n for n in names] + [*metrics])
    rows = marts.execute(f"select {columns} from ({sql}) as asked").fetchall()
    return {_key(row[: len(keys)]): _rounded(row[len(keys) :]) for row in rows}


def shown(
    marts: duckdb.DuckDBPyConnection, mart: str, figures: Sequence[str], keys: Sequence[str]
) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """What the mart shows, by the same keys."""
    rows = marts.execute(f"select {', '.join([*keys, *figures])} from warehouse.marts.{mart}").fetchall()
    return {_key(row[: len(keys)]): _rounded(row[len(keys) :]) for row in rows}


def _key(row: Sequence[Any]) -> tuple[str, ...]:
    return tuple(str(value)[:10] if number == 0 else str(value) for number, value in enumerate(row))


def _rounded(row: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(None if value is None else round(float(value), 6) for value in row)


@pytest.mark.parametrize(
    ("mart", "entity", "keys", "figures"),
    [
        (
            "segment_presence",
            "presence",
            PRESENCE,
            (
                *("customers_present", "presence_rate", "presence_rate_expected", "customers_active"),
                *("active_rate", "activities_active", "activities_passive", "link_recall"),
            ),
        ),
        ("segment_size", "size", SIZE, ("customers", "order_value_amount")),
    ],
)
def test_a_metric_is_the_figure_of_its_mart_hidden_ones_included(
    engine: Any,
    marts: duckdb.DuckDBPyConnection,
    mart: str,
    entity: str,
    keys: tuple[str, ...],
    figures: tuple[str, ...],
) -> None:
    expected = shown(marts, mart, figures, keys)
    assert any(value is not None for row in expected.values() for value in row)
    assert asked(engine, marts, figures, entity, keys) == expected


def test_posts_are_those_of_the_formats_and_add_up(engine: Any, marts: duckdb.DuckDBPyConnection) -> None:
    keys = (*PRESENCE, "format")
    assert asked(engine, marts, ["posts"], "content", keys) == shown(
        marts, "segment_content_formats", ["activities"], keys
    )
    of_all = marts.execute(
        "select sum(activities) from warehouse.marts.segment_content_formats"
        " where segmentation = 'all' and network = 'x'"
    ).fetchone()
    by_segmentation = asked(engine, marts, ["posts"], "content", ("period_month", "segmentation", "network"))
    found = sum(row[0] or 0 for key, row in by_segmentation.items() if key[1:] == ("all", "x"))
    assert of_all is not None
    assert found == of_all[0] > 0


def test_a_rate_leaves_hidden_rows_out_of_both_halves(engine: Any) -> None:
    """Of a segment whose count is hidden neither the customers nor those present are in the rate of both."""
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as warehouse; create schema warehouse.marts")
        connection.execute(
            "create table warehouse.marts.segment_presence as select date '2026-06-01' as period_month,"
            " 'value' as segmentation, segment, 'x' as network, customers, customers_present"
            " from (values ('top', 20, 5), ('low', 80, null)) as rows(segment, customers, customers_present)"
        )
        found = asked(engine, connection, ["presence_rate"], "presence", ("period_month", "segmentation"))
    assert found == {("2026-06-01", "value"): (0.25,)}


def test_every_metric_that_is_a_figure_is_called_as_in_the_catalogue(hand_made: HandMade) -> None:
    names = {metric["name"] for metric in yaml.safe_load(METRICS.read_text(encoding="utf-8"))["metrics"]}
    path = quote_text(hand_made.current / "marts" / "metric_catalog.parquet")
    catalogued = {name for (name,) in duckdb.sql(f"select metric from read_parquet({path})").fetchall()}
    halves = {n for n in names if n.startswith(("customers_asked_of_", "customers_expected", "links_found"))}
    assert names - halves - catalogued == {"posts"}  # activities, in the mart of formats
