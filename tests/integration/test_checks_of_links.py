"""The checks of links as a run makes them: a few persons found fall apart, many refuse, and it is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.links import check_links
from tests.unit.quality.healthy import SETTINGS
from tests.unit.quality.spoilt import write_spoilt
from warehouse.settings import Settings

Spoil = Callable[[str], Path]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SCRM_HOME", str(tmp_path / "home"))
    return Settings.model_validate(SETTINGS)


@pytest.fixture
def spoilt(settings: Settings) -> Spoil:
    return lambda sql: write_spoilt(settings, sql)


def rows(build: Path, name: str, where: str = "true") -> list[dict[str, Any]]:
    path = build / "identity" / f"{name}.parquet"
    return duckdb.sql(f"from '{path}' where {where} order by all").to_arrow_table().to_pylist()


def test_a_systemic_fault_refuses_and_says_what_to_set(settings: Settings, spoilt: Spoil) -> None:
    """Of 60 persons at most max(0, min(10, ⌈3.0⌉)) = 3 may be held back: four are found, and nobody is."""
    pairs = "'contact:contact-11', 'contact:contact-21', 'contact:contact-31', 'contact:contact-41'"
    build = spoilt(
        "update identity.personas set person_id = 'person-' || cast(right(persona_id, 2) as integer) - 1"
        f" where persona_id in ({pairs})"
    )
    before = rows(build, "personas")
    refused = {result.name: result for result in check_links(build, settings) if result.blocks}
    (found,) = refused.values()
    assert found.name == "identity.customers_joined_on_social_evidence"
    assert "4 of 60 persons would have to be held back, and at most 3 may be" in found.in_words
    assert "quality.containment.share: 0.067" in found.in_words
    assert rows(build, "personas") == before


def test_one_persons_fault_is_contained_and_said(settings: Settings, spoilt: Spoil) -> None:
    build = spoilt(
        "update identity.personas set person_id = 'person-7' where persona_id = 'contact:contact-4';"
        " update identity.personas set link_status = 'maybe' where persona_id = 'profile:x:profile-7'"
    )
    results = {result.name: result for result in check_links(build, settings)}
    assert not any(result.blocks for result in results.values())
    contained = {name: result.in_words for name, result in results.items() if result.contained}
    assert contained == {
        "identity.customers_joined_on_social_evidence": "2 unexpected rows; 1 person held back",
        "identity.known_words": "1 unexpected row; 1 person held back",
    }
    again = {row["left_persona_id"]: row for row in rows(build, "review_queue", "rule = 'held_back'")}
    assert again["contact:contact-7"]["right_persona_id"] == "profile:x:profile-7"
    assert (
        again["contact:contact-7"]["evidence"]
        == "For: name against name: same (+20.0 bits). Against: nothing."
    )
    (candidate,) = rows(build, "link_candidates", "profile_id = 'profile-7'")
    assert candidate["link_status"] == "review"
    assert (
        candidate["person_id"] == rows(build, "personas", "persona_id = 'contact:contact-7'")[0]["person_id"]
    )


def test_nobody_is_held_back_where_the_publication_is_refused_anyway(
    settings: Settings, spoilt: Spoil
) -> None:
    build = spoilt(
        "update identity.personas set person_id = 'person-7' where persona_id = 'contact:contact-4';"
        " update identity.link_evidence set weight = 19 where comparison = 'name'"
    )
    blocking = {result.name for result in check_links(build, settings) if result.blocks}
    assert blocking == {"identity.customers_joined_on_social_evidence", "identity.evidence_adds_up"}
    assert not rows(build, "personas", "rule = 'held_back'")
