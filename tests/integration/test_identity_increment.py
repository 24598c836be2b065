"""An increment of linkage against a run from scratch over the same personas: the same links, for less work.

The run from scratch has the same prior persons, since a link once made needs less to stay; only its state is gone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from collections.abc import Callable
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
from warehouse.identity import outputs
from warehouse.identity.decisions import SCHEMA as DECISIONS
from warehouse.identity.personas import build_personas
from warehouse.identity.report import LinkReport
from warehouse.identity.rules import LOWEST_PROBABILITY
from warehouse.identity.run import link_personas
from warehouse.settings import Settings

# The files that others read, and what a row of each is known by.
GRAIN = {
    "personas": "persona_id",
    "link_candidates": "profile_persona_id, person_id",
    "violations": "left_persona_id, right_persona_id, rule",
    "scored_pairs": "left_persona_id, right_persona_id",
    "link_evidence": "left_persona_id, right_persona_id, comparison",
    "review_queue": "left_persona_id, right_persona_id",
}
# Of all personas, so many may stand in another person than after a run from scratch, of the rows of any file so
# many may differ, and of all pairs, those that are below the least probability that counts among them, so many:
# pairs of two unchanged personas are neither proposed nor taken away by a third.
TOLERANCE = 0.001
OF_ROWS = 0.005
OF_IMPROBABLE = 0.05
PROBABLE = {"scored_pairs": f"pair_probability >= {LOWEST_PROBABILITY}"}
CUSTOMERS = 300


@dataclass(frozen=True)
class Linked:
    """The files of a linkage, and what it did."""

    folder: Path
    report: LinkReport

    def rows(self, name: str, where: str = "true") -> list[tuple[Any, ...]]:
        """Rows of a file in order, numbers to eight digits."""
        path = f"'{self.folder / name}.parquet'"
        # which of several rules is the first to propose a pair may hang on a third persona
        columns = [c for c in duckdb.sql(f"describe from {path}").fetchall() if c[0] != "blocking_rule"]
        shown = [f"round({c[0]}, 8)" if c[1] == "DOUBLE" else c[0] for c in columns]
        return duckdb.sql(
            f"select {', '.join(shown)} from {path} where {where} order by {GRAIN[name]}"
        ).fetchall()

    def person(self) -> dict[str, str]:
        return {row[0]: row[1] for row in self.rows("personas")}


@dataclass
class Company:
    """Personas and decisions that are linked again and again, each time from the state of the time before."""

    folder: Path
    runs: int = 0

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

    def both_ways(self, personas: pa.Table, prior: Linked, **more: Any) -> tuple[Linked, Linked]:
        """Link as an increment and from scratch."""
        stateless = self.folder / f"stateless-{self.runs}"
        shutil.copytree(prior.folder, stateless)
        (stateless / "linkage_basis.parquet").unlink()
        full = self.link(personas, Linked(stateless, prior.report), **more)
        return self.link(personas, prior, **more), full

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
    return Company(tmp_path)


@pytest.fixture(scope="module")
def personas(tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    """int_personas of a sample company."""
    database = build_personas(tmp_path_factory.mktemp("personas"), people(CUSTOMERS))
    with connect(database, read_only=True) as connection:
        return connection.execute("from intermediate.int_personas").to_arrow_table()


def where(personas: pa.Table, condition: str, replaced: str = "") -> pa.Table:
    """Rows for which the SQL condition holds; `replaced`: what columns hold instead."""
    columns = f"* replace ({replaced})" if replaced else "*"
    return duckdb.sql(f"select {columns} from personas where {condition}").to_arrow_table()


def assert_same(increment: Linked, full: Linked) -> None:
    """The same persons but for the tolerance, and all else, too; everything the same from the same pairs.

    Pairs so improbable that nobody reads them may differ more: a third persona's key makes them pairs at all.
    """
    assert (increment.report.mode, full.report.mode) == ("increment", "full")
    ours, theirs = increment.person(), full.person()
    assert ours.keys() == theirs.keys()
    assert sum(ours[p] != theirs[p] for p in theirs) <= TOLERANCE * len(theirs)
    probable = {name: _differing(increment, full, name, PROBABLE.get(name, "true")) for name in GRAIN}
    assert max(probable.values()) <= (0 if probable["scored_pairs"] == 0 else OF_ROWS), probable
    assert _differing(increment, full, "scored_pairs") <= OF_IMPROBABLE


def _differing(one: Linked, other: Linked, name: str, where: str = "true") -> float:
    """Share of the rows of a file that the other has not, or has otherwise."""
    rows, others = set(one.rows(name, where)), set(other.rows(name, where))
    return max(len(rows - others), len(others - rows)) / max(len(others), 1)


@pytest.mark.parametrize("tenth", [0, 3, 6])
def test_a_tenth_more_personas(company: Company, personas: pa.Table, tenth: int) -> None:
    before = company.link(where(personas, f"hash(persona_id) % 10 <> {tenth}"))
    increment, full = company.both_ways(personas, before)
    assert increment.report.personas_compared < 0.15 * personas.num_rows
    assert increment.report.pairs_scored < 0.4 * full.report.pairs_scored
    assert_same(increment, full)


def test_personas_that_are_gone(company: Company, personas: pa.Table) -> None:
    before = company.link(personas)
    left = where(personas, "hash(persona_id) % 20 <> 3")
    increment, full = company.both_ways(left, before)
    assert increment.report.personas_compared == 0
    assert_same(increment, full)


def test_a_profile_that_takes_anothers_handle_and_address(company: Company, personas: pa.Table) -> None:
    before = company.link(personas)
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
    increment, full = company.both_ways(changed, before)
    assert increment.report.personas_compared == 2
    assert_same(increment, full)


def test_who_objects_is_in_no_person_any_more(company: Company, personas: pa.Table) -> None:
    before = company.link(personas)
    objected = before.rows("personas", "link_status = 'accepted' and persona_id like 'contact:%'")[0][0]
    without = where(personas, "true", f"is_linkable and persona_id <> '{objected}' as is_linkable")
    increment, full = company.both_ways(without, before)
    assert_same(increment, full)
    assert list(increment.person().values()).count(increment.person()[objected]) == 1


def test_reviewers_decisions_given_and_taken_back(company: Company, personas: pa.Table) -> None:
    before = company.link(personas)
    asked = before.rows("review_queue")
    pairs = [row[:2] for row in asked[:: max(1, len(asked) // 6)]]
    accepted = before.rows("link_candidates", "link_status = 'accepted'")[0]
    no = tuple(sorted((accepted[0], accepted[4])))
    company.decide(*((*pair, "match") for pair in pairs), (*no, "no_match"))
    increment, full = company.both_ways(personas, before)
    assert_same(increment, full)
    assert increment.person()[no[0]] != increment.person()[no[1]]
    company.decide((*pairs[0], "match"), (*pairs[1], "unsure"))
    assert_same(*company.both_ways(personas, increment))


def test_increments_upon_increments(company: Company, personas: pa.Table) -> None:
    linked = company.link(where(personas, "hash(persona_id) % 20 > 3"))
    for smallest in (3, 2, 1, 0):
        linked, full = company.both_ways(where(personas, f"hash(persona_id) % 20 >= {smallest}"), linked)
        assert_same(linked, full)


@pytest.mark.parametrize("seed", range(3))
def test_unrelated_records_move_nobody(company: Company, personas: pa.Table, seed: int) -> None:
    before = company.link(personas)
    strangers = [
        persona(
            f"{kind}{i}",
            f"wim{seed}q{i} qu{i}izzle{seed}",
            f"zz{seed}{i}",
            city=f"town{seed}",
            country="NZ",
            birth_year=1900 + seed,
            email_hashes=[f"hash {seed} {i}"],
        )
        for i in range(40)
        for kind in ("contact:s", "profile:elsewhere:s")
    ]
    with connect() as connection:
        connection.register("standing", personas)
        connection.register("strangers", table(strangers))
        grown = connection.execute("from standing union all by name from strangers").to_arrow_table()
    after = company.link(grown, before)
    assert after.report.mode == "increment"
    standing = before.person()
    assert [row for row in after.rows("personas") if row[0] in standing] == before.rows("personas")
    assert [row for row in after.rows("link_candidates") if row[0] in standing] == before.rows(
        "link_candidates"
    )


def test_nothing_new_leaves_everything_as_it_was(company: Company, personas: pa.Table) -> None:
    before = company.link(personas)
    again = company.link(personas, before)
    assert (again.report.personas_compared, again.report.personas_judged) == (0, 0)
    for name in GRAIN:
        assert again.rows(name) == before.rows(name), name


def test_another_basis_links_everybody_anew_and_says_why(company: Company, personas: pa.Table) -> None:
    before = company.link(personas)
    model = company.folder / "model.json"
    shipped = Path(outputs.__file__).parent / "models" / "standard.json"
    model.write_text(shipped.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    settings: dict[str, Any]
    for changed, settings in (
        ("model", {"model": str(model)}),
        ("excluded values", {"excluded_values": ["info@acme.example"]}),
        ("thresholds", {"join": 0.97}),
    ):
        report = company.link(personas, before, **settings).report
        assert (report.mode, report.why) == ("full", f"changed since the last run: {changed}")
    most = company.link(where(personas, "hash(persona_id) % 2 = 0"), before).report
    assert most.mode == "full"
    assert "personas changed since the last run" in str(most.why)


def test_a_run_that_dies_leaves_the_state_as_it_was(
    company: Company, personas: pa.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = company.link(where(personas, "hash(persona_id) % 20 <> 3"))
    digests = _digests(before.folder)
    written: list[str] = []
    write: Callable[..., None] = outputs.write_parquet

    def full_disk(connection: Any, folder: Path, name: str, query: str) -> None:
        written.append(name)
        if len(written) > 3:
            raise OSError("no space left on device")
        write(connection, folder, name, query)

    with monkeypatch.context() as patched:
        patched.setattr(outputs, "write_parquet", full_disk)
        with pytest.raises(OSError, match="no space left"):
            company.link(personas, before)
    assert _digests(before.folder) == digests
    assert_same(*company.both_ways(personas, before))


def _digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def test_a_block_that_grows_too_large_takes_no_standing_pair_away(company: Company) -> None:
    def born_there(people: range) -> list[dict[str, Any]]:
        # no two share more than a town and a year of birth
        return [
            persona(
                f"contact:{i:02}",
                f"{chr(97 + i // 26)}{chr(97 + i % 26)}{i} {i}{chr(97 + i % 26)}{i}x",
                city="aarhus",
                birth_year=1980,
            )
            for i in people
        ]

    before = company.link(table(born_there(range(24))))
    assert before.report.candidate_pairs == 24 * 23 / 2
    increment, full = company.both_ways(table(born_there(range(28))), before)
    assert (increment.report.candidate_pairs, full.report.candidate_pairs) == (24 * 23 / 2, 0)
    assert increment.person() == full.person()


def test_where_follows_join_networks_attributes_are_an_increment(company: Company) -> None:
    world = two_networks(Networks(accounts=400))
    rows = [
        persona(f"profile:{network}:{i}", None, f"quark{i}" if i % 2 else f"{network}nova{i}")
        for network, accounts in zip("ab", world.accounts, strict=True)
        for i in accounts
    ]
    edges = [(n, str(a), str(b)) for n, pairs in zip("ab", world.follows, strict=True) for a, b in pairs]
    columns = ("network", "follower_profile_id", "followed_profile_id")
    follows = pa.table(dict(zip(columns, map(list, zip(*edges, strict=True)), strict=True)))
    before = company.link(table(rows[5:]), follows=follows)
    increment, full = company.both_ways(table(rows), before, follows=follows)
    assert (increment.report.mode, full.report.mode) == ("increment_of_pairs", "full")
    assert increment.report.pairs_scored < 0.1 * full.report.pairs_scored
    assert full.report.passes > 1
    for name in GRAIN:
        assert increment.rows(name) == full.rows(name), name
