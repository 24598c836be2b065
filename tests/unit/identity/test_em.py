"""EM finds planted parameters again, without labels."""

from __future__ import annotations

import numpy as np
import pytest

from warehouse.identity import em

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
