"""The draw: how it is spread, that it repeats, that nothing is drawn twice, and what rates it states."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.identity.hand_made_tables import fill
from warehouse.engine import connect
from warehouse.identity.measure.audit_sample import Stratum, allocate, draw


def test_half_is_spread_evenly_and_half_by_expected_spread() -> None:
    """Of 20: 10 evenly, 5 each; the other 10 by pairs × deviation = 1000 · 0.1 : 100 · 0.5 = 2 : 1, so 6.67 and
    3.33: 7 and 3 by largest remainder."""
    assert allocate([Stratum(1000, 0.1), Stratum(100, 0.5)], 20) == [12, 8]


def test_a_small_stratum_gives_all_it_has_and_the_others_the_rest() -> None:
    assert allocate([Stratum(2, 0.5), Stratum(1000, 0.1)], 20) == [2, 18]
    assert allocate([Stratum(2, 0.5), Stratum(3, 0.1)], 20) == [2, 3]


STRATA = st.lists(st.tuples(st.integers(1, 500), st.floats(0.01, 0.5)), min_size=1, max_size=10)


@given(STRATA, st.integers(0, 900))
def test_all_that_was_asked_for_is_drawn_and_no_stratum_beyond_itself(
    strata: list[tuple[int, float]], size: int
) -> None:
    given_out = allocate([Stratum(*s) for s in strata], size)
    assert sum(given_out) == min(size, sum(pairs for pairs, _ in strata))
    assert all(0 <= n <= pairs for n, (pairs, _) in zip(given_out, strata, strict=True))


@pytest.fixture
def pairs() -> Iterator[duckdb.DuckDBPyConnection]:
    """900 sure non-links and 100 sure links."""
    with connect(threads=1) as connection:
        fill(connection, "audit_sample")
        fill(
            connection,
            "audit_candidates",
            """
            select
                'contact:' || i as left_persona_id, 'profile:x:' || i as right_persona_id,
                1.0 as match_weight, case when i < 900 then 0.00001 else 0.9999 end as pair_probability,
                i >= 900 as was_accepted, true as is_profile_of_contact, 'x' as network,
                ['all: all customers'] as segments, null::integer as stands_for
            from range(1000) as numbers(i)
            """,
        )
        yield connection


def drawn(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {row[0] for row in connection.execute("select left_persona_id from drawn_now").fetchall()}


def test_the_same_seed_draws_the_same_and_another_draws_others(pairs: duckdb.DuckDBPyConnection) -> None:
    found = []
    for seed in (1, 1, 2):
        pairs.execute("delete from audit_sample")
        assert draw(pairs, 40, seed, "m", "p") == 40
        found.append(drawn(pairs))
    assert found[0] == found[1] != found[2]


def test_nothing_is_drawn_twice_and_rates_grow(pairs: duckdb.DuckDBPyConnection) -> None:
    """Both strata have the same deviation (0.01, the least), so the second half goes 9 : 1. Of 40: 20 evenly, 10
    and 10; 18 and 2 more: 28 of 900 and 12 of 100. After a second draw: what was drawn of all that can be."""
    draw(pairs, 40, 1, "m", "p")
    first = drawn(pairs)
    rates = "select distinct stratum_pairs, stratum_drawn, sampling_rate from audit_sample order by all"
    assert pairs.execute(rates).fetchall() == [(100, 12, 0.12), (900, 28, pytest.approx(28 / 900))]
    draw(pairs, 40, 1, "m", "q")
    assert not first & drawn(pairs)
    after = pairs.execute(rates).fetchall()
    assert [row[0] for row in after] == [100, 900]
    assert sum(row[1] for row in after) == 80
    assert all(rate == pytest.approx(n / of) for of, n, rate in after)


def test_a_kept_pruned_pair_stands_for_those_that_were_not_kept(
    pairs: duckdb.DuckDBPyConnection,
) -> None:
    """900 of 7,200 pruned pairs are kept, each stands for 8. Of 40: 20 evenly, 10 and 10; the second half goes
    72 : 1, 20 and 0: 30 of the 7,200, though only 900 can be drawn."""
    pairs.execute("update audit_candidates set stands_for = 8 where not was_accepted")
    draw(pairs, 40, 1, "m", "p")
    rates = (
        "select distinct stratum, stratum_pairs, stratum_drawn, sampling_rate from audit_sample order by all"
    )
    assert pairs.execute(rates).fetchall() == [
        (0, 7200, 30, pytest.approx(30 / 7200)),
        (10, 100, 10, pytest.approx(0.1)),
    ]


def test_asking_for_more_than_there_is_draws_all_once(pairs: duckdb.DuckDBPyConnection) -> None:
    assert draw(pairs, 5000, 1, "m", "p") == 1000
    assert draw(pairs, 10, 1, "m", "p") == 0
    halves = dict(pairs.execute("select half, count(*) from audit_sample group by half").fetchall())
    assert halves["calibration"] + halves["measure"] == 1000
    assert 420 < halves["measure"] < 580
