"""A small build to publish, and checks that passed or failed, as plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from warehouse.lake import Home
from warehouse.publication.description import RunFacts
from warehouse.publication.publications import Publication
from warehouse.publication.publish import publish
from warehouse.settings import Settings


@dataclass(frozen=True)
class Outcome:
    """A check's result, as publishing needs it."""

    name: str
    passed: bool
    severity: str = "critical"
    layer: str = "marts"
    sentence: str = "Rates lie between 0 and 1."
    observed: str = "2 unexpected rows"
    unexpected_count: int = 2
    sample: tuple[Mapping[str, str], ...] = ({"segment": "low", "network": "x"},)
    is_applicable: bool = True
    cost: str | None = "publication"
    contained: int = 0
    accepted_by: str = ""
    accepted_reason: str = ""

    @property
    def blocks(self) -> bool:
        costs_all = not self.contained and not self.accepted_by
        return not self.passed and self.severity == "critical" and costs_all

    @property
    def in_words(self) -> str:
        return self.observed


PASSED = Outcome("marts.segment_presence.ranges", passed=True)
FAILED = Outcome("marts.segment_presence.ranges", passed=False)
WARNED = Outcome("marts.min_cell", passed=False, severity="warning", observed="1 unexpected row")


def settings_of(**sections: Any) -> Settings:
    return Settings.model_validate(
        {
            "brand": {"name": "Hearthlight"},
            "sources": [{"name": "crm", "format": "salesforce_export", "path": "crm/*.csv"}],
            **sections,
        }
    )


def write_small_build(home: Home, run_id: str, rate: float = 0.5, rows: int = 300) -> Path:
    """A build with one table a schema; the rows stand in no order."""
    build = home.build(run_id)
    (build / "identity").mkdir(parents=True)
    (build / "inputs").mkdir()
    connection = duckdb.connect(str(build / "warehouse.duckdb"))
    connection.execute("create schema marts; create schema people; create schema staging")
    connection.execute(
        "create table marts.segment_presence as"
        " select 'x' as network, 'segment ' || lpad(i::varchar, 6, '0') as segment,"
        f" {rate} as presence_rate from range({rows}) as r(i) order by hash(i)"
    )
    connection.execute(
        "create table people.persons as select md5(i::varchar) as person_id from range(9) as r(i)"
    )
    connection.execute("create table staging.stg_contacts as select 'secret@example.com' as email")
    connection.execute(f"copy (select 'p' as persona_id) to '{build}/identity/personas.parquet'")
    connection.execute(
        "copy (select 'crm' as source, 'a.csv' as file_name, 'ab' as source_file_sha256, 7 as bytes,"
        f" 'landed' as outcome) to '{build}/inputs/files.parquet'"
    )
    connection.close()
    (build / "data_docs").mkdir()
    (build / "data_docs" / "index.html").write_text("<p>all well</p>")
    return build


def publish_small(
    home: Home, run_id: str, *checks: Outcome, minute: int = 0, settings: Settings | None = None, **rest: Any
) -> Publication:
    """Publish a small build; `minute` orders publications."""
    build = home.build(run_id)
    if not build.exists():
        write_small_build(home, run_id)
    return publish(
        home,
        build,
        settings or settings_of(),
        checks or (PASSED,),
        RunFacts(run_id, "0.1.0", rest.pop("fingerprint", f"fingerprint of {run_id}"), "standard-1"),
        folders={"data_docs": build / "data_docs", "dbt_docs": build / "not_made"},
        now=dt.datetime(2026, 7, 1, 12, minute, tzinfo=dt.UTC),
        **rest,
    )
