"""A run upon scores that stand, against a run from scratch over the same personas: the same files, for less work.

The run from scratch has the same prior persons, since a link once made needs less to stay, but no scores.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.benchmarks.linkage import people
from tests.integration.two_networks import Networks, two_networks
from tests.unit.identity.hand_made_personas import persona, table
from warehouse.engine import connect
from warehouse.identity.decisions import SCHEMA as DECISIONS
from warehouse.identity.model.linkage_model import MODELS
from warehouse.identity.pairs import pruning
from warehouse.identity.personas.build import build_personas
from warehouse.identity.persons import link_files
from warehouse.identity.run import LinkReport, link_personas
from warehouse.settings import Settings

# What says when and how a run was done, not what it found: the run's id in the history.
FILES = (
    *(
        "personas",
        "link_candidates",
        "violations",
        "scored_pairs",
        "link_evidence",
        "review_queue",
        "quality",
    ),
    *("fingerprints", "linkage_basis"),
)
DIGITS = 9
CUSTOMERS = 120
# Of the pruned pairs of these some 480 personas, every fourth is kept.
ALL_OF = 100


@dataclass(frozen=True)
class Linked:
    """The files of a linkage, and what it did."""

    folder: Path
    report: LinkReport

    def rows(self, name: str, where: str = "true") -> list[tuple[Any, ...]]:
        """Rows of a file in order, numbers to nine digits."""
        path = f"'{self.folder / name}.parquet'"
        columns = duckdb.sql(f"describe from {path}").fetchall()
        shown = [f"round({c[0]}, {DIGITS})" if c[1] == "DOUBLE" else c[0] for c in columns]
        return duckdb.sql(f"select {', '.join(shown)} from {path} where {where} order by all").fetchall()

    def person(self) -> dict[str, str]:
        return {row[0]: row[1] for row in self.rows("personas")}


@dataclass
class Company:
    """Personas and decisions that are linked again and again, each time from the state of the time before."""

    folder: Path
    runs: int = 0
    # pairs that the last run from scratch scored
    scored_in_full: int = 0

    def link(
        self,
        personas: pa.Table,
        prior: Linked | None = None,
        *,
        follows: pa.Table | None = None,
        **identity: Any,
    ) -> Linked:
        self.runs += 1
        build = self.folder / f"build-{self.runs}"
        (build / "inputs").mkdir(parents=True)
        run_at = pa.array([dt.datetime(2026, 1, 1, tzinfo=dt.UTC)], pa.timestamp("us", tz="UTC"))
        parameters = pa.table({"run_id": [f"run-{self.runs}"], "run_at": run_at})
        pq.write_table(parameters, build / "inputs" / "parameters.parquet")
        with connect(build / "warehouse.duckdb") as connection:
            connection.register("given", personas)
            connection.execute("create schema intermediate")
            connection.execute("create table intermediate.int_personas as from given")
            if follows is not None:
                connection.register("given_follows", follows)
                connection.execute("create table intermediate.int_edges as from given_follows")
        source = {"name": "any", "format": "feed", "path": "*"}
        settings = Settings.model_validate(
            {"brand": {"name": "Acme"}, "sources": [source], "identity": identity}
        )
        report = link_personas(build, prior.folder if prior else None, settings)
        return Linked(build / "identity", report)

    def both_ways(self, personas: pa.Table, prior: Linked, **more: Any) -> Linked:
        """Link upon the scores that stand, and from scratch; check that nothing differs but the work."""
        scoreless = self.folder / f"scoreless-{self.runs}"
        shutil.copytree(prior.folder, scoreless)
        (scoreless / "fingerprints.parquet").unlink()
        full = self.link(personas, Linked(scoreless, prior.report), **more)
        again = self.link(personas, prior, **more)
        assert full.report.from_scratch == "the last publication holds no scores to go on from"
        assert again.report.from_scratch is None
        assert again.report.candidate_pairs == full.report.candidate_pairs
        self.scored_in_full = full.report.pairs_scored
        for name in FILES:
            assert again.rows(name) == full.rows(name), name
        return again

    def decide(self, *decisions: tuple[str, str, str]) -> None:
        """Let reviewers say these and nothing else."""
        reviewed = self.folder / "home" / "identity"
        reviewed.mkdir(parents=True, exist_ok=True)
        at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        rows = [dict(zip(DECISIONS.names, (*d, at, "eva", None, "review"), strict=True)) for d in decisions]
        pq.write_table(pa.Table.from_pylist(rows, DECISIONS), reviewed / "decisions.parquet")


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    monkeypatch.setenv("SCRM_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(pruning, "_ALL_OF", ALL_OF)
    return Company(tmp_path)


@pytest.fixture(scope="module")
def personas(tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    """int_personas of a sample company."""
    database = build_personas(tmp_path_factory.mktemp("personas"), people(CUSTOMERS))
    with connect(database, read_only=True) as connection:
        return connection.execute("from intermediate.int_personas").to_arrow_table()


@pytest.fixture(scope="module")
def linked_before(personas: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> Linked:
    """All personas, linked for the first time."""
    with pytest.MonkeyPatch.context() as patched:
        folder = tmp_path_factory.mktemp("before")
        patched.setenv("SCRM_HOME", str(folder / "home"))
        patched.setattr(pruning, "_ALL_OF", ALL_OF)
        return Company(folder).link(personas)


def where(personas: pa.Table, condition: str, replaced: str = "") -> pa.Table:
    """Rows for which the SQL condition holds; `replaced`: what columns hold instead."""
    columns = f"* replace ({replaced})" if replaced else "*"
    return duckdb.sql(f"select {columns} from personas where {condition}").to_arrow_table()


def test_a_tenth_more_upon_a_tenth_less(company: Company, personas: pa.Table) -> None:
    linked = company.link(where(personas, "hash(persona_id) % 10 not in (3, 7)"))
    assert linked.report.from_scratch == "first run"
    linked = company.both_ways(where(personas, "hash(persona_id) % 10 <> 7"), linked)
    assert 0 < linked.report.pairs_scored < 0.3 * company.scored_in_full
    linked = company.both_ways(where(personas, "hash(persona_id) % 10 <> 3"), linked)
    assert 0 < linked.report.pairs_scored < 0.3 * company.scored_in_full


def test_nothing_new_scores_no_pair_and_changes_nothing(
    company: Company, personas: pa.Table, linked_before: Linked
) -> None:
    again = company.link(personas, linked_before)
    assert (again.report.pairs_scored, again.report.from_scratch) == (0, None)
    for name in ("scored_pairs", "personas", "link_candidates"):
        assert again.rows(name) == linked_before.rows(name), name


def test_personas_that_are_gone_or_object_leave_no_pair(
    company: Company, personas: pa.Table, linked_before: Linked
) -> None:
    objected = linked_before.rows("personas", "link_status = 'accepted' and persona_id like 'contact:%'")[0][
        0
    ]
    left = where(
        personas,
        "hash(persona_id) % 20 <> 3 or persona_type = 'contact'",
        f"is_linkable and persona_id <> '{objected}' as is_linkable",
    )
    again = company.both_ways(left, linked_before)
    assert again.report.candidate_pairs < linked_before.report.candidate_pairs
    assert list(again.person().values()).count(again.person()[objected]) == 1


def test_a_profile_that_takes_anothers_handle_and_address(
    company: Company, personas: pa.Table, linked_before: Linked
) -> None:
    accounts = "select persona_id from personas where persona_type = 'profile' and email_hashes <> []"
    changed = where(
        personas,
        "true",
        "case when persona_id in (select min(persona_id) from personas where "
        "persona_type = 'profile') then (select any_value(email_hashes order by persona_id) from personas "
        f"where persona_id in ({accounts})) else email_hashes end as email_hashes, "
        "case when persona_id in (select max(persona_id) from personas where persona_type = 'profile') then "
        "(select min(handle) from personas) else handle end as handle",
    )
    again = company.both_ways(changed, linked_before)
    assert 0 < again.report.pairs_scored < 0.1 * company.scored_in_full


def test_decisions_given_and_taken_back_score_nothing(
    company: Company, personas: pa.Table, linked_before: Linked
) -> None:
    asked = linked_before.rows("review_queue")
    pairs = [row[:2] for row in asked[:: max(1, len(asked) // 6)]]
    accepted = linked_before.rows("link_candidates", "link_status = 'accepted'")[0]
    no = tuple(sorted((accepted[0], accepted[4])))
    company.decide(*((*pair, "match") for pair in pairs), (*no, "no_match"))
    again = company.both_ways(personas, linked_before)
    assert again.report.pairs_scored == 0
    assert again.person()[no[0]] != again.person()[no[1]]
    company.decide((*pairs[0], "match"), (*pairs[1], "unsure"))
    assert company.both_ways(personas, again).report.pairs_scored == 0


def test_another_basis_scores_everything_anew_and_says_why(
    company: Company, personas: pa.Table, linked_before: Linked
) -> None:
    few = where(personas, "hash(persona_id) % 4 = 0")
    model = company.folder / "model.json"
    shipped = MODELS / "standard.json"
    model.write_text(shipped.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    other_columns = few.append_column("shoe_size", pa.nulls(few.num_rows, pa.int32()))
    settings: dict[str, Any]
    for changed, given, settings in (
        ("the model", few, {"model": str(model)}),
        ("values excluded as shared", few, {"excluded_values": ["info@acme.example"]}),
        ("the columns of personas", other_columns, {}),
    ):
        report = company.link(given, linked_before, **settings).report
        assert report.from_scratch == f"changed since the last publication: {changed}"
        assert report.pairs_scored >= report.candidate_pairs > 0
    thresholds = company.link(few, linked_before, join=0.97).report
    assert (thresholds.from_scratch, thresholds.pairs_scored) == (None, 0)


def test_what_only_differs_in_being_empty_or_unknown_is_a_change(company: Company) -> None:
    """An empty list, a list of nothing and no list hash alike in DuckDB."""
    rows = [persona(f"contact:{i}", "laura zibbel", sites=[]) for i in range(3)]
    before = company.link(table(rows))
    changed = [rows[0], rows[1] | {"sites": None}, rows[2] | {"sites": [None]}]
    assert company.both_ways(table(changed), before).report.pairs_scored == 3


def test_a_block_that_grows_too_large_takes_its_pairs_away(company: Company) -> None:
    def born_there(people: range) -> pa.Table:
        # no two share more than a town and a year of birth, which 25 at most may do
        return table(
            persona(
                f"contact:{i:02}",
                f"{chr(97 + i // 26)}{chr(97 + i % 26)}{i} {i}{chr(97 + i % 26)}{i}x",
                city="aarhus",
                birth_year=1980,
            )
            for i in people
        )

    before = company.link(born_there(range(24)))
    assert before.report.candidate_pairs == 24 * 23 / 2
    grown = company.both_ways(born_there(range(28)), before)
    assert grown.report.candidate_pairs == 0
    shrunk = company.both_ways(born_there(range(4, 28)), grown)
    assert shrunk.report.pairs_scored == shrunk.report.candidate_pairs == 24 * 23 / 2


def test_a_run_that_dies_leaves_the_state_as_it_was(
    company: Company, personas: pa.Table, linked_before: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = _digests(linked_before.folder)
    few = where(personas, "hash(persona_id) % 4 = 0", "case when birth_year > 0 then 1950 end as birth_year")

    def full_disk(*_: Any) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(link_files, "write_parquet", full_disk)
        with pytest.raises(OSError, match="no space left"):
            company.link(few, linked_before)
    assert _digests(linked_before.folder) == digests
    company.both_ways(few, linked_before)


def _digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def test_what_the_graph_says_is_asked_anew(company: Company) -> None:
    world = two_networks(Networks(accounts=400))
    rows = [
        persona(f"profile:{network}:{i}", None, f"quark{i}" if i % 2 else f"{network}nova{i}")
        for network, accounts in zip("ab", world.accounts, strict=True)
        for i in accounts
    ]
    edges = [(n, str(a), str(b)) for n, pairs in zip("ab", world.follows, strict=True) for a, b in pairs]
    columns = ("network", "follower_profile_id", "followed_profile_id")
    follows = pa.table(dict(zip(columns, map(list, zip(*edges, strict=True)), strict=True)))
    before = company.link(table(rows[5:]), follows=follows.slice(20))
    again = company.both_ways(table(rows), before, follows=follows)
    assert again.report.passes > 1
    # of what the graph proposes, most was proposed before
    assert 0 < again.report.pairs_scored < 0.5 * len(again.rows("scored_pairs", "blocking_rule = 'graph'"))
