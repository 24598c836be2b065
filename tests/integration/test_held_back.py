"""Linkage that errs about one person of a company: the rest is published, and the next run judges the person anew.

The fault is planted between linking and the checks: Piotr Wrona (4, no account) becomes one person with Henryk
Dudek (5, henrykdudek on X), of whom the CRM says nothing in common. Of 20 persons at most ⌈0.05 · 20⌉ = 1 may be
held back. Apart there are 11 customers as always; Henryk's account waits for a reviewer, so that of the 4 present
on X 3 are left.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.integration.command_line import run_scrm
from tests.integration.hand_made_company import contact_id, write_hand_made_company
from tests.integration.test_review_loop import figures

pytestmark = pytest.mark.integration

PIOTR, HENRYK = (f"contact:{contact_id(number)}" for number in (4, 5))
FAULT = f"""\
import duckdb

import orchestration.assets.identity as linking

honest = linking.link_personas


def faulty(build, prior, settings):
    report = honest(build, prior, settings)
    path = str(build / "identity" / "personas.parquet")
    links = duckdb.sql(f"from '{{path}}'").to_arrow_table()
    duckdb.sql(
        "select * replace (case when persona_id = '{PIOTR}' then (select person_id from links where persona_id = "
        "'{HENRYK}') else person_id end as person_id) from links order by persona_id"
    ).write_parquet(path)
    return report


linking.link_personas = faulty
"""


def people(folder: Path, query: str) -> list[tuple[Any, ...]]:
    database = folder / ".scrm" / "published" / "current" / "people.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_one_person_that_linking_got_wrong_is_held_back_and_judged_anew(tmp_path: Path) -> None:
    write_hand_made_company(tmp_path)
    (tmp_path / "fault").mkdir()
    (tmp_path / "fault" / "sitecustomize.py").write_text(FAULT, encoding="utf-8")
    done = run_scrm("run", folder=tmp_path, environment={"PYTHONPATH": str(tmp_path / "fault")})
    assert "identity.customers_joined_on_social_evidence" in done.stdout
    assert "1 person held back" in done.stdout
    assert figures(tmp_path) == (11, 3)
    held = people(
        tmp_path,
        "select persona_id, link_status, rule, person_id from persona_details semi join"
        " (from persons where is_held_back) using (person_id) order by all",
    )
    assert [row[:3] for row in held] == [
        (PIOTR, "unlinked", "held_back"),
        (HENRYK, "unlinked", "held_back"),
        ("profile:x:1005", "review", "held_back"),
    ]
    assert len({row[3] for row in held}) == 3
    asked = people(
        tmp_path, "select left_persona_id, right_persona_id from review_queue where queue_rank = 1"
    )
    assert asked == [(HENRYK, "profile:x:1005")]
    history = tmp_path / ".scrm" / "published" / "current" / "identity" / "person_id_history.parquet"
    assert {row[0] for row in duckdb.sql(f"select reason from '{history}'").fetchall()} == {"held_back"}

    run_scrm("run", "--force", folder=tmp_path)
    assert figures(tmp_path) == (11, 4)
    assert people(tmp_path, "select count(*) from persons where is_held_back") == [(0,)]
    names = f"('{PIOTR}', '{HENRYK}', 'profile:x:1005')"
    now = dict(
        people(tmp_path, f"select persona_id, person_id from persona_details where persona_id in {names}")
    )
    before = {row[0]: row[3] for row in held}
    assert now == {PIOTR: before[PIOTR], HENRYK: before[HENRYK], "profile:x:1005": before[HENRYK]}
