"""A person that a check of links finds falls apart, and every check passes on what is left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from quality.check import CheckResult
from quality.named_persons import named_persons
from quality.relations import open_build
from quality.suites.identity import CANDIDATES
from tests.unit.quality.healthy import SETTINGS
from tests.unit.quality.spoilt import write_spoilt
from tests.unit.quality.test_critical_checks import CHECKS, SPECIAL
from warehouse.identity.review.held_back import find_persons, hold_back
from warehouse.lake import Home
from warehouse.settings import Settings

OF_A_PERSON = sorted(name for name, check in CHECKS.items() if check.cost == "person")
OF_LINKS = [check for check in CHECKS.values() if check.layer == "identity"]
Spoil = Callable[[str], Path]
# linkage says of candidates the persons that it made
CANDIDATES_FOLLOW = (
    "update identity.link_candidates as c set person_id = p.person_id from identity.personas as p"
    " where p.persona_id = c.best_persona_id"
)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SCRM_HOME", str(tmp_path / "home"))
    return Settings.model_validate(SETTINGS)


@pytest.fixture
def spoilt(settings: Settings) -> Spoil:
    return lambda sql: write_spoilt(settings, sql)


def broken(build: Path, settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """What the checks of links find, by name."""
    with open_build(Home(settings.home), build, settings) as relations:
        found = {
            check.name: relations.connection.execute(
                check.unexpected(relations.count(check.relation)).replace("@batch", check.relation)
            )
            .to_arrow_table()
            .to_pylist()
            for check in OF_LINKS
            if all(relations.has_rows(need) for need in check.needs) and check.is_critical
        }
    return {name: rows for name, rows in found.items() if rows}


def result_of(name: str) -> CheckResult:
    check = CHECKS[name]
    said = (check.name, check.layer, check.relation, check.severity, check.sentence)
    return CheckResult(*said, passed=False, observed="", unexpected_count=1, cost=check.cost)


def rows(build: Path, name: str, where: str = "true") -> list[dict[str, Any]]:
    path = build / "identity" / f"{name}.parquet"
    return duckdb.sql(f"from '{path}' where {where} order by all").to_arrow_table().to_pylist()


@pytest.mark.parametrize("name", OF_A_PERSON)
def test_whom_a_check_found_falls_apart_and_no_check_finds_anybody_again(
    name: str, settings: Settings, spoilt: Spoil
) -> None:
    is_of_candidates = CHECKS[name].relation == CANDIDATES
    build = spoilt(SPECIAL[name][0] + ("" if is_of_candidates else f"; {CANDIDATES_FOLLOW}"))
    named = named_persons(build, settings, [result_of(name)])[name]
    found = find_persons(build, named)
    assert found.persons
    hold_back(build, found.persons, doubtful=named if is_of_candidates else ())
    assert broken(build, settings) == {}
    held = {row["persona_id"]: row["link_status"] for row in rows(build, "personas", "rule = 'held_back'")}
    assert {kind.partition(":")[0]: status for kind, status in held.items()} == {
        "contact": "unlinked",
        "profile": "review",
    }
    assert len(rows(build, "personas")) == 120


JOINED = (
    "update identity.personas set person_id = 'person-4'"
    " where person_id in ('person-3', 'person-5', 'person-6')"
)


def publish(build: Path, folder: Path) -> None:
    """Let what the build holds of links be what the next one begins with."""
    (build / "identity").rename(folder)
    (build / "prior").unlink(missing_ok=True)
    (build / "prior").symlink_to(folder, target_is_directory=True)


def test_ids_of_pieces(settings: Settings, spoilt: Spoil, tmp_path: Path) -> None:
    """Contacts 3 to 6, each with its profile, have ids of their own; the next run makes the eight one person.

    Contact 5 is the oldest. Each piece goes back to its id; of the two that held one id, the contact has it.
    """
    publish(spoilt("select 1"), tmp_path / "published")
    build = spoilt(
        f"{JOINED};"
        " insert into identity.person_id_history select 'person-' || i, 'person-4', 'run-1', 'merge', now()"
        " from unnest([3, 5, 6]) as numbers(i)"
    )
    hold_back(build, {"person-4"})
    person = {row["persona_id"]: row["person_id"] for row in rows(build, "personas")}
    assert {i: person[f"contact:contact-{i}"] for i in (3, 4, 5, 6)} == {
        i: f"person-{i}" for i in (3, 4, 5, 6)
    }
    new = {person[f"profile:x:profile-{i}"] for i in (3, 4, 5, 6)}
    assert len(new) == 4
    assert new.isdisjoint({f"person-{i}" for i in range(60)})
    history = {
        (row["from_person_id"], row["to_person_id"], row["reason"])
        for row in rows(build, "person_id_history")
    }
    assert history == {
        *(("person-4", f"person-{i}", "held_back") for i in (3, 5, 6)),
        *(("person-4", id_, "held_back") for id_ in new),
        *((f"person-{i}", person[f"profile:x:profile-{i}"], "held_back") for i in (3, 5, 6)),
    }
    held = person

    publish(build, tmp_path / "published-again")
    build = spoilt(JOINED)
    hold_back(build, {"person-4"})
    assert {row["persona_id"]: row["person_id"] for row in rows(build, "personas")} == held


def test_a_person_never_published_leaves_its_id_to_its_oldest_contact(
    settings: Settings, spoilt: Spoil
) -> None:
    build = spoilt(
        "update identity.personas set person_id = 'person-new' where person_id in ('person-3', 'person-5');"
        " update intermediate.int_personas set created_at = timestamptz '1999-01-01 00:00:00+00'"
        " where persona_id = 'contact:contact-5'"
    )
    hold_back(build, {"person-new"})
    person = {row["persona_id"]: row["person_id"] for row in rows(build, "personas")}
    assert person["contact:contact-5"] == "person-new"
    assert (
        len({person[f"{kind}-{i}"] for kind in ("contact:contact", "profile:x:profile") for i in (3, 5)}) == 4
    )


def test_a_record_that_the_crm_merged_stays_with_its_contact_unless_a_reviewer_said_no(
    settings: Settings, spoilt: Spoil
) -> None:
    merged = (
        "update identity.personas set person_id = 'person-7'"
        " where persona_id in ('contact:contact-4', 'contact:contact-5');"
        " update intermediate.int_personas set merged_into_persona_id = 'contact:contact-7'"
        " where persona_id in ('contact:contact-4', 'contact:contact-5');"
    )
    build = spoilt(merged)
    hold_back(build, {"person-7"})
    found = {
        row["persona_id"]: (float(row["person_probability"]), row["link_status"], row["rule"])
        for row in rows(build, "personas", "person_id = 'person-7'")
    }
    assert found == {
        "contact:contact-4": (0.9999, "accepted", "crm_merge"),
        "contact:contact-5": (0.9999, "accepted", "crm_merge"),
        "contact:contact-7": (1.0, "accepted", "held_back"),
    }
    no = "insert into identity.decided_pairs values ('contact:contact-4', 'contact:contact-5', 'no_match')"
    build = spoilt(merged + no)
    hold_back(build, {"person-7"})
    assert len(rows(build, "personas", "person_id = 'person-7'")) == 1
    assert broken(build, settings) == {}
