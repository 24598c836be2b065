"""Old exports read today: what nobody dated, what was deleted since, and months in which nothing happened.

Twenty customers whose CRM dates no stage, and the log of a server, read now: no file tells its day.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.dbt.graph import READ_BY_IDENTITY
from orchestration.dbt.in_process import Dbt
from tests.integration.command_line import in_one_line, run_scrm
from tests.integration.sample_build import stage_company
from warehouse.identity.run import link_personas
from warehouse.settings import load_settings

pytestmark = pytest.mark.integration

DATA = Path(os.environ.get("SCRM_REAL_DATA") or Path(__file__).parents[3] / "shared" / "data")
CASE = DATA / "cases" / "customers-of-old-files"

CONFIGURATION = """\
brand: {name: Acme}
sources:
- name: crm
  format: table
  path: contacts.csv
  table: contacts
  columns: {contact_id: id, given_name: first, family_name: last, email: email, stage: stage, created_at: created}
- name: server
  format: activitystreams
  path: outbox.jsonl
"""
HOST = "https://m.example"
ANN, BOB, CAT, EVE = (f"{HOST}/users/{name}" for name in ("ann", "bob", "cat", "eve"))


def _activity(kind: str, actor: str, number: str, thing: Any, at: str | None = None) -> dict[str, Any]:
    said = {"id": f"{HOST}/{number}", "type": kind, "actor": actor, "object": thing, "to": "as:Public"}
    return said | ({"published": at} if at else {})


def _post(actor: str, number: str, at: str) -> dict[str, Any]:
    note = {
        "id": f"{HOST}/{number}",
        "type": "Note",
        "attributedTo": actor,
        "content": "words",
        "to": "as:Public",
    }
    return _activity("Create", actor, f"{number}/activity", note | {"published": at}, at)


LOG = [
    *(
        {"id": who, "type": "Person", "preferredUsername": who.rsplit("/")[-1]}
        for who in (ANN, BOB, CAT, EVE)
    ),
    _post(ANN, "n1", "2024-01-15T10:00:00Z"),
    _post(ANN, "n2", "2024-02-10T10:00:00Z"),
    _post(BOB, "n3", "2024-02-11T10:00:00Z"),
    _post(CAT, "n4", "2024-04-15T10:00:00Z"),
    _activity("Like", ANN, "l1", f"{HOST}/n4"),
    _activity("Delete", ANN, "d2", f"{HOST}/n2"),
    _activity("Delete", BOB, "d3", BOB),
    _activity("Delete", EVE, "d1", f"{HOST}/n1"),
]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("old_files")
    contacts = [f"c{n},Ge{n}ra,Fa{n}mily,p{n}@x.example,Customer,2023-01-01" for n in range(20)]
    (folder / "contacts.csv").write_text("\n".join(("id,first,last,email,stage,created", *contacts)) + "\n")
    (folder / "outbox.jsonl").write_text("".join(json.dumps(each) + "\n" for each in LOG))
    (folder / "scrm.yml").write_text(CONFIGURATION)
    return folder


@pytest.fixture(scope="module")
def told(company: Path) -> str:
    """What the run said, as one line."""
    return in_one_line(run_scrm("run", "--config", str(company)).stdout)


def test_a_deletion_without_a_date_moves_nothing(company: Path, told: str) -> None:
    """The last post of cat is the last fact; the like, the deletions and the clocks of the files are none."""
    manifest = json.loads((company / ".scrm/published/current/manifest.json").read_text())
    assert manifest["as_of"] == "2024-04-15"
    coverage = manifest["run"]["coverage"]
    assert (coverage["months"][0], coverage["months"][-1]) == ("2023-04", "2024-03")
    assert coverage["months_without_facts"] == [
        *(f"2023-{n:02d}" for n in range(4, 13)),
        "2024-02",
        "2024-03",
    ]
    assert "Months 12, 2023-04 to 2024-03; without a fact: 2023-04 to 2023-12, 2024-02 to 2024-03" in told
    report = (company / ".scrm/published/current/data_docs/index.html").read_text(encoding="utf-8")
    assert "<dt>Last day counted</dt><dd>2024-04-15</dd>" in report
    assert "<dt>Months without a fact</dt><dd>2023-04, " in report


def test_customers_without_a_dated_stage_count_since_they_were_made_and_say_so(
    company: Path, told: str
) -> None:
    people = duckdb.connect(str(company / ".scrm/published/current/people.duckdb"), read_only=True)
    assert people.execute("select count(*) from customers where is_stage_date_assumed").fetchall() == [(20,)]
    assert "Customers 20, of them 20 since their contact was made" in told
    assert "No counted order has come in" in told


def test_what_was_deleted_is_gone_and_a_foreign_delete_is_not_heard(company: Path, told: str) -> None:
    """n2 was taken back by its author, n3 went with bob's account; eve cannot take n1 from ann."""
    assert "Published" in told
    current = company / ".scrm/published/current"
    people = duckdb.connect(str(current / "people.duckdb"), read_only=True)
    events = people.execute("select event_id from timeline where event_kind = 'post' order by 1").fetchall()
    assert events == [(f"{HOST}/n1",), (f"{HOST}/n4",)]
    marts = duckdb.connect(str(current / "marts.duckdb"), read_only=True)
    counted = marts.execute(
        "select read, accepted, duplicate, rejected, reason_code from reconciliation where stage = 'withdrawal'"
    ).fetchall()
    assert counted == [(3, 2, 0, 1, "foreign_delete")]


@pytest.mark.skipif(
    not CASE.is_dir(), reason=f"the case is not at {CASE} (SCRM_REAL_DATA names another folder)"
)
def test_the_case_of_customers_of_old_files(tmp_path: Path) -> None:
    """Right: customers counted since created_at."""
    (tmp_path / "in").mkdir()
    for name, folder in (
        ("scrm.yml", tmp_path),
        ("contacts.csv", tmp_path / "in"),
        ("x.jsonl", tmp_path / "in"),
    ):
        shutil.copy(CASE / name, folder)
    build = stage_company(tmp_path)
    settings = load_settings(tmp_path)
    link_personas(build, build / "prior", settings)
    only = ("--select", "+int_customer_months", "--exclude", *(f"+{name}" for name in READ_BY_IDENTITY))
    Dbt.of(settings).build(build, [*only, "--exclude-resource-type", "test", "unit_test"], lambda *_: None)
    with duckdb.connect(str(build / "warehouse.duckdb"), read_only=True) as warehouse:
        counted = warehouse.execute(
            "select min(period_month), max(period_month), count(*), bool_and(is_stage_date_assumed), "
            "count(distinct person_id) from intermediate.int_customer_months"
        ).fetchall()
    assert counted == [(dt.date(2023, 4, 1), dt.date(2024, 3, 1), 12 * 20, True, 20)]
