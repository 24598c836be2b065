"""EM finds planted parameters again, without labels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from warehouse.identity.training import em

PAIRS, MATCHES = 40_000, 2_000
# share of agreement among matches and among other candidates, for four comparisons
PLANTED = {"a": (0.9, 0.05), "b": (0.8, 0.02), "c": (0.7, 0.03), "d": (0.95, 0.1)}


@pytest.fixture(scope="module")
def learned() -> em.Estimate:
    rng = np.random.default_rng(1)
    is_match = np.arange(PAIRS) < MATCHES
    levels = {
        name: np.where(rng.random(PAIRS) < np.where(is_match, m, u), 0, 1).astype(np.int64)
        for name, (m, u) in PLANTED.items()
    }
    nothing = np.full(PAIRS, np.nan)
    vectors = em.PairVectors(
        levels,
        dict.fromkeys(levels, nothing),
        np.zeros(PAIRS, dtype=bool),
        dict.fromkeys(levels, np.zeros(2)),
        0.0,
    )
    seeds = sum(value == 0 for value in levels.values()) == 4
    return em.estimate(vectors, dict.fromkeys(levels, np.array([np.nan, np.nan])), np.asarray(seeds), {})


@pytest.mark.parametrize("name", PLANTED)
def test_finds_m_and_u(learned: em.Estimate, name: str) -> None:
    m, u = PLANTED[name]
    assert learned.m[name][0] == pytest.approx(m, abs=0.08)
    assert learned.u[name][0] == pytest.approx(u, abs=0.03)


def test_finds_the_share_of_matches(learned: em.Estimate) -> None:
    assert learned.prior == pytest.approx(MATCHES / PAIRS, rel=0.15)


def test_pairs_that_a_rule_forbids_teach_no_matches() -> None:
    levels = {"a": np.zeros(100, dtype=np.int64), "b": np.zeros(100, dtype=np.int64)}
    nothing = dict.fromkeys(levels, np.full(100, np.nan))
    vectors = em.PairVectors(
        levels, nothing, np.ones(100, dtype=bool), dict.fromkeys(levels, np.array([0.0, 1e6])), 1e6
    )
    means = dict.fromkeys(levels, np.array([np.nan, np.nan]))
    assert em.estimate(vectors, means, np.ones(100, dtype=bool), {}).posterior.sum() == 0


def test_pairs_that_other_pairs_decide_teach_no_chance() -> None:
    """Where a profile belongs to another, competition of owners says so: u is of what is left to it."""
    rng = np.random.default_rng(2)
    is_match = np.arange(2_000) < 1_000
    levels = {
        name: np.where(rng.random(2_000) < np.where(is_match, 0.9, 0.3), 0, 1).astype(np.int64)
        for name in "abcd"
    }
    nothing = dict.fromkeys(levels, np.full(2_000, np.nan))
    outside = dict.fromkeys(levels, np.array([10.0, 1e5]))
    vectors = em.PairVectors(levels, nothing, np.zeros(2_000, dtype=bool), outside, 1e5)
    means = dict.fromkeys(levels, np.array([np.nan, np.nan]))
    seeds = np.asarray(sum(value == 0 for value in levels.values()) == 4)
    every = em.estimate(vectors, means, seeds, {})
    left = em.estimate(replace(vectors, decided_by_others=~is_match), means, seeds, {})
    assert all(left.u[name][0] < every.u[name][0] / 2 for name in levels)
    assert left.posterior[~is_match].sum() == 0


def few(
    levels: list[int], others: tuple[float, float], reviewed: list[float] | None = None
) -> em.PairVectors:
    """Candidate pairs with one comparison of two levels; `others` are the pairs outside blocking."""
    size = len(levels)
    return em.PairVectors(
        {"a": np.array(levels, dtype=np.int64)},
        {"a": np.full(size, np.nan)},
        np.zeros(size, dtype=bool),
        {"a": np.array(others)},
        sum(others),
        reviewed=None if reviewed is None else np.array(reviewed),
    )


MEANS = {"a": np.array([np.nan, np.nan])}


def test_level_that_no_pair_shows_is_taken_from_the_known_model() -> None:
    known = em.Known({"a": np.array([0.7, 0.3])}, {"a": np.array([0.001, 0.999])})
    learned = em.estimate(few([1, 1, 1], (0.0, 1e6)), MEANS, np.zeros(3, dtype=bool), {}, known)
    assert learned.u["a"][0] == 0.001
    # no match was seen: m is the known one
    assert learned.m["a"] == pytest.approx([0.7, 0.3])


def test_known_model_counts_for_ten_pairs() -> None:
    """30 sure matches at the first level and 10 known pairs, 2 of them there: (30 + 2) / (30 + 10) = 0.8."""
    known = em.Known({"a": np.array([0.2, 0.8])}, {"a": np.array([0.1, 0.9])})
    reviewed = [1.0] * 30
    learned = em.estimate(few([0] * 30, (0.0, 1e6), reviewed), MEANS, np.zeros(30, dtype=bool), {}, known)
    assert learned.m["a"] == pytest.approx([0.8, 0.2])


def test_decision_stands_against_evidence_and_rules() -> None:
    """Both ways: a seed that a reviewer parted is no match, a pair that nothing speaks for is one."""
    seeds = np.array([True, False])
    learned = em.estimate(few([0, 1], (0.0, 1e6), [0.0, 1.0]), MEANS, seeds, {})
    assert list(learned.posterior) == [0.0, 1.0]


def test_chance_agreement_of_what_tells_alone_is_taken_from_pairs_known_to_be_two() -> None:
    """1,000 pairs agree and nothing else is known of them; of 4 settled ones, known to be two people, one agrees.

    u is (1 + ½) of the 4 settled candidates, 5 settled pairs outside blocking and ½ for each level: 1.5 / 10.
    """
    levels = np.array([0] * 1_000 + [0, 1, 1, 1], dtype=np.int64)
    size = levels.size
    settled = np.arange(size) >= 1_000
    vectors = em.PairVectors(
        levels={"a": levels},
        rarity={"a": np.full(size, np.nan)},
        forbidden=np.zeros(size, dtype=bool),
        others={"a": np.zeros(2)},
        others_in_all=1e6,
        telling=frozenset({"a"}),
        settled=settled,
        settled_outside=0.0,
    )
    among_all = em.estimate(vectors, MEANS, np.zeros(size, dtype=bool), {})
    among_settled = em.estimate(replace(vectors, settled_outside=5.0), MEANS, np.zeros(size, dtype=bool), {})
    assert among_settled.u["a"][0] == pytest.approx(1.5 / 10, abs=0.02)
    # 1,001 of a million and 1,004 pairs without that knowledge
    assert among_all.u["a"][0] == pytest.approx(0.001, rel=0.01)
