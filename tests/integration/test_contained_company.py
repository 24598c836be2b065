"""A company with odd records and systemic faults at once, as its users meet it: refused, accepted, published.

Sixty customers with a profile each, five orders each, four posts each. The first run is refused for what is
systemic; the second one publishes in spite of it, without the odd records. The tests run in order.
"""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.integration.command_line import in_one_line, run_scrm
from warehouse.errors import ExitCode

pytestmark = pytest.mark.integration

COLUMNS = {
    "contacts": "contact_id contact_type given_name family_name email stage stage_from",
    "profiles": "profile_id handle display_name email created_at",
    "orders": "order_id contact_id ordered_at status amount",
    "activities": "activity_id actor_profile_id published_at content",
}
SAID = "constants: {activity_type: Create, object_type: Note, visibility: public}"
CONFIGURATION = "brand: {name: Domatik}\nas_of: 2026-06-30\nmonths: 2\nsources:\n" + "".join(
    f"  - {{name: {table}, format: table, table: {table}, path: 'exports/{table}*.csv', observed_on: 2026-07-01,"
    f" columns: {{{', '.join(f'{c}: {c}' for c in columns.split())}}}"
    f"{', network: x' if table in ('profiles', 'activities') else ''}"
    f"{', ' + SAID if table == 'activities' else ''}}}\n"
    for table, columns in COLUMNS.items()
)
OWN = """
- name: no_test_orders
  layer: landed
  relation: landed.orders
  sentence: Orders of the test shop are not sales.
  sql: select source, source_file_sha256, source_record from @batch where order_id = 'o7'
- name: misspelt
  layer: marts
  relation: marts.segment_presense
  sentence: A table that nobody builds.
  sql: select 1 as problem from @batch
"""
# One record each that a critical check finds, and one that two of them find.
ODD = {
    "contacts": [("c\ufffd9", "contact", "Odd", "One", "", "Customer", "2025-01-01T00:00:00Z")],
    "profiles": [("p\ufffd9", "odd", "Odd One", "", "2024-02-01T00:00:00Z")],
    "orders": [("o-late", "c1", "2093-01-01T00:00:00Z", "Paid", "-10")],
    "activities": [("a-late", "p1", "2093-01-01T00:00:00Z", "from the future")],
}
CREDIT_NOTES = [(f"n{i}", f"c{i}", "2026-05-01T10:00:00Z", "Paid", "-5") for i in range(50)]


def write(folder: Path, name: str, columns: str, rows: Iterable[Sequence[str]]) -> None:
    with (folder / "exports" / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns.split(), *rows])


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    (folder / "exports").mkdir()
    (folder / "scrm.yml").write_text(CONFIGURATION, encoding="utf-8")
    (folder / "checks.yml").write_text(OWN, encoding="utf-8")
    people = [
        (i, f"Ada{chr(97 + i % 26)}", f"Okafor{chr(97 + i // 26)}", f"a{i}@mail.example") for i in range(60)
    ]
    rows: dict[str, list[Sequence[str]]] = {
        "contacts": [
            (f"c{i}", "contact", g, f, e, "Customer", "2025-01-01T00:00:00Z") for i, g, f, e in people
        ],
        "profiles": [(f"p{i}", f"ada_{i}", f"{g} {f}", e, "2024-02-01T00:00:00Z") for i, g, f, e in people],
        "orders": [
            (f"o{i}", f"c{i % 60}", f"2026-0{1 + i % 6}-{10 + i % 19}T10:00:00Z", "Paid", "20")
            for i in range(300)
        ],
        "activities": [
            (f"a{i}", f"p{i % 60}", f"2026-0{1 + i % 6}-{10 + i % 19}T{i % 24:02d}:00:00Z", f"sentence {i}")
            for i in range(240)
        ],
    }
    for table, columns in COLUMNS.items():
        write(folder, table, columns, [*rows[table], *ODD[table]])
    write(folder, "orders_notes", COLUMNS["orders"], CREDIT_NOTES)
    for number in range(6):  # 6 of 11 files lack what an order must have
        write(folder, f"orders_broken_{number}", "order_id contact_id", [(f"b{number}", "c1")])
    return folder


def test_systemic_faults_refuse_and_say_what_to_type(company: Path) -> None:
    """350 orders but one are well or negative: 51 are more than max(0, min(10, ⌈17.55⌉)) = 10 of 351."""
    refused = run_scrm("run", "--config", str(company), expected_exit=ExitCode.REFUSED)
    said = refused.stdout
    option = f" --config {company / 'scrm.yml'}"
    for check in ("landed.orders.amounts", "landed.files.most_unread"):
        assert f"scrm accept {check} --reason WHY{option} " in said
    assert "51 of 351 rows of landed.orders would have to be left out, and at most 10 may be" in said
    assert "files_unread 6, files 11, sources orders" in said
    assert "scrm accept landed.orders.events" not in said  # one record: it refuses nothing


@pytest.mark.parametrize(
    ("name", "why_not"),
    [
        ("landed.orders.amount", "did you mean 'landed.orders.amounts'?"),
        ("marts.segment_presence.ranges", "can never be accepted"),
        ("landed.orders.encoding", "is a warning"),
    ],
)
def test_what_cannot_be_accepted_is_told_in_a_sentence(company: Path, name: str, why_not: str) -> None:
    done = run_scrm(
        *("accept", name, "--reason", "because", "--config", str(company)),
        expected_exit=ExitCode.CONFIGURATION,
    )
    assert why_not in in_one_line(done.stderr)


@pytest.fixture(scope="module")
def published(company: Path) -> dict[str, Any]:
    """The report of the run after both were accepted."""
    for check in ("landed.orders.amounts", "landed.files.most_unread"):
        run_scrm("accept", check, "--reason", "known", "--by", "ann", "--config", str(company))
    done = run_scrm("run", "--config", str(company), "--json", expected_exit=ExitCode.FILES_FAILED)
    return read(done)


def read(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_what_was_accepted_is_published_once_and_stamped(company: Path, published: dict[str, Any]) -> None:
    assert published["outcome"] == "published"
    names = {"landed.orders.amounts", "landed.files.most_unread"}
    assert {(each["check"], each["by"], each["reason"]) for each in published["accepted"]} == {
        (name, "ann", "known") for name in names
    }
    current = company / ".scrm" / "published" / "current"
    manifest = json.loads((current / "manifest.json").read_text())
    assert {each["name"] for each in manifest["checks"]["accepted"]} == names
    assert "accepted by ann: known" in (current / "data_docs" / "index.html").read_text()
    again = read(run_scrm("run", "--config", str(company), "--json", expected_exit=ExitCode.FILES_FAILED))
    assert again["outcome"] == "nothing_new"


def test_every_odd_record_is_contained_and_named(published: dict[str, Any]) -> None:
    assert {each["check"]: each["contained"] for each in published["contained"]} == {
        "landed.contacts.identifiers": 1,
        "landed.profiles.identifiers": 1,
        "landed.activities.events": 1,
        "landed.orders.events": 1,
        "landed.orders.amounts": 51,
    }


def test_odd_records_count_nowhere_and_the_rest_does(company: Path, published: dict[str, Any]) -> None:
    current = company / ".scrm" / "published" / "current"
    with duckdb.connect(str(current / "people.duckdb"), read_only=True) as people:
        told = people.execute(
            "select event_kind, count(*) from timeline where event_kind = 'order' group by 1"
        ).fetchall()
        odd = people.execute("select count(*) from timeline where happened_at > '2027-01-01'").fetchall()
    assert (told, odd) == ([("order", 300)], [(0,)])
    with duckdb.connect(str(current / "marts.duckdb"), read_only=True) as marts:
        apart = marts.execute(
            "select source, reason_code, read, rejected from reconciliation where stage = 'containment'"
            " order by all"
        ).fetchall()
    assert apart == [
        ("activities", "landed.activities.events", 241, 1),
        ("contacts", "landed.contacts.identifiers", 61, 1),
        ("orders", "landed.orders.amounts", 50, 50),
        ("orders", "landed.orders.events", 301, 1),
        ("profiles", "landed.profiles.identifiers", 61, 1),
    ]


def test_checks_of_the_companys_own_cost_themselves(published: dict[str, Any]) -> None:
    own = {
        each["name"]: each["found"] for each in published["failed_checks"] if each["name"].startswith("own.")
    }
    assert own == {
        "own.no_test_orders": "1 unexpected row",
        "own.misspelt": "could not be run: there is no marts.segment_presense",
    }
