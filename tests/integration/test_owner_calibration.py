"""Calibration maps, a model's from a linked build and its truth, a company's from reviews: who teaches what."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse.identity.evaluation import owner_calibration
from warehouse.identity.evaluation.owner_calibration import learn_map
from warehouse.identity.measure.quality_file import read_audit
from warehouse.identity.model.calibration import CalibrationMap
from warehouse.identity.model.linkage_model import load_model, model_path
from warehouse.settings import Settings, load_settings

pytestmark = pytest.mark.integration


class Sample:
    """Contacts, each a person, and profiles of one network with their candidates and true owners."""

    def __init__(self) -> None:
        self.owners: dict[str, str] = {}
        self.candidates: list[dict[str, object]] = []

    def contact(self) -> str:
        person = f"p{len(self.owners)}"
        self.owners[f"contact:{person}"] = person
        return person

    def profile(self, owner: str | None, candidates: dict[str, float]) -> None:
        """A profile of `owner`, or of nobody here, with a pair probability for each person; it competes alone."""
        persona = f"profile:x:{len(self.owners)}"
        self.owners[persona] = owner or persona
        odds = {person: p / (1 - p) for person, p in candidates.items()}
        self.candidates += [
            {
                **{"profile_persona_id": persona, "network": "x", "person_id": person},
                **{"pair_probability": p, "probability": odds[person] / (1 + sum(odds.values()))},
            }
            for person, p in candidates.items()
        ]

    def write(self, folder: Path) -> tuple[Path, Path]:
        build, truth = folder / "build", folder / "truth"
        (build / "identity").mkdir(parents=True)
        truth.mkdir()
        personas = list(self.owners)
        predicted = [p.removeprefix("contact:") for p in personas]
        true = pa.table(
            {
                **{"persona_id": personas, "person_id": list(self.owners.values())},
                "network": ["crm" if p.startswith("contact:") else "x" for p in personas],
                **{"native_id": personas, "kind": ["derived"] * len(personas)},
                "holds_evidence": [True] * len(personas),
            }
        )
        links = pa.table({"persona_id": personas, "person_id": predicted})
        pq.write_table(links, build / "identity" / "personas.parquet")
        pq.write_table(pa.Table.from_pylist(self.candidates), build / "identity" / "link_candidates.parquet")
        pq.write_table(true, truth / "personas.parquet")
        persons = pa.table({"person_id": ["p0"], "value_class_planted": ["low"]})
        pq.write_table(persons, truth / "persons.parquet")
        with duckdb.connect(str(build / "warehouse.duckdb")) as connection:
            connection.execute(
                """
                create schema intermediate;
                create schema staging;
                create table intermediate.int_personas as
                select persona_id, true as is_linkable, null::varchar as merged_into_persona_id,
                    null::varchar as full_name, null::varchar as handle, []::varchar[] as email_hashes
                from links;
                create table staging.stg_profiles (network varchar, profile_id varchar, display_name varchar)
                """
            )
        return build, truth


def likely_enough(sample: Sample) -> None:
    """100 profiles of odds 1/4, of which 30 belong to their candidate, and 120 of even odds, of which 72 do."""
    for i in range(100):
        person = sample.contact()
        sample.profile(person if i < 30 else None, {person: 0.2})
    for i in range(120):
        person = sample.contact()
        sample.profile(person if i < 72 else None, {person: 0.5})


def test_map_says_how_often_candidates_are_the_owner_and_leaves_what_is_joined(tmp_path: Path) -> None:
    """30/100 = 0.3 at −2 bits and 72/120 = 0.6 at 0; 0.95 (log2 19 = 4.25 bits) and 0.9999 mean themselves."""
    sample = Sample()
    likely_enough(sample)
    found = learn_map(*sample.write(tmp_path))
    assert found is not None
    assert found.reviewed == 220
    assert found.weights == pytest.approx((-2.0, 0.0, 4.2479, 13.2876), abs=1e-4)
    assert found.probabilities == pytest.approx((0.3, 0.6, 0.95, 0.9999))


def test_who_belongs_to_another_candidate_and_contested_places_teach_nothing(tmp_path: Path) -> None:
    """Competition between candidates comes after the map, and would otherwise be counted twice."""
    sample = Sample()
    likely_enough(sample)
    for _ in range(50):
        owner, another, contested = sample.contact(), sample.contact(), sample.contact()
        sample.profile(owner, {owner: 0.99, another: 0.5})
        sample.profile(None, {contested: 0.5})
        sample.profile(None, {contested: 0.5})
    found = learn_map(*sample.write(tmp_path))
    assert found is not None
    assert found.probabilities == pytest.approx((0.3, 0.6, 0.95, 0.9999))


def test_too_few_candidates_give_no_map(tmp_path: Path) -> None:
    sample = Sample()
    person = sample.contact()
    sample.profile(person, {person: 0.5})
    assert learn_map(*sample.write(tmp_path)) is None


def test_model_learns_its_map_from_links_made_without_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = load_model("standard")
    assert shipped.calibration is not None
    linked_by = []

    def link(build: Path, prior: Path | None, settings: Settings) -> None:
        linked_by.append(load_model(model_path(settings)))

    learned = CalibrationMap("", 300, (-1.0, 1.0), (0.4, 0.6))
    monkeypatch.setattr(owner_calibration, "link_personas", link)
    monkeypatch.setattr(owner_calibration, "learn_map", lambda *_: learned)
    settings = load_settings(write_config(tmp_path))
    owner_calibration.calibrate_model(tmp_path, tmp_path, settings, tmp_path / "out.json")
    assert [(model.calibration, model.parameters) for model in linked_by] == [(None, shipped.parameters)]
    written = load_model(tmp_path / "out.json")
    assert written.calibration == replace(learned, model_version=written.version)
    assert (written.parameters, written.prior) == (shipped.parameters, shipped.prior)
    assert written.version.startswith("standard-")
    assert written.version != shipped.version


def test_reviewed_pairs_teach_the_same_of_a_company(tmp_path: Path) -> None:
    """As in the sample: 30 of 100 at −2 bits, 72 of 120 at 0. Who belongs to another contact, and pairs of two
    contacts, of which none match, teach nothing."""
    kinds = {
        "weak": (100, 30, -2.0),
        "even": (120, 72, 0.0),
        "elsewhere": (60, 0, 0.0),
        "contacts": (60, 0, 0.0),
    }
    pairs = [
        (
            f"contact:{kind}{i}",
            f"{'contact:z' if kind == 'contacts' else 'profile:x:'}{kind}{i}",
            i < yes,
            bits,
            kind,
        )
        for kind, (number, yes, bits) in kinds.items()
        for i in range(number)
    ]
    drawn = {
        **{
            "model_version": "v",
            "publication_id": "p",
            "stratum": 5,
            "stratum_pairs": 340,
            "stratum_drawn": 340,
        },
        **{
            "sampling_rate": 1.0,
            "pair_probability": 0.5,
            "was_accepted": False,
            "network": "x",
            "segments": ["a"],
        },
        "half": "calibration",
    }
    rows = [
        {
            **{"left_persona_id": left, "right_persona_id": right, "match_weight": bits},
            **{"is_profile_of_contact": kind != "contacts", **drawn},
        }
        for left, right, _, bits, kind in pairs
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "audit_sample.parquet")
    with duckdb.connect() as connection:
        connection.execute(
            "create table all_decisions (left_persona_id varchar, right_persona_id varchar, decision varchar, "
            "decided_at timestamptz, reviewer varchar, origin varchar, number integer);"
            "create table prior_personas (persona_id varchar, person_id varchar, link_status varchar)"
        )
        connection.executemany(
            "insert into all_decisions values (?, ?, ?, now(), 'ann', 'audit', 1)",
            [(left, right, "match" if is_match else "no_match") for left, right, is_match, *_ in pairs],
        )
        accepted = [(right, "another", "accepted") for _, right, _, _, kind in pairs if kind == "elsewhere"]
        contacts = [(left, left, "unlinked") for left, *_ in pairs]
        connection.executemany("insert into prior_personas values (?, ?, ?)", [*accepted, *contacts])
        found = read_audit(connection, tmp_path).maps["v"]
    assert found is not None
    assert found.reviewed == 220
    assert found.weights == pytest.approx((-2.0, 0.0, 4.2479, 13.2876), abs=1e-4)
    assert found.probabilities == pytest.approx((0.3, 0.6, 0.95, 0.9999))


def write_config(folder: Path) -> Path:
    (folder / "scrm.yml").write_text(
        "brand: {name: Halvenwire}\nsources: [{name: none, format: feed, path: none}]\n"
    )
    return folder
