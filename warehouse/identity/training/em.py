"""Expectation maximisation for the Fellegi–Sunter model, over comparison vectors of candidate pairs.

Lives here: arithmetic on NumPy arrays. Must not live here: where the pairs come from (learning_pairs.py).

u is the share of a level among *all* pairs that do not match. Candidate pairs stand for themselves; the
others are known by a weighted random sample and count as non-matches, since nothing brought them together.
So u holds for levels that only true pairs reach, too, where plain random sampling takes the true pairs that
it happens to draw for chance.

m of a comparison is its share among the pairs that all *other* comparisons make sure of (anchors). Blocking
brings together many thousands of pairs that agree on, say, a family name; a comparison that votes for the
matches it is then measured on makes plain EM take that mass for the matches. It is what estimating m within
a block of other columns does, for all comparisons at once. Formulas: Fellegi and Sunter (1969).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
MOST_ITERATIONS = 50
CONVERGED = 1e-4
# A pair is an anchor for a comparison from this probability on, by all other comparisons.
ANCHOR = 0.95
# Pairs added to each level's count, so that what was never seen in a match is improbable, not impossible.
PSEUDO_PAIRS = 0.5
# Matching pairs that a known m counts for: a few hundred matches of one's own outweigh it.
KNOWN_PAIRS = 10.0


@dataclass(frozen=True)
class PairVectors:
    """Comparison vectors of the candidate pairs, and counts of the rest.

    `levels[c]`: level of each pair in comparison c, 0 the best, −1 nothing to compare. `rarity[c]`: log2 of
    the frequency of the shared value where the level has one, else NaN. `others[c]`: estimated number of
    pairs outside blocking at each level; `others_in_all`: their number. `forbidden`: pairs that a rule says
    are two people, whatever else agrees. `reviewed`: 1 or 0 where a person has decided, else NaN. `telling`:
    comparisons that have something to compare in far more true pairs than others: their shares are of all
    pairs, and no share goes to the level of absence. Where nothing else speaks for a pair, EM cannot tell
    that such a comparison is right: their u is taken from the pairs that are `settled` alone, of which one
    side is known to be somebody else there; `settled_outside` estimates their number outside blocking.
    `decided_by_others`: pairs of two people, as pairs of theirs with others say. They match nobody, and of the
    other comparisons u is of the rest: prediction, too, leaves them to the competition of owners.
    """

    levels: dict[str, npt.NDArray[np.int64]]
    rarity: dict[str, Doubles]
    forbidden: npt.NDArray[np.bool_]
    others: dict[str, Doubles]
    others_in_all: float
    telling: frozenset[str] = frozenset()
    settled: npt.NDArray[np.bool_] | None = None
    settled_outside: float = 0.0
    decided_by_others: npt.NDArray[np.bool_] | None = None
    reviewed: Doubles | None = None

    def decided(self, posterior: Doubles, seeds: npt.NDArray[np.bool_] | None = None) -> Doubles:
        """The posterior with what is known put in its place: decisions before rules, rules before EM."""
        known = np.where(self.forbidden, 0.0, posterior if seeds is None else np.where(seeds, 1.0, posterior))
        if self.decided_by_others is not None:
            known = np.where(self.decided_by_others, 0.0, known)
        if self.reviewed is None:
            return known
        return np.where(np.isnan(self.reviewed), known, self.reviewed)


@dataclass(frozen=True)
class Known:
    """m and u of each level by a model trained elsewhere; NaN where it has none."""

    m: dict[str, Doubles]
    u: dict[str, Doubles]


@dataclass(frozen=True)
class Estimate:
    """m and u of each level (by comparison, best first), the prior, and the posterior of each pair."""

    m: dict[str, Doubles]
    u: dict[str, Doubles]
    prior: float
    posterior: Doubles
    iterations: int


def estimate(
    vectors: PairVectors,
    mean_frequency: dict[str, Doubles],
    seeds: npt.NDArray[np.bool_],
    same_as: dict[tuple[str, int], tuple[str, int]],
    known: Known | None = None,
) -> Estimate:
    """Learn m, u and the prior from unlabelled pairs, taking `seeds` (pairs sure by rule) for matches.

    `mean_frequency[c][level]` is the chance that two random values of the level's kind agree (NaN where
    rarity plays no part): a level's u for a value is u × frequency / mean frequency. `same_as` names, for a
    level, another that has the same weight for a value.

    With `known`, m is shrunk towards it (it counts for `KNOWN_PAIRS` matching pairs), and a level that no
    pair shows takes its u.
    """
    known = known or _nothing_known(vectors)
    posterior = vectors.decided(np.zeros(seeds.shape), seeds)
    anchors = dict.fromkeys(vectors.levels, posterior)
    before: dict[str, Doubles] | None = None
    iterations = 0
    while iterations < MOST_ITERATIONS:
        iterations += 1
        m = {c: _shares(vectors, c, anchors[c], _counted(known.m[c])) for c in vectors.levels}
        u = {c: _u(vectors, c, posterior, known) for c in vectors.levels}
        for (comparison, level), (other, worth) in same_as.items():
            u[comparison][level] = m[comparison][level] * u[other][worth] / m[other][worth]
        prior = float((posterior.sum() + PSEUDO_PAIRS) / (posterior.size + vectors.others_in_all + 1))
        weights = {c: _weights(vectors, c, m, u, mean_frequency) for c in vectors.levels}
        in_all = np.sum(list(weights.values()), axis=0) + np.log2(prior / (1 - prior))
        posterior = vectors.decided(_probability(in_all), seeds)
        anchors = {c: vectors.decided(_sure(_probability(in_all - weights[c]))) for c in vectors.levels}
        if before is not None and max(float(np.abs(m[c] - before[c]).max()) for c in m) < CONVERGED:
            break
        before = m
    return Estimate(m, u, prior, posterior, iterations)


def _sure(probability: Doubles) -> Doubles:
    kept: Doubles = np.where(probability >= ANCHOR, probability, 0.0)
    return kept


def _probability(log_odds: Doubles) -> Doubles:
    probability: Doubles = 1 / (1 + np.exp2(-np.clip(log_odds, -60, 60)))
    return probability


def unseen(vectors: PairVectors, comparison: str) -> npt.NDArray[np.bool_]:
    """Levels of a comparison that no pair shows, neither a candidate nor one outside blocking."""
    levels = vectors.levels[comparison]
    seen = np.bincount(levels[levels >= 0], minlength=vectors.others[comparison].size)
    nowhere: npt.NDArray[np.bool_] = (seen + vectors.others[comparison]) == 0
    return nowhere


def _nothing_known(vectors: PairVectors) -> Known:
    unknown = {c: np.full(others.shape, np.nan) for c, others in vectors.others.items()}
    return Known(unknown, unknown)


def _counted(m: Doubles) -> Doubles:
    return np.fmax(KNOWN_PAIRS * m, PSEUDO_PAIRS)


def _u(vectors: PairVectors, comparison: str, posterior: Doubles, known: Known) -> Doubles:
    others, unmatched, outside = vectors.others[comparison], 1 - posterior, vectors.others_in_all
    if comparison in vectors.telling and vectors.settled is not None and vectors.settled_outside:
        unmatched, outside = unmatched * vectors.settled, vectors.settled_outside
    elif comparison not in vectors.telling and vectors.decided_by_others is not None:
        unmatched = unmatched * ~vectors.decided_by_others
    elsewhere = outside - float(others.sum())
    learned = _shares(vectors, comparison, unmatched, others + PSEUDO_PAIRS, elsewhere)
    taken = unseen(vectors, comparison) & ~np.isnan(known.u[comparison])
    u: Doubles = np.where(taken, known.u[comparison], learned)
    return u


def _shares(
    vectors: PairVectors, comparison: str, weights: Doubles, besides: Doubles, elsewhere: float = 0.0
) -> Doubles:
    """Share of each level, `besides` more of each, among the pairs where there is something to compare.

    Of a `telling` comparison, among all pairs: also those, and `elsewhere` more, with nothing to compare.
    """
    levels = vectors.levels[comparison]
    compared = levels >= 0
    totals = np.bincount(levels[compared], weights=weights[compared], minlength=besides.size) + besides
    everything = totals.sum()
    if comparison in vectors.telling:
        everything += weights[~compared].sum() + elsewhere
    shares: Doubles = totals / everything
    return shares


def _weights(
    vectors: PairVectors,
    comparison: str,
    m: dict[str, Doubles],
    u: dict[str, Doubles],
    mean_frequency: dict[str, Doubles],
) -> Doubles:
    """Match weight of each pair by one comparison, in bits, the rarity of the shared value included."""
    levels = vectors.levels[comparison]
    # Level −1, nothing to compare, takes the 0 at the end.
    weight = np.append(np.log2(m[comparison] / u[comparison]), 0.0)[levels]
    mean = np.append(np.log2(mean_frequency[comparison]), np.nan)[levels]
    rarer = mean - vectors.rarity[comparison]
    weights: Doubles = weight + np.where(np.isnan(rarer), 0.0, rarer)
    return weights
