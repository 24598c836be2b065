"""What a shared neighbour is worth: rarity, direction, and neighbours that are not shared."""

from __future__ import annotations

import math
from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pytest

from tests.unit.identity.hand_made_personas import persona, table
from tests.unit.identity.hand_made_tables import fill
from warehouse.engine import connect
from warehouse.identity.graph.counterparts import compare_neighbours
from warehouse.identity.graph.follows import make_follows
from warehouse.identity.graph.neighbours import learn_worth, make_known_follows, make_sides
from warehouse.identity.model.linkage_model import OF_PAIRS
from warehouse.identity.pairs.reused_scores import level_of_pair

Follow = tuple[str, str]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(threads=1) as opened:
        yield opened


def given(
    connection: duckdb.DuckDBPyConnection,
    people: list[str],
    a: list[Follow],
    b: list[Follow],
    known: list[str],
) -> None:
    """Accounts of `people` on two networks, their follows there, and who is known to be on both."""
    rows = [persona(f"profile:{network}:{p}") for network in "ab" for p in people]
    connection.register("given", table(rows))
    fill(
        connection,
        "personas",
        "select cast(row_number() over (order by persona_id) as integer) as n, * from given",
        maker="pairs.scoring",
    )
    follows = [(network, *pair) for network, pairs in (("a", a), ("b", b)) for pair in pairs]
    columns = ("network", "follower_profile_id", "followed_profile_id")
    edges = {c: pa.array(v, pa.string()) for c, v in zip(columns, zip(*follows, strict=True), strict=True)}
    connection.register("edges", pa.table(edges))
    make_follows(connection, "edges")
    connection.register("known", pa.table({"person": known}))
    fill(
        connection,
        "members",
        "select n, cast(hash(native_id) % 1000000 as integer) as person "
        "from personas where native_id in (select person from known)",
    )


def both_ways(*pairs: Follow) -> list[Follow]:
    return [edge for one, other in pairs for edge in ((one, other), (other, one))]


def test_a_neighbour_of_few_is_worth_more_than_a_hub(connection: duckdb.DuckDBPyConnection) -> None:
    crowd = [f"c{i}" for i in range(20)]
    follows = both_ways(("u", "rare"), ("u", "hub"), *((c, "hub") for c in crowd))
    given(connection, ["u", "rare", "hub", *crowd], follows, follows, ["rare", "hub"])
    make_known_follows(connection)
    bits = dict(
        connection.execute(
            """
            select q.native_id, bits
            from known_follows as t
            inner join personas as p on t.n = p.n and p.persona_id = 'profile:a:u'
            inner join members as m on t.person = m.person
            inner join personas as q on m.n = q.n and q.network = 'a'
            """
        ).fetchall()
    )
    # 44 follows, to a quarter of a bit 2^5.5 = 45.25; u has 2, rare 1, hub 21 of them, all returned:
    # −log2(1 − exp(−2·1/45.25)), −log2(1 − exp(−2·21/45.25))
    assert bits["rare"] == pytest.approx(-math.log2(1 - math.exp(-2 / 2**5.5)), abs=1e-4)
    assert bits["hub"] == pytest.approx(-math.log2(1 - math.exp(-42 / 2**5.5)), abs=1e-4)


def test_a_few_unrelated_follows_change_no_weight(connection: duckdb.DuckDBPyConnection) -> None:
    crowd = [f"c{i}" for i in range(40)]
    follows = both_ways(("u", "rare"), ("u", "hub"), *((c, "hub") for c in crowd))
    people = ["u", "rare", "hub", *crowd, "s1", "s2"]
    found = []
    for more in ([], [("s1", "s2")]):
        given(connection, people, follows + more, follows, ["rare", "hub"])
        make_known_follows(connection)
        found.append(connection.execute("select * from known_follows order by all").fetchall())
        connection.execute("drop table personas; drop table members")
    assert found[0] == found[1]


def test_what_is_kept_is_learned_from_people_known_on_both(connection: duckdb.DuckDBPyConnection) -> None:
    people = [f"p{i}" for i in range(40)]
    ring = [(people[i], people[(i + step) % 40]) for i in range(40) for step in (1, 2)]
    given(connection, people, both_ways(*ring), both_ways(*ring[::2]), people)
    make_known_follows(connection)
    make_sides(connection, 1, 2)
    worth = learn_worth(connection, 1, 2)
    # 160 ties on a, 80 on b, 80 shared: of a's ties (80 + 6) / (160 + 20) = 0.48 are kept, of b's
    # (80 + 6) / (80 + 20) = 0.86, in steps of 0.05: 0.5 and 0.85
    assert worth.missed_on_b == pytest.approx(math.log2(1 - 0.5))
    assert worth.missed_on_a == pytest.approx(math.log2(1 - 0.85))


def _compared(
    connection: duckdb.DuckDBPyConnection, left: str, right: str
) -> tuple[float, float, str | None]:
    compared = OF_PAIRS[0]
    row = connection.execute(
        f"""
        select g.graph_ratio, g.graph_lead, {level_of_pair(compared)}
        from graph_pairs as g
        inner join personas as l on g.n_l = l.n
        inner join personas as r on g.n_r = r.n
        where l.persona_id = '{left}' and r.persona_id = '{right}'
        """
    ).fetchall()[0]
    return row[0], row[1], None if row[2] is None else compared.level_names[row[2]]


@pytest.fixture
def club(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """u and v with ten friends each of forty people, the same ones on both networks, who know one another."""
    friends = [f"f{i}" for i in range(40)]
    among = [(friends[i], friends[(i + step) % 40]) for i in range(40) for step in (1, 3, 7)]
    of_u = [("u", f) for f in friends[:10]]
    of_v = [("v", f) for f in friends[20:30]]
    follows = both_ways(*among, *of_u, *of_v)
    given(connection, ["u", "v", *friends], follows, follows, friends)
    connection.execute(
        "create temp table asked_for as select l.n as n_l, r.n as n_r from personas as l cross join personas as r "
        "where l.network = 'a' and r.network = 'b' and l.native_id in ('u', 'v') and r.native_id in ('u', 'v')"
    )
    compare_neighbours(connection, "asked_for")
    return connection


def test_shared_friends_speak_for_and_friends_not_shared_against(club: duckdb.DuckDBPyConnection) -> None:
    same = _compared(club, "profile:a:u", "profile:b:u")
    other = _compared(club, "profile:a:u", "profile:b:v")
    assert same[0] > 0 > other[0]
    assert same[1] > 1 > 0 > other[1]
    assert (same[2], other[2]) == ("unmistakable", "otherwise")


def test_the_graph_proposes_the_pair_itself(club: duckdb.DuckDBPyConnection) -> None:
    proposed = club.execute(
        "select l.persona_id, r.persona_id from graph_pairs inner join personas as l on n_l = l.n "
        "inner join personas as r on n_r = r.n where is_proposed and graph_ratio > 0 "
        "and l.native_id in ('u', 'v') and r.native_id in ('u', 'v')"
    ).fetchall()
    assert sorted(proposed) == [("profile:a:u", "profile:b:u"), ("profile:a:v", "profile:b:v")]


def test_of_two_neighbours_nothing_is_said(connection: duckdb.DuckDBPyConnection) -> None:
    friends = ["f1", "f2", "f3"]
    follows = both_ways(("u", "f1"), ("u", "f2"), ("f1", "f2"), ("f2", "f3"))
    given(connection, ["u", *friends], follows, follows, friends)
    connection.execute(
        "create temp table asked_for as select l.n as n_l, r.n as n_r from personas as l "
        "inner join personas as r on l.persona_id = 'profile:a:u' and r.persona_id = 'profile:b:u'"
    )
    compare_neighbours(connection, "asked_for")
    assert _compared(connection, "profile:a:u", "profile:b:u")[2] is None
