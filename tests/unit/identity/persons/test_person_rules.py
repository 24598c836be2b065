"""What linkage makes of CRM records holds the rules that checks of links ask, whatever the records are like."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.identity.hand_made_tables import fill
from warehouse.engine import connect
from warehouse.identity import rules
from warehouse.identity.persons.connected_components import connected_components
from warehouse.identity.persons.contact_rules import hold_rules_of_contacts
from warehouse.identity.persons.person_rules import beyond, joined_by_a_third
from warehouse.identity.rules import Thresholds

# l, r, probability, whether they share a value, whether they bear one name
Pair = tuple[int, int, float, bool, bool]
THRESHOLDS = Thresholds(join=0.95, keep=0.9, review=0.5, max_accounts_per_network=5, most_personas=4)
MEMBERS = (
    "select n as id, person, merged_into_persona_id is null as is_living from members join personas using (n)"
)
PAIRS = "select n_l as l, n_r as r, shares_a_value, names_agree, names_contradict from contact_pairs"
TOLD = "select n_l as l, n_r as r from must_links"


def link(
    connection: duckdb.DuckDBPyConnection,
    records: int,
    pairs: Sequence[Pair],
    *,
    merged: Sequence[tuple[int, int]] = (),
    said: Sequence[tuple[int, int]] = (),
    apart: Sequence[tuple[int, int]] = (),
) -> dict[int, int]:
    """Make `members` of all likely pairs, hold the rules, and return the person of each record.

    `merged`: a record, and that which took its place; `said`: reviewers' yes, `apart` their no.
    """
    for name in ("contact_pairs", "must_links", "cannot_links", "told"):
        fill(connection, name)
    fill(connection, "personas", maker="pairs.scoring")
    fill(connection, "violations", maker="pairs.judgement")
    gone = {n for n, _ in merged}
    rows = [(n, "another" if n in gone else None) for n in range(records)]
    connection.executemany("insert into personas (n, merged_into_persona_id) values (?, ?)", rows)
    for n_l, n_r, *rest in pairs:
        connection.execute("insert into contact_pairs values (?, ?, ?, null, ?, ?, false)", [n_l, n_r, *rest])
    for a, b in (*merged, *said):
        connection.execute("insert into must_links values (?, ?)", [min(a, b), max(a, b)])
    for n in gone | {n for pair in said for n in pair}:
        connection.execute("insert into told values (?)", [n])
    for a, b in apart:
        connection.execute("insert into cannot_links values (?, ?), (?, ?)", [a, b, b, a])
    links = (
        "select n_l, n_r, pair_probability from contact_pairs where pair_probability >= 0.95"
        " union all select n_l, n_r, 1.0 from must_links"
    )
    connected_components(connection, "select n from personas", f"select n_l, n_r from ({links})")
    fill(connection, "members", "select n, component as person from components")
    hold_rules_of_contacts(connection, links, THRESHOLDS)
    return dict(connection.execute("from members").fetchall())


def violations(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, int, str]]:
    return connection.execute("select n_l, n_r, rule from violations order by all").fetchall()


def test_a_third_that_is_like_both_joins_nobody() -> None:
    """1 bears the name of 0 and, less surely, that of 2; 0 and 2 share nothing: the weaker link is cut."""
    with connect(threads=1) as connection:
        persons = link(connection, 3, [(0, 1, 0.99, False, True), (1, 2, 0.97, False, True)])
        assert persons == {0: 0, 1: 0, 2: 2}
        assert violations(connection) == [(1, 2, rules.JOINED_BY_A_THIRD)]


@pytest.mark.parametrize(
    ("pairs", "merged", "said"),
    [
        ([(0, 1, 0.99, True, False), (1, 2, 0.97, False, True)], [], []),
        ([(0, 1, 0.99, False, True), (1, 2, 0.97, False, True), (0, 2, 0.2, False, True)], [], []),
        ([(0, 1, 0.99, False, True), (1, 2, 0.97, False, True)], [(1, 0)], []),
        ([(0, 1, 0.99, False, True), (1, 2, 0.97, False, True)], [], [(0, 2)]),
    ],
    ids=["address and name", "one name, doubtful", "merged in the CRM", "a reviewer says so"],
)
def test_what_the_crm_or_a_reviewer_says_joins(
    pairs: list[Pair], merged: list[tuple[int, int]], said: list[tuple[int, int]]
) -> None:
    with connect(threads=1) as connection:
        assert set(link(connection, 3, pairs, merged=merged, said=said).values()) == {0}


def test_a_heap_falls_into_persons_of_the_most_that_may_be() -> None:
    """Six records, each sharing an address with each: at most four are one person; one pair asks of the rest."""
    pairs = [(a, b, 0.99, True, True) for a in range(6) for b in range(a + 1, 6)]
    with connect(threads=1) as connection:
        persons = list(link(connection, 6, pairs).values())
        assert sorted(persons.count(person) for person in set(persons)) == [2, 4]
        assert [rule for *_, rule in violations(connection)] == [rules.TOO_MANY_PERSONAS]


def test_whom_the_crm_merged_takes_no_place() -> None:
    pairs = [(a, b, 0.99, True, True) for a in range(4) for b in range(a + 1, 4)]
    merged = [(n, 0) for n in (4, 5, 6)]
    with connect(threads=1) as connection:
        assert set(link(connection, 7, pairs, merged=merged).values()) == {0}


RECORDS = 8
_TWO = st.tuples(st.integers(0, RECORDS - 1), st.integers(0, RECORDS - 1)).filter(
    lambda pair: pair[0] < pair[1]
)
_PAIR = st.tuples(
    _TWO, st.sampled_from([0.3, 0.96, 0.97, 0.98, 0.99]), st.sampled_from(["value", "name", "both"])
)


@given(
    st.lists(_PAIR, max_size=16, unique_by=lambda pair: pair[0]),
    st.lists(_TWO, max_size=2),
    st.lists(_TWO, max_size=2),
    st.lists(_TWO, max_size=2),
)
def test_whatever_is_linked_the_checks_find_nobody(
    pairs: list[tuple[tuple[int, int], float, str]],
    merged: list[tuple[int, int]],
    said: list[tuple[int, int]],
    apart: list[tuple[int, int]],
) -> None:
    rows = [(*two, p, says != "name", says != "value") for two, p, says in pairs]
    apart = [pair for pair in apart if pair not in (*merged, *said)]  # one pair has one decision
    with connect(threads=1) as connection:
        persons = link(connection, RECORDS, rows, merged=merged, said=said, apart=apart)
        assert connection.execute(joined_by_a_third(MEMBERS, PAIRS, TOLD)).fetchall() == []
        counted = (
            "select n as id, person, 1.0 as probability, false as is_told from members"
            " where n not in (select n from told)"
        )
        assert connection.execute(beyond(counted, "person", "4")).fetchall() == []
        assert all(persons[a] != persons[b] for a, b in apart)
