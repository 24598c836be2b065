"""Two networks known by id and follows alone: half of the links reviewed, the graph finds the others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.integration.two_networks import Ints, Networks, World, common_neighbours, two_networks
from tests.unit.identity.hand_made_personas import persona, table
from warehouse.engine import connect
from warehouse.identity.run import link_personas
from warehouse.settings import Settings

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
FIRST = 10


@dataclass(frozen=True)
class Found:
    """A world, whom reviewers knew in it, and the linkage of the rest. Ids on b are not those on a."""

    world: World
    ids_on_b: Ints
    known: Ints
    hidden: Ints
    folder: Path

    def true_pairs(self) -> dict[str, str]:
        return {f"profile:a:{p}": f"profile:b:{self.ids_on_b[p]}" for p in self.hidden}

    def candidates(self) -> dict[str, list[str]]:
        """Candidates of each profile, as people.link_candidates would show them: the likeliest first."""
        path = self.folder / "link_candidates.parquet"
        with connect() as connection:
            rows = connection.execute(
                "select profile_persona_id, list(best_persona_id order by probability desc, graph_ratio desc) "
                f"from read_parquet('{path}') group by profile_persona_id"
            ).fetchall()
        return dict(rows)

    def joined(self) -> set[tuple[str, str]]:
        """Pairs of one account on each network that stand in one person, those reviewed left out."""
        path = self.folder / "personas.parquet"
        with connect() as connection:
            rows = connection.execute(
                f"select l.persona_id, r.persona_id from read_parquet('{path}') as l "
                f"inner join read_parquet('{path}') as r using (person_id) "
                "where l.persona_id like 'profile:a:%' and r.persona_id like 'profile:b:%'"
            ).fetchall()
        return set(rows) - {(f"profile:a:{p}", f"profile:b:{self.ids_on_b[p]}") for p in self.known}


def link_networks(networks: Networks, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Found:
    world = two_networks(networks)
    ids_on_b = world.rng.permutation(2 * networks.accounts)
    known, hidden = np.array_split(world.rng.permutation(world.on_both), 2)
    rows = [persona(f"profile:a:{i}") for i in world.accounts[0]]
    rows += [persona(f"profile:b:{i}") for i in ids_on_b[world.accounts[1]]]
    follows = {"a": world.follows[0].astype(str), "b": ids_on_b[world.follows[1]].astype(str)}
    matches = [(f"profile:a:{p}", f"profile:b:{ids_on_b[p]}") for p in known]
    return Found(world, ids_on_b, known, hidden, link(rows, follows, matches, folder, monkeypatch))


def link(
    rows: list[dict[str, Any]],
    follows: Mapping[str, Any],
    matches: list[tuple[str, str]],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """Link personas; `follows`: by network, (follower, followed); `matches`: what reviewers said."""
    monkeypatch.setenv("SCRM_HOME", str(folder / "home"))
    build, reviewed = folder / "build", folder / "home" / "identity"
    (build / "inputs").mkdir(parents=True)
    reviewed.mkdir(parents=True)
    run = pa.table({"run_id": ["run"], "run_at": pa.array([NOW], pa.timestamp("us", tz="UTC"))})
    pq.write_table(run, build / "inputs" / "parameters.parquet")
    edges = {
        "network": [network for network, pairs in follows.items() for _ in pairs],
        "follower_profile_id": [one for pairs in follows.values() for one, _ in pairs],
        "followed_profile_id": [other for pairs in follows.values() for _, other in pairs],
    }
    with connect(build / "warehouse.duckdb") as connection:
        connection.register("given", table(rows))
        connection.register("follows", pa.table({c: pa.array(v, pa.string()) for c, v in edges.items()}))
        connection.execute("create schema intermediate")
        connection.execute("create table intermediate.int_personas as select * from given")
        connection.execute("create table intermediate.int_edges as select * from follows")
    names = ("left_persona_id", "right_persona_id", "decision", "decided_at")
    decided = [dict(zip(names, (*pair, "match", NOW), strict=True)) for pair in matches]
    decisions = pa.schema(
        [*((name, pa.string()) for name in names[:3]), (names[3], pa.timestamp("us", tz="UTC"))]
    )
    pq.write_table(pa.Table.from_pylist(decided, decisions), reviewed / "decisions.parquet")
    source = {"name": "any", "format": "feed", "path": "*"}
    link_personas(build, None, Settings.model_validate({"brand": {"name": "Acme"}, "sources": [source]}))
    return build / "identity"


def _share_by_common_neighbours(found: Found) -> float:
    """Share of the hidden people whose account on b is among the first by a count of common neighbours."""
    counts = common_neighbours(found.world, found.known)
    place_a, place_b = (_places(accounts) for accounts in found.world.accounts)
    counts[:, place_b[found.known]] = -1  # whom reviewers knew is nobody else's
    rows = counts[place_a[found.hidden]]
    true = rows[np.arange(len(rows)), place_b[found.hidden]][:, None]
    # of those with the same count, half are taken to stand before
    before = (rows > true).sum(axis=1) + ((rows == true).sum(axis=1) - 1) / 2
    return float(np.mean((before < FIRST) & (true[:, 0] > 0)))


def _places(accounts: Ints) -> npt.NDArray[np.int64]:
    places = np.full(int(accounts.max()) + 1, -1)
    places[accounts] = np.arange(len(accounts))
    return places


@pytest.mark.parametrize(
    "networks",
    [
        Networks(),
        # one network of mutual friends with few ties, the other of followers, as check-ins and short messages
        Networks(friends=50, kept=(0.25, 0.6), own=(0.5, 0.5), directed=(False, True)),
    ],
    ids=["alike", "sparse and dense"],
)
def test_the_graph_finds_counterparts(
    networks: Networks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = link_networks(networks, tmp_path, monkeypatch)
    candidates, true_pairs, joined = found.candidates(), found.true_pairs(), found.joined()
    hits = [b in candidates.get(a, [])[:FIRST] for a, b in true_pairs.items()]
    assert np.mean(hits) > _share_by_common_neighbours(found) + 0.05
    assert len(joined) > 0
    assert len(joined - set(true_pairs.items())) <= 0.01 * len(joined)


def test_without_reviewed_links_the_graph_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = link_networks(Networks(accounts=200, on_both=0.0), tmp_path, monkeypatch)
    assert found.candidates() == {}
    assert found.joined() == set()


def test_a_pseudonym_joins_the_contact_whose_other_account_has_its_friends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    friends = [f"f{i}" for i in range(40)]
    pairs = [(friends[i], friends[(i + step) % 40]) for i in range(40) for step in (1, 3, 7)]
    pairs += [("u", f) for f in friends[:10]] + [("v", f) for f in friends[20:30]]
    both = [edge for one, other in pairs for edge in ((one, other), (other, one))]
    rows = [persona(f"profile:{network}:{p}") for network in "ab" for p in ("v", *friends)]
    rows += [
        persona("contact:1", "laura vestergaard", email_hashes=["e1"]),
        persona("profile:a:u", "laura vestergaard", "lvestergaard", email_hashes=["e1"]),
        persona("profile:b:u", None, "northwind"),
    ]
    matches = [(f"profile:a:{f}", f"profile:b:{f}") for f in friends]
    folder = link(rows, {"a": both, "b": both}, matches, tmp_path, monkeypatch)
    person = {r["persona_id"]: r["person_id"] for r in pq.read_table(folder / "personas.parquet").to_pylist()}
    assert person["contact:1"] == person["profile:a:u"] == person["profile:b:u"]
    assert person["profile:a:v"] == person["profile:b:v"] != person["contact:1"]  # a person without a contact
