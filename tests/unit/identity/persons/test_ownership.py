"""Owner-normalised probabilities: o / (1 + Σ o) with o = pp / (1 − pp), over a profile's candidates.

Profiles 10–19 are of one network, 20 and up of another.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.identity.hand_made_tables import fill
from warehouse.engine import connect
from warehouse.identity.model.calibration import CalibrationMap
from warehouse.identity.model.linkage_model import load_model
from warehouse.identity.persons.ownership import calibrate_candidates, owner_candidates, single_candidates
from warehouse.identity.rules import HIGHEST_PROBABILITY
from warehouse.identity.tables import Maker

Edges = list[tuple[int, int, float]]


def owners(
    edges: Edges,
    members: dict[int, int],
    against: dict[tuple[int, int], float] | None = None,
    only_free: bool = False,
    said_to_match: tuple[int, int] | None = None,
    calibration: CalibrationMap | None = None,
) -> list[tuple[int, int, float, float]]:
    """Candidates of personas 10 and up (profiles) over members {persona: person}; `against` in bits."""
    with connect(threads=1) as connection:
        _tables(connection, edges, members)
        for (n, person), bits in (against or {}).items():
            connection.execute("insert into against values (?, ?, ?)", [n, person, bits])
        if said_to_match:
            connection.execute("insert into said_to_match values (?, ?)", said_to_match)
        free = "and n not in (select n from members)" if only_free else ""
        fill(connection, "asking", f"select n from personas where persona_type <> 'contact' {free}")
        calibrate_candidates(connection, calibration)
        make = Maker("warehouse.identity.persons.owners")
        single_candidates(connection, "singles", make=make)
        owner_candidates(connection, "singles", only_free)
        return connection.execute(
            "select n, person, pair_probability, probability from owners order by n, person"
        ).fetchall()


def _tables(connection: duckdb.DuckDBPyConnection, edges: Edges, members: dict[int, int]) -> None:
    for name in ("likely_pairs", "members", "joint", "against", "barred", "cannot_links", "said_to_match"):
        fill(connection, name)
    fill(
        connection,
        "personas",
        "select cast(i as integer) as n, case when i < 10 then 'contact' else 'profile' end as persona_type, "
        "['crm', 'x', 'forum'][1 + i // 10] as network from range(30) as r(i)",
        maker="pairs.scoring",
    )
    connection.execute("create or replace temp macro further_account() as 0.25")
    if edges:
        connection.executemany("insert into likely_pairs values (?, ?, ?)", edges)
    if members:
        connection.executemany("insert into members values (?, ?)", list(members.items()))


def test_one_owner_keeps_its_pair_probability() -> None:
    assert owners([(10, 1, 0.9)], {1: 1}) == [(10, 1, 0.9, pytest.approx(0.9))]


def test_two_plausible_owners_share_less_than_one() -> None:
    # o = 0.9/0.1 = 9 and 0.8/0.2 = 4; probabilities 9/14 and 4/14
    found = owners([(10, 1, 0.9), (10, 2, 0.8)], {1: 1, 2: 2})
    assert [row[3] for row in found] == [pytest.approx(9 / 14), pytest.approx(4 / 14)]


def test_pair_probability_is_the_highest_over_the_accepted_personas() -> None:
    # contact 1 and profile 21 are person 1: profile 10 takes the better of 0.3 and 0.9
    assert owners([(10, 1, 0.3), (10, 21, 0.9)], {1: 1, 21: 1}) == [(10, 1, 0.9, pytest.approx(0.9))]


def test_what_others_say_against_the_best_pair_lowers_it() -> None:
    # odds 9 to 1, three bits against: 9/8 to 1
    found = owners([(10, 1, 0.9)], {1: 1}, {(10, 1): -3.0})
    assert found[0][2] == pytest.approx(9 / 17)


def test_two_profiles_of_a_network_share_the_persons_place_there() -> None:
    # each has odds 9, and the other's 9 beside it: 9 · (1 + 0.25 · 9) / (1 + 9) = 2.925
    found = owners([(10, 1, 0.9), (11, 1, 0.9)], {1: 1})
    assert [row[3] for row in found] == [pytest.approx(2.925 / 3.925)] * 2


def test_profiles_of_two_networks_take_nothing_from_each_other() -> None:
    found = owners([(10, 1, 0.9), (20, 1, 0.9)], {1: 1})
    assert [row[3] for row in found] == [pytest.approx(0.9)] * 2


def test_account_already_accepted_makes_a_further_one_there_rarer() -> None:
    # next to a sure one (odds 9999) odds 9 become nearly a quarter
    found = owners([(10, 1, 0.9)], {1: 1, 11: 1}, only_free=True)
    assert found[0][3] == pytest.approx(9 / 4 / (1 + 9 / 4), abs=1e-3)


def test_second_account_that_the_first_brought_pays_once() -> None:
    """Its pair with the first one knows already that both are on one network (comparison `pairing`)."""
    found = owners([(10, 11, 0.9)], {1: 1, 11: 1}, only_free=True)
    assert found[0][3] == pytest.approx(0.9)


def test_whom_a_reviewer_gave_an_owner_has_no_other() -> None:
    found = owners([(10, 1, 0.999), (10, 2, 0.9)], {1: 1, 2: 2}, said_to_match=(10, 2))
    assert [(row[1], row[3]) for row in found] == [(2, pytest.approx(0.9))]


def test_contact_is_nobodys_profile() -> None:
    assert owners([(1, 2, 0.9)], {1: 1, 2: 2}) == []


# −3, 0 and 3 bits (odds 1/8, 1 and 8) mean probabilities of 0.2, 0.6 and 0.8
HALF_SURE = CalibrationMap("m", 300, (-3.0, 0.0, 3.0), (0.2, 0.6, 0.8))


def test_map_of_the_model_speaks_before_owners_compete() -> None:
    """Odds 1 and 8 mean 0.6 and 0.8, so odds 1.5 and 4: of 1 + 1.5 + 4 = 6.5 parts."""
    found = owners([(10, 1, 1 / 2), (10, 2, 8 / 9)], {1: 1, 2: 2}, calibration=HALF_SURE)
    assert [row[2] for row in found] == [pytest.approx(0.6), pytest.approx(0.8)]
    assert [row[3] for row in found] == [pytest.approx(1.5 / 6.5), pytest.approx(4 / 6.5)]


def test_map_of_the_model_leaves_a_reviewers_word_alone() -> None:
    found = owners([(10, 1, 0.9999)], {1: 1}, said_to_match=(10, 1), calibration=HALF_SURE)
    assert [row[3] for row in found] == [pytest.approx(0.9999)]
    assert owners([(10, 1, 0.9999)], {1: 1}, calibration=HALF_SURE)[0][3] == pytest.approx(0.8)


@given(st.lists(st.floats(0.001, 0.9999), min_size=1, max_size=9, unique=True))
def test_shipped_map_changes_no_ranks_and_keeps_the_sum_below_one(probabilities: list[float]) -> None:
    edges = [(10, contact, p) for contact, p in enumerate(probabilities)]
    members = {contact: contact for contact in range(len(probabilities))}
    found = owners(edges, members, calibration=load_model("standard").calibration)
    assert sum(row[3] for row in found) < 1
    assert all(0 < row[2] <= HIGHEST_PROBABILITY for row in found)
    ranked = [found[i][2] for i in np.argsort(probabilities)]
    assert ranked == sorted(ranked)


@given(st.lists(st.floats(0.001, 0.9999), min_size=1, max_size=9))
def test_probabilities_of_a_profile_add_up_to_less_than_one(probabilities: list[float]) -> None:
    edges = [(10, contact, p) for contact, p in enumerate(probabilities)]
    found = owners(edges, {contact: contact for contact in range(len(probabilities))})
    assert sum(row[3] for row in found) < 1
