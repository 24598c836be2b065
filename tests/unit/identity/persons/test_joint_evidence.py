"""Joint evidence: what the personas of a person say together of a profile that each alone leaves in doubt."""

from __future__ import annotations

import duckdb
import pytest

from tests.unit.identity.hand_made_tables import fill
from warehouse.engine import connect
from warehouse.identity.persons.joint_evidence import KINDS, against_persons, joint_candidates

JOIN = 0.95
PRIOR = -14.0
# Person 1 is contact 1 and profile 11; profile 10 is asked for.
MEMBERS = {1: 1, 11: 1}
Kinds = dict[tuple[int, int], dict[str, float]]


def joint(kinds: Kinds, edges: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    """Joint probability by (persona, person), of weights in bits by pair and kind of evidence."""
    with connect(threads=1) as connection:
        _tables(connection, kinds, edges)
        joint_candidates(connection, JOIN, with_companions=True)
        found = connection.execute("select n, person, probability from joint").fetchall()
    return {(n, person): probability for n, person, probability in found}


def _tables(connection: duckdb.DuckDBPyConnection, kinds: Kinds, edges: dict[tuple[int, int], float]) -> None:
    columns = ", ".join(f"null::double as {kind}" for kind in KINDS)
    fill(connection, "pair_kinds", f"select null as n, null as other, {columns} where false")
    connection.execute(f"create temp macro joint_probability(bits) as 1 / (1 + pow(2, -({PRIOR!r} + bits)))")
    fill(connection, "likely_pairs")
    fill(connection, "members")
    fill(
        connection,
        "personas",
        "select cast(i as integer) as n, case when i < 10 then 'contact' else 'profile' end as persona_type "
        "from range(30) as r(i)",
        maker="pairs.scoring",
    )
    marks = ", ".join("?" * (len(KINDS) + 2))
    rows = [(n, other, *(by_kind.get(kind) for kind in KINDS)) for (n, other), by_kind in kinds.items()]
    connection.executemany(f"insert into pair_kinds values ({marks})", rows)
    connection.executemany(
        "insert into likely_pairs values (?, ?, ?)", [(*pair, p) for pair, p in edges.items()]
    )
    connection.executemany("insert into members values (?, ?)", list(MEMBERS.items()))
    free = "persona_type <> 'contact' and n not in (select n from members)"
    fill(connection, "asking", f"select n from personas where {free}")


def test_different_kinds_of_evidence_add_up() -> None:
    """Name with the contact (9), own handle with the profile (8): 2^(9 + 8 − 14) = 8 to 1."""
    kinds: Kinds = {(10, 1): {"naming": 9.0}, (10, 11): {"own_handle": 8.0}}
    found = joint(kinds, {(10, 1): 0.05, (10, 11): 0.05})
    assert found[10, 1] == pytest.approx(8 / 9)


def test_same_kind_counts_once() -> None:
    """The name agrees with both: 13 bits, not 26."""
    kinds: Kinds = {(10, 1): {"naming": 13.0}, (10, 11): {"naming": 13.0}}
    found = joint(kinds, {(10, 1): 0.33, (10, 11): 0.33})
    assert found[10, 1] == pytest.approx(1 / (1 + 2.0**1))


def test_contradiction_is_averaged_and_not_forgotten() -> None:
    """Place 4 bits for, with the one, and none with the other (2^−4): the mean ratio is (16 + 1/16) / 2."""
    kinds: Kinds = {(10, 1): {"naming": 13.0, "places": 4.0}, (10, 11): {"naming": 13.0, "places": -4.0}}
    found = joint(kinds, {(10, 1): 0.89, (10, 11): 0.1})
    odds = 2.0**-1 * (16 + 1 / 16) / 2
    assert found[10, 1] == pytest.approx(odds / (1 + odds))


def test_sure_companion_speaks_for_a_free_persona() -> None:
    """12 is surely (0.96) the same as 10 and shares a handle with profile 11, as 10 shares the name."""
    kinds: Kinds = {(10, 1): {"naming": 9.0}, (12, 11): {"own_handle": 8.0}}
    found = joint(kinds, {(10, 1): 0.05, (10, 12): 0.96})
    assert found[10, 1] == pytest.approx(0.96 * 8 / 9)


def test_sure_pairs_and_hopeless_ones_are_left_alone() -> None:
    kinds: Kinds = {(10, 1): {"naming": 13.0}, (10, 11): {"own_handle": 15.0}}
    assert joint(kinds, {(10, 1): 0.99}) == {}
    assert joint(kinds, {(10, 1): 0.01}) == {}


def against(kinds: Kinds, edges: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    """Bits against each best pair, by (persona, person)."""
    with connect(threads=1) as connection:
        _tables(connection, kinds, edges)
        against_persons(connection)
        return {(n, p): b for n, p, b in connection.execute("select n, person, bits from against").fetchall()}


def test_other_personas_speak_against_a_namesake() -> None:
    """The contact of the name shows no place (0 bits), the person's profile another (−4)."""
    kinds: Kinds = {(10, 1): {"naming": 18.0}, (10, 11): {"naming": 18.0, "places": -4.0}}
    assert against(kinds, {(10, 1): 0.98, (10, 11): 0.7}) == {(10, 1): pytest.approx(-4.0)}


def test_nothing_is_said_against_a_pair_that_says_it_already() -> None:
    kinds: Kinds = {(10, 1): {"places": -4.0}, (10, 11): {"naming": 18.0, "places": 3.0}}
    assert against(kinds, {(10, 1): 0.5}) == {}


def test_other_names_of_a_person_are_none_against_it() -> None:
    """A person has several names and handles, so those that differ say nothing more."""
    kinds: Kinds = {(10, 1): {"naming": 18.0}, (10, 11): {"naming": -6.0, "own_handle": -2.0}}
    assert against(kinds, {(10, 1): 0.98}) == {}
