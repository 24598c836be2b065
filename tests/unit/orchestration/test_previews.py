"""What Dagster shows of a build's tables: first rows of marts, nothing of people."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.assets.models import previews_of


def test_the_first_rows_of_marts_are_shown_and_nothing_of_people(tmp_path: Path) -> None:
    database = tmp_path / "warehouse.duckdb"
    with duckdb.connect(database) as connection:
        connection.execute("""
            create schema marts; create schema people; create schema staging;
            create table marts.sizes as
                select 'a|b' as segment, range as customers, null::int as share from range(9);
            create table people.persons as select 'Ada' as name;
            create table staging.stg_contacts as select 'Ada' as name;
        """)
    shown = previews_of(database)
    assert shown.keys() == {("marts", "sizes")}
    lines = shown["marts", "sizes"].splitlines()
    assert lines[:3] == ["| segment | customers | share |", "| --- | --- | --- |", "| a\\|b | 0 |  |"]
    assert len(lines) == 2 + 5
