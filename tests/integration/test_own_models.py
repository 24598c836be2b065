"""A company's own models: built, judged and published with ours. Each broken one costs itself, and says why."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.dbt.own_models import build_own_models
from orchestration.running.arrivals import run_fingerprint
from tests.fixtures.companies import HandMade
from tests.unit.warehouse.publishing import PASSED
from warehouse.engine import quote_text
from warehouse.lake import Home
from warehouse.own_models.outcome import OwnModel
from warehouse.publication.description import RunFacts
from warehouse.publication.publications import Publication
from warehouse.publication.publish import publish
from warehouse.settings import Settings, load_settings

pytestmark = pytest.mark.integration

WELL = {
    # of all customers, by network: says what its rows are, counts customers, and takes what is guarded already
    "sales/network_lead.sql": """
        select period_month, segmentation, segment, network, is_suppressed, customers, presence_rate
        from {{ ref('segment_presence') }} where segmentation = 'all'""",
    # of another model of the company
    "sales/best_network.sql": """
        select period_month, max_by(network, presence_rate) as network
        from {{ ref('network_lead') }} where network <> 'all' group by period_month""",
    # says nothing of itself: into people
    "callers.sql": "select person_id, name from {{ ref('persons') }}",
    "sales/_sales.yml": """
        models:
          - name: network_lead
            description: Presence of all customers by network.
            config:
              meta:
                grain: [period_month, segmentation, segment, network]
                counts_customers: true
                guarded_along: segment
            columns:
              - {name: presence_rate, description: "customers_present / customers"}
            data_tests:
              - unique_grain: {arguments: {columns: [period_month, segmentation, segment, network]}}
          - name: best_network
            config: {meta: {grain: [period_month], counts_customers: false}}
        """,
}
BROKEN = {
    "sql_error.sql": "select no_such_column from {{ ref('persons') }}",
    "compile_error.sql": "select {{ no_such_macro() }}",
    "template_error.sql": "select {% if %}",
    "refers_to_nothing.sql": "select * from {{ ref('nowhere') }}",
    "segment_size.sql": "select 1 as one",
    "Big-Name.sql": "select 1 as one",
    "not_yaml.yml": "models:\n  - name: [",
    "tested.sql": "select person_id from {{ ref('persons') }}",
    "made_of_tested.sql": "select * from {{ ref('tested') }}",
    "unguarded.sql": "select network, 3 as customers from {{ ref('segment_presence') }} group by network",
    "liar.sql": "select network, count(*) as customers from {{ ref('segment_presence') }} group by network",
    "few.sql": "select * from (values ('a', false, 3), ('b', false, 12)) as r(segment, is_suppressed, customers)",
    "named.sql": "select handle, 1 as posts from {{ ref('profiles') }} where handle is not null",
    "quotes_a_value.sql": "select cast(name as integer) as age from {{ ref('persons') }}",
    "twice.sql": "select 'x' as network union all select 'x'",
    "half_said.sql": "select 'x' as network",
    "_broken.yml": """
        models:
          - name: tested
            columns:
              - name: person_id
                data_tests: [{accepted_values: {arguments: {values: [nobody]}}}]
          - {name: unguarded, config: {meta: {grain: [network], counts_customers: true}}}
          - {name: liar, config: {meta: {grain: [network], counts_customers: false}}}
          - {name: few, config: {meta: {grain: [segment], counts_customers: true, guarded_along: segment}}}
          - {name: named, config: {meta: {grain: [handle], counts_customers: false}}}
          - {name: twice, config: {meta: {grain: [network], counts_customers: false}}}
          - {name: half_said, config: {meta: {grain: [network]}}}
        """,
}
WHY = {
    "sql_error": "no_such_column",
    "compile_error": "'no_such_macro' is undefined",
    "template_error": "Expected an expression",
    "refers_to_nothing": "'nowhere' which was not found",
    "segment_size": "marts.segment_size is a table of this warehouse",
    "Big-Name": "is no name of a table",
    "not_yaml": "Syntax error near line",
    "tested": "its test accepted_values_tested_person_id__nobody: Got 15 results",
    "made_of_tested": "it is made from tested",
    "unguarded": "guarded_along is None",
    "liar": "has the column 'customers'",
    "few": "few.small_cells_hidden found 1 rows",
    "named": "its column 'handle' is there to identify somebody",
    "quotes_a_value": "Conversion Error (on what says",
    "twice": "twice.unique_grain found 1 rows",
    "half_said": "grain (a list of columns) and counts_customers",
}


@dataclass(frozen=True)
class Company:
    """A company with models of its own, what became of them, and the publication that holds them."""

    settings: Settings
    models: Mapping[str, OwnModel]
    publication: Publication


@pytest.fixture(scope="module")
def company(hand_made: HandMade, tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The hand-made company, its marts built, cells below 10 hidden, then its own models."""
    folder = hand_made.copy(tmp_path_factory.mktemp("own") / "company")
    for name, text in {**WELL, **BROKEN}.items():
        path = folder / "models" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    settings = load_settings(folder)
    home = Home(settings.home)
    build = build_of_what_is_published(home)
    models = {model.name: model for model in build_own_models(settings, build, lambda *_: None)}
    facts = RunFacts("own", "1", "fingerprint", "standard")
    return Company(settings, models, publish(home, build, settings, [PASSED], facts))


def build_of_what_is_published(home: Home) -> Path:
    """The build that the published tables came from, as far as own models see it; its smallest cell is 10."""
    build, published = home.build("own"), home.current.resolve()
    for name in ("inputs", "identity"):
        shutil.copytree(published / name, build / name)
    parameters = build / "inputs" / "parameters.parquet"
    with duckdb.connect(str(build / "warehouse.duckdb")) as connection:
        connection.execute("set timezone = 'UTC'")
        for path in (*published.glob("marts/*.parquet"), *published.glob("people/*.parquet")):
            connection.execute(f"create schema if not exists {path.parent.name}")
            table = f"{path.parent.name}.{path.stem}"
            connection.execute(f"create table {table} as from read_parquet({quote_text(path)})")
        connection.execute("create schema intermediate")
        connection.execute(
            "create table intermediate.int_segment_months as"
            " select period_month, segmentation, segment, customers from marts.segment_size"
        )
        connection.execute(f"create table parameters as from read_parquet({quote_text(parameters)})")
        connection.execute("update parameters set min_cell = 10")
        connection.execute(f"copy parameters to {quote_text(parameters)} (format parquet)")
        connection.execute("drop table parameters")
    return build


def test_what_is_well_is_published_with_ours_and_explained(company: Company) -> None:
    published = {f"{m.schema}.{m.name}" for m in company.models.values() if not m.problem}
    assert published == {"marts.network_lead", "marts.best_network", "people.callers"}
    folder = company.publication.path
    lead = pq.read_table(folder / "marts" / "network_lead.parquet")
    assert lead.num_rows == 3  # one month, two networks and both together
    assert lead.schema.metadata[b"description"] == b"Presence of all customers by network."
    assert lead.schema.field("presence_rate").metadata[b"description"] == b"customers_present / customers"
    with duckdb.connect(str(folder / "marts.duckdb"), read_only=True) as client:
        assert client.execute("select network from marts.best_network").fetchall() == [("x",)]
        assert client.execute("select count(*) from segment_presence").fetchone() != (0,)  # ours, beside it
    with duckdb.connect(str(folder / "people.duckdb"), read_only=True) as client:
        assert client.execute("select count(*) from callers").fetchone() == (15,)
    ordered = {t["table"]: t["ordered_by"] for t in company.publication.manifest["tables"]}
    assert ordered["network_lead"] == ["period_month", "segmentation", "segment", "network"]


@pytest.mark.parametrize("name", sorted(WHY))
def test_one_that_fails_is_named_with_its_reason_and_not_published(company: Company, name: str) -> None:
    model = company.models[name]
    assert WHY[name] in model.problem
    assert model.file in model.sentence
    tables = {t["table"] for t in company.publication.manifest["tables"]} - {"segment_size"}
    assert name not in tables
    told = {each["model"]: each["problem"] for each in company.publication.manifest["own_models"]}
    assert told[name] == model.problem


def test_no_reason_quotes_a_value(company: Company) -> None:
    """DuckDB names the value that it cannot convert; more people read the manifest than may see people."""
    names = pq.read_table(company.publication.path / "people" / "callers.parquet")["name"].to_pylist()
    told = " ".join(model.problem for model in company.models.values())
    assert [name for name in names if name and name in told] == []


def test_a_table_of_ours_is_never_replaced(company: Company) -> None:
    ours = pq.read_schema(company.publication.path / "marts" / "segment_size.parquet").names
    assert "customer_share" in ours


def test_a_changed_model_is_something_new(company: Company) -> None:
    before = run_fingerprint(company.settings)
    path = company.settings.folder / "models" / "callers.sql"
    path.write_text(path.read_text(encoding="utf-8") + "\n-- by name", encoding="utf-8")
    assert run_fingerprint(company.settings) != before


def test_in_dagster_they_stand_between_the_marts_and_the_publication(company: Company) -> None:
    import dagster as dg

    from orchestration.definitions import build_definitions

    graph = build_definitions(company.settings).resolve_asset_graph()
    own, published = dg.AssetKey("own_models"), dg.AssetKey("publication")
    assert own in graph.get(published).parent_keys
    assert dg.AssetKey(["marts", "segment_presence"]) in graph.get(own).parent_keys
