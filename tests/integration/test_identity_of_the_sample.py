"""Linkage of the sample company: every comparison moves scores, strangers move nobody, and ids are kept over
second runs, growth and training.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ingestion.sample import Noise
from tests.integration.sample_build import copy_build, stage_sample, truth_of
from tests.integration.strangers import add_strangers
from warehouse.engine import connect, quote_text
from warehouse.identity.evaluation.ablation import KINDS, moved_by, read_scored
from warehouse.identity.model.linkage_model import COMPARISONS, OF_PAIRS, OF_PERSONAS, load_model
from warehouse.identity.model.term_frequencies import value_frequencies
from warehouse.identity.pairs.blocking import candidate_pairs
from warehouse.identity.pairs.scoring import score_pairs, scoring_input
from warehouse.identity.persons.owners import find_owners
from warehouse.identity.run import FOLLOWS, PERSONAS, link_personas
from warehouse.identity.tables import Maker
from warehouse.identity.training.train import train
from warehouse.settings import Settings, load_settings

pytestmark = pytest.mark.integration

# Leads without given names enough that even half names are compared in so small a company.
NOISE = Noise(hasty=0.3, half_name=0.2)
# The few in so small a company who meet, post in another language than English and show no country, speak one.
ONE_WAY = {"language"}


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company, standardised and linked once."""
    build = stage_sample(tmp_path_factory.mktemp("sample") / "company", 0.008, 3, NOISE)
    link_personas(build, None, settings_of(build))
    return build


def settings_of(build: Path, model: Path | None = None) -> Settings:
    settings = load_settings(build.parents[2])
    named = settings.identity.model if model is None else str(model)
    return settings.model_copy(update={"identity": settings.identity.model_copy(update={"model": named})})


def test_every_comparison_moves_scores_both_ways_when_it_is_switched_off(build: Path) -> None:
    with connect() as connection:
        connection.execute(f"attach {quote_text(build / 'warehouse.duckdb')} as warehouse (read_only)")
        model = load_model("standard")
        scoring_input(connection, PERSONAS, model.shared_values, model.frequencies)
        read_scored(connection, build / "identity")
        moved = {c.name: moved_by(connection, (c.name,)) for c in OF_PAIRS}
        # what speaks against two is mostly among the pairs that a run forgets
        value_frequencies(connection, model)
        candidate_pairs(connection)
        score_pairs(connection, model, "scored_by_attributes", make=Maker(__name__))
        moved |= {c.name: moved_by(connection, (c.name,), "scored_by_attributes") for c in OF_PERSONAS}
    still = {name: counts for name, counts in moved.items() if not all(counts) and name not in ONE_WAY}
    assert not still, f"(pairs lower, pairs higher) without: {still}"
    assert all(any(moved[name]) for name in ONE_WAY)


def test_kinds_of_evidence_hold_every_comparison_but_the_prior() -> None:
    named = [name for names in KINDS.values() for name in names]
    assert sorted([*named, "pairing"]) == sorted(c.name for c in COMPARISONS)


@pytest.mark.parametrize("share", [0.05, 0.4])
def test_strangers_move_nobody(build: Path, tmp_path: Path, share: float) -> None:
    grown = copy_build(build, tmp_path / "grown", "grown")
    with duckdb.connect(str(grown / "warehouse.duckdb")) as connection:
        before = connection.execute("select count(*) from intermediate.int_personas").fetchall()[0][0]
        assert add_strangers(connection, share) == pytest.approx(share * before, rel=0.2)
    link_personas(grown, build / "identity", settings_of(build))
    keys = {"personas": "persona_id", "link_candidates": "profile_persona_id"}
    of_pairs = ("scored_pairs", "link_evidence", "violations", "review_queue")
    for name, key in (keys | dict.fromkeys(of_pairs, "left_persona_id")).items():
        old, new = (quote_text(folder / "identity" / f"{name}.parquet") for folder in (build, grown))
        people = quote_text(build / "identity" / "personas.parquet")
        moved = duckdb.sql(
            f"""
            (from {old} except all from {new})
            union all
            (select * from {new} where {key} in (select persona_id from {people}) except all from {old})
            """
        ).fetchall()
        assert not moved, f"{len(moved)} rows of {name}"


def test_a_second_run_on_equal_records_changes_nothing(build: Path, tmp_path: Path) -> None:
    again = copy_build(build, tmp_path / "again", "again")
    link_personas(again, build / "identity", settings_of(build))
    for path in sorted((build / "identity").glob("*.parquet")):
        if path.stem != "quality":  # says, from the second run on, which ids were kept
            assert (again / "identity" / path.name).read_bytes() == path.read_bytes(), path.stem


def test_asking_only_whom_a_move_reaches_finds_what_asking_all_finds(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.identity.persons.cluster.update_owners", find_owners)
    asked_all = copy_build(build, tmp_path / "all", "all")
    link_personas(asked_all, None, settings_of(build))
    for name in ("personas", "link_candidates", "violations"):
        found = (asked_all / "identity" / f"{name}.parquet").read_bytes()
        assert found == (build / "identity" / f"{name}.parquet").read_bytes(), name


def test_ids_are_kept_when_there_are_a_tenth_more_people(build: Path, tmp_path: Path) -> None:
    fewer = (
        f"persona_id in (select persona_id from {truth_of(build)} where hash(person_id) % 11 = 0)"
        " and account_role = 'person'"
    )
    before = copy_build(build, tmp_path / "before", "before", without=fewer)
    link_personas(before, None, settings_of(build))
    after = copy_build(build, tmp_path / "after", "after")
    link_personas(after, before / "identity", settings_of(build))
    assert kept_ids(before, after, truth_of(build)) > 0.99


def test_ids_are_kept_under_another_model(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.identity.training.learning_pairs.RANDOM_PAIRS", 100_000)
    with connect() as connection:
        connection.execute(f"attach {quote_text(build / 'warehouse.duckdb')} as warehouse (read_only)")
        half = f"(select * from {PERSONAS} where hash(persona_id) % 2 = 0)"
        other = train(connection, half, FOLLOWS, tmp_path / "other.json")
    assert other.prior != load_model("standard").prior
    after = copy_build(build, tmp_path / "after", "after")
    link_personas(after, build / "identity", settings_of(build, tmp_path / "other.json"))
    assert kept_ids(build, after, truth_of(build)) > 0.95


def kept_ids(before: Path, after: Path, truth: str) -> float:
    """Share of true persons whose id goes on; checks that nothing changes that need not, and not unsaid."""
    with connect() as connection:
        for name, build in (("before", before), ("after", after)):
            read = f"read_parquet({quote_text(build / 'identity' / 'personas.parquet')})"
            connection.execute(f"create temp table {name}_run as select persona_id, person_id from {read}")
        history = quote_text(after / "identity" / "person_id_history.parquet")
        connection.execute(
            f"""
            create temp table history as from {history};
            create temp table shared as
            select b.persona_id, b.person_id as old, a.person_id as new
            from before_run as b inner join after_run as a using (persona_id);
            create temp table groups as
            select old, count(distinct new) = 1 and any_value(new) not in (
                select new from shared as other where other.old <> shared.old
            ) as has_same_members, bool_or(old = new) as goes_on
            from shared group by old
            """
        )

        def count(query: str) -> int:
            return int(connection.execute(f"select count(*) from {query}").fetchall()[0][0])

        assert count("groups where has_same_members") > 0.75 * count("groups")
        assert count("groups where has_same_members and not goes_on") == 0
        changed = "select distinct old, new from shared where old <> new"
        said = "select from_person_id, to_person_id from history"
        assert count(f"({changed} except {said})") == 0
        assert count(f"({said} except {changed})") == 0
        # a person that went nowhere of its own was merged: history leads from its id to one that lives
        gone = "select old from groups where not goes_on"
        resolved = (
            "select from_person_id from history where reason = 'merge' "
            "and to_person_id in (select person_id from after_run)"
        )
        assert count(f"({gone} except {resolved})") == 0
        persons = (
            f"(select t.person_id, bool_or(old = new) as is_kept from shared inner join {truth} as t "
            "using (persona_id) group by t.person_id)"
        )
        return count(f"{persons} where is_kept") / count(persons)
