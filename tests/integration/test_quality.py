"""The checks as a run makes them: on files, through Great Expectations, with reports that need no network."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from quality.check import LAYERS, CheckResult
from quality.relations import BuildIncomplete, open_build
from quality.reports import build_reports
from quality.results import read_results
from quality.runner import run_checks
from tests.unit.quality.healthy import SETTINGS, healthy_tables, shape_of, with_rows, write_build
from warehouse.lake import Home
from warehouse.publication.description import RunFacts
from warehouse.publication.publications import current_id
from warehouse.publication.publish import PublicationRefused, publish
from warehouse.settings import Settings

LANDED = {"contacts": 60, "profiles": 60, "activities": 60}
RUN = RunFacts("r", "0.1.0", "fingerprint", "standard-1", facts={"rows_landed": LANDED})
HOSTILE = "<b onmouseover=alert(1)>low</b>"


@pytest.fixture(scope="module")
def settings() -> Settings:
    return Settings.model_validate(SETTINGS)


def check_all(home: Home, build: Path, settings: Settings, tables: dict[str, pa.Table]) -> list[CheckResult]:
    shape = shape_of(tables)
    return [r for layer in LAYERS for r in run_checks(layer, build, settings, home=home, shape=shape)]


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> tuple[Home, Path]:
    """A build without a fault, checked."""
    home = Home(tmp_path_factory.mktemp("healthy"))
    tables = healthy_tables()
    build = write_build(home, "good", tables)
    check_all(home, build, settings, tables)
    return home, build


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> tuple[Home, Path]:
    """A build with three bad rows and a hostile label, checked, with its reports."""
    home = Home(tmp_path_factory.mktemp("faulty"))
    tables = dict(healthy_tables())
    tables["landed.activities"] = with_rows(tables["landed.activities"], {"activity_id": "1.2e+18"})
    tables["landed.contacts"] = with_rows(tables["landed.contacts"], {"full_name": "BjÃ¶rn {0} :x"})
    tables["marts.segment_presence"] = with_rows(
        tables["marts.segment_presence"], {"presence_rate": 1.5, "segment": HOSTILE}
    )
    tables["inputs.files"] = with_rows(
        tables["inputs.files"], {"outcome": "failed"}, {"outcome": "failed", "reason_code": "truncated"}
    )
    build = write_build(home, "bad", tables)
    check_all(home, build, settings, tables)
    build_reports(build, {"Brand": "Hearthlight"})
    return home, build


def test_a_healthy_build_passes_every_check_and_is_published(
    healthy: tuple[Home, Path], settings: Settings
) -> None:
    home, build = healthy
    results = read_results(build)
    assert [r.name for r in results if not r.passed] == []
    assert {r.layer for r in results} == set(LAYERS)
    assert sum(r.is_applicable for r in results) > 300
    publish(home, build, settings, results, RUN)
    assert current_id(home) == "good"


def test_checks_against_the_last_publication_run_once_there_is_one(
    healthy: tuple[Home, Path], settings: Settings
) -> None:
    home, build = healthy
    if current_id(home) is None:
        publish(home, build, settings, read_results(build), RUN)
    again = write_build(home, "again", healthy_tables())
    results = {r.name: r for r in check_all(home, again, settings, healthy_tables())}
    assert results["marts.segment_presence.rate_changed"].is_applicable
    assert results["identity.linked_share"].is_applicable
    assert [r.name for r in results.values() if not r.passed] == []


def test_the_bad_rows_are_found_and_named_by_file_and_record(faulty: tuple[Home, Path]) -> None:
    _, build = faulty
    found = {r.name: r for r in read_results(build)}
    broken = found["landed.activities.identifiers"]
    assert (broken.passed, broken.unexpected_count) == (False, 1)
    assert (broken.contained, broken.blocks) == (1, False)
    assert broken.sample == (
        {
            "column_name": "activity_id",
            "source": "crm",
            "source_file_sha256": "a" * 64,
            "source_record": "1/data",
        },
    )
    assert found["landed.contacts.encoding"].sample[0]["source_record"] == "1/data"
    assert found["marts.segment_presence.ranges"].sample[0]["column_name"] == "presence_rate"
    assert found["landed.activities.events"].passed


def test_a_build_with_a_broken_critical_check_is_refused(
    faulty: tuple[Home, Path], settings: Settings
) -> None:
    home, build = faulty
    with pytest.raises(PublicationRefused, match=r"marts\.segment_presence\.ranges: 1 unexpected") as refusal:
        publish(home, build, settings, read_results(build), RUN)
    assert "column_name presence_rate" in str(refusal.value)
    assert "landed.activities.identifiers" not in str(refusal.value)  # set apart, and so no reason
    assert current_id(home) is None


def test_a_record_set_apart_is_kept_with_the_build_and_seen_by_no_later_check(
    faulty: tuple[Home, Path], settings: Settings
) -> None:
    home, build = faulty
    (kept,) = pq.read_table(build / "inputs" / "set_apart.parquet").to_pylist()
    assert kept == {
        "source": "crm",
        "source_file_sha256": "a" * 64,
        "source_record": "1/data",
        "relation": "landed.activities",
        "check_name": "landed.activities.identifiers",
        "row_count": 1,
    }
    with open_build(home, build, settings) as relations:
        assert (relations.count("landed.activities"), relations.count("landed.contacts")) == (59, 60)
    with open_build(home, build, settings, everything=True) as relations:
        assert relations.count("landed.activities") == 60


def test_the_report_lists_what_was_set_apart(faulty: tuple[Home, Path]) -> None:
    _, build = faulty
    html = (build / "data_docs" / "index.html").read_text()
    assert "Left out of every figure" in html
    assert "<code>landed.activities.identifiers</code>: 1 unexpected row; 1 row set apart" in html


def test_the_report_is_headed_by_what_is_published_and_how_it_was_linked(faulty: tuple[Home, Path]) -> None:
    """60 contacts and 60 profiles are 60 persons, all linked; nothing is suppressed, an audit was judged."""
    _, build = faulty
    html = (build / "data_docs" / "index.html").read_text()
    facts = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html))
    assert facts["Months published"] == "2025-12 to 2026-01 (2)"
    assert facts["Persons"] == "60"
    assert facts["Customers in the last month"] == "60"
    assert facts["Profiles linked to another persona"] == "100.0 % of 60"
    assert "segment_active_hours: 0 of " in facts["Rows suppressed"]
    assert facts["Link quality"] == "measured by audit_sample"
    assert (facts["Links kept from"], facts["Links reviewed from"]) == ("0.9", "0.5")


def test_rows_are_shown_with_every_column_that_one_of_them_has(faulty: tuple[Home, Path]) -> None:
    """Of the two failed files the first has no reason code."""
    _, build = faulty
    (page,) = (build / "data_docs" / "validations" / "landed" / "inputs" / "files").rglob("*.html")
    html = page.read_text()
    assert ">reason_code<" in re.sub(r"\s+", "", html)
    assert "truncated" in html


def test_the_site_is_whole_without_a_network_and_shows_no_personal_data(faulty: tuple[Home, Path]) -> None:
    _, build = faulty
    site = build / "data_docs"
    pages = {str(p.relative_to(site)): p.read_text() for p in site.rglob("*.html")}
    assert len(pages) > 60  # a suite and a validation for each relation, and the index
    for name, html in pages.items():
        assert not re.search(r"""(src|href)\s*=\s*["']?\s*(https?:)?//|url\(""", html), name
        assert not re.search(r"<(script|b)\b", html), name
        assert not re.search(r"Bj|user_\d|@example", html), name
    presence = next(
        html for name, html in pages.items() if "validations" in name and "segment_presence" in name
    )
    assert "marts.segment_presence.ranges" in presence
    assert "&lt;b onmouseover=alert(1)&gt;low&lt;/b&gt;" in presence
    index = pages["index.html"]
    assert "export.csv" in index
    targets = re.findall(r'href="(validations/[^"]+)"', index)
    assert targets
    assert all((site / target).exists() for target in targets)


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the chromium browser")
def test_a_browser_without_a_network_shows_it_styled(faulty: tuple[Home, Path], tmp_path: Path) -> None:
    _, build = faulty
    flags = (
        "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-background-networking"
    )
    hash_of = {}
    for name in ("index.html", "plain.html"):
        page = build / "data_docs" / name
        if name == "plain.html":
            page.write_text(
                (build / "data_docs" / "index.html").read_text().replace("report.css", "none.css")
            )
        shot = tmp_path / f"{name}.png"
        command = [
            "chromium",
            *flags.split(),
            f"--screenshot={shot}",
            f"--user-data-dir={tmp_path}",
            page.as_uri(),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        hash_of[name] = hashlib.sha256(shot.read_bytes()).hexdigest()
    (build / "data_docs" / "plain.html").unlink()
    assert hash_of["index.html"] != hash_of["plain.html"]


def test_running_a_layer_again_replaces_its_results(faulty: tuple[Home, Path], settings: Settings) -> None:
    home, build = faulty
    tables = healthy_tables()
    run_checks("identity", build, settings, home=home, shape=shape_of(tables))
    names = [r.name for r in read_results(build)]
    assert len(names) == len(set(names))
    build_reports(build)
    validations = list((build / "data_docs" / "validations" / "identity").rglob("*.html"))
    assert len(validations) == len({p.name for p in validations})


def test_a_check_that_cannot_be_run_has_failed(tmp_path: Path, settings: Settings) -> None:
    home = Home(tmp_path)
    tables = dict(healthy_tables())
    shape = shape_of(tables)
    del tables["marts.segment_presence"], tables["identity.violations"]
    tables["identity.personas"] = tables["identity.personas"].drop_columns(["decided_by"])
    build = write_build(home, "r", tables)
    found = {r.name: r for r in run_checks("marts", build, settings, home=home, shape=shape)}
    missing = found["marts.segment_presence.not_empty"]
    assert missing.blocks
    assert missing.observed == "could not be run: there is no marts.segment_presence"
    found = {r.name: r for r in run_checks("identity", build, settings, home=home, shape=shape)}
    assert found["identity.known_words"].observed == "could not be run: Binder Error"
    assert found["identity.known_words"].blocks


def test_a_table_that_never_had_rows_is_an_answer_and_one_that_lost_them_is_a_fault(
    tmp_path: Path, settings: Settings
) -> None:
    home = Home(tmp_path)
    whole, indispensable = healthy_tables(), {f"landed.{table}.not_empty" for table in LANDED}
    lost = {"marts.segment_presence.not_empty", "marts.timeline.not_empty"}
    empty = {
        name: table.slice(0, 0)
        if name.startswith("landed.") or name in ("marts.segment_presence", "people.timeline")
        else table
        for name, table in whole.items()
    }
    shape = shape_of(whole)

    def blocked(run_id: str) -> set[str]:
        build = write_build(home, run_id, empty)
        found = [
            result
            for layer in ("landed", "marts")
            for result in run_checks(layer, build, settings, home=home, shape=shape)
        ]
        return {result.name for result in found if result.blocks and result.name.endswith(".not_empty")}

    assert blocked("first") == set()
    build = write_build(home, "good", whole)
    publish(home, build, settings, check_all(home, build, settings, whole), RUN)
    assert blocked("second") == indispensable | lost


OWN = """
- name: misspelt
  layer: landed
  relation: landed.ordres
  sentence: There is no such table.
  sql: select 1 from @batch
- name: broken
  layer: landed
  relation: landed.orders
  sentence: There is no such column.
  sql: select nothing from @batch
- name: breaks_halfway
  layer: landed
  relation: landed.orders
  sentence: A word is no number.
  sql: select cast(order_id as integer) as number from @batch
- &finds
  name: finds
  layer: landed
  relation: landed.orders
  sentence: Order 7 is a test.
  sql: select source_record from @batch where order_id = 'order-7'
- {<<: *finds, name: refuses, severity: critical}
"""


def test_a_check_of_the_companys_own_costs_itself_unless_it_says_critical(
    tmp_path: Path, settings: Settings
) -> None:
    company = tmp_path / "company"
    company.mkdir()
    (company / "checks.yml").write_text(OWN)
    mine = settings.model_copy()
    mine._path = company / "scrm.yml"
    home, tables = Home(tmp_path / "home"), healthy_tables()
    build = write_build(home, "r", tables)
    found = {r.name: r for r in run_checks("landed", build, mine, home=home, shape=shape_of(tables))}
    said = {name: found[f"own.{name}"].observed for name in ("misspelt", "broken", "breaks_halfway", "finds")}
    assert said == {
        "misspelt": "could not be run: there is no landed.ordres",
        "broken": "could not be run: Binder Error",
        "breaks_halfway": "could not be run: Conversion Error",
        "finds": "1 unexpected row",
    }
    assert [name for name, result in found.items() if result.blocks] == ["own.refuses"]
    assert found["own.refuses"].is_acceptable


def test_a_build_without_inputs_is_refused_by_name(tmp_path: Path, settings: Settings) -> None:
    home = Home(tmp_path)
    build = write_build(home, "r", {k: v for k, v in healthy_tables().items() if not k.startswith("inputs.")})
    with pytest.raises(BuildIncomplete, match=r"inputs/parameters\.parquet"):
        run_checks("landed", build, settings, home=home, shape={})
