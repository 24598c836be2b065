"""Calibration: from match weights and what reviewers said to probabilities that hold. NumPy and JSON only.

Isotonic regression by pool-adjacent-violators (Ayer et al. 1955; Barlow et al. 1972) on the match weight. Between
the centres of its steps the log-odds are linear: a wide step would make equals of two owners of a profile of
whom the model knows well which is the likelier. Must not live here: where reviewed pairs come from
(measure/audit_measures.py).
"""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from warehouse.identity.rules import HIGHEST_PROBABILITY
from warehouse.lake import file_beside

FILE_NAME = "calibration.json"
# Reviewed pairs that a map needs, and how many of each answer: below, the model's own word is better.
LEAST_REVIEWED = 200
LEAST_OF_EACH = 20
ECE_BINS = 10

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class CalibrationMap:
    """Steps, both ascending: at match weight `weights[i]` (bits) the probability is `probabilities[i]`."""

    model_version: str
    reviewed: int
    weights: tuple[float, ...]
    probabilities: tuple[float, ...]


def fit(
    model_version: str, match_weights: Doubles, is_match: Doubles, sample_weights: Doubles
) -> CalibrationMap | None:
    """Fit a map to reviewed pairs (is_match 0 or 1, sample weights > 0); None where there are too few."""
    matches = int(is_match.sum())
    if len(is_match) < LEAST_REVIEWED or min(matches, len(is_match) - matches) < LEAST_OF_EACH:
        return None
    centres, values = isotonic(match_weights, is_match, sample_weights)
    return CalibrationMap(
        model_version,
        len(is_match),
        tuple(map(float, centres)),
        tuple(map(float, values)),
    )


def up_to_join(found: CalibrationMap, join: float) -> CalibrationMap:
    """The map below the join threshold, in bits of the model's own probability; from there on the model's word.

    What is joined is joined as before, but for what its rivals gain: who wants another precision there than the
    one that quality.parquet states sets another threshold.
    """
    bound = _bits(join)
    below = [
        (w, p) for w, p in zip(found.weights, found.probabilities, strict=True) if w < bound and p < join
    ]
    fixed = [(_bits(p), p) for p in (join, HIGHEST_PROBABILITY)]
    weights, probabilities = zip(*below, *fixed, strict=True)
    return replace(found, weights=weights, probabilities=probabilities)


def isotonic(x: Doubles, y: Doubles, weights: Doubles) -> tuple[Doubles, Doubles]:
    """Pool adjacent violators: the non-decreasing steps nearest to y in weighted squares.

    Returns each step's weighted mean of x and of y, in order of x. Equal x are one step from the beginning.
    """
    levels, place = np.unique(x, return_inverse=True)
    mass = np.bincount(place, weights)
    matches = np.bincount(place, weights * y)
    steps: list[list[float]] = []  # [Σw, Σwx, Σwy]
    for level, w, wy in zip(levels.tolist(), mass.tolist(), matches.tolist(), strict=True):
        step = [w, w * level, wy]
        while steps and steps[-1][2] / steps[-1][0] >= step[2] / step[0]:
            step = [a + b for a, b in zip(steps.pop(), step, strict=True)]
        steps.append(step)
    pooled = np.array(steps).reshape(-1, 3)
    return pooled[:, 1] / pooled[:, 0], pooled[:, 2] / pooled[:, 0]


def calibrated(found: CalibrationMap, match_weights: Doubles) -> Doubles:
    """Probabilities of match weights: linear in bits between the steps, level beyond them."""
    bits = np.interp(match_weights, found.weights, [_bits(p) for p in found.probabilities])
    return 1 - 1 / (1 + np.exp2(bits))


def calibrated_sql(found: CalibrationMap, weight: str) -> str:
    """SQL for the probability of the expression `weight` (bits)."""
    knots = [(x, _bits(p)) for x, p in zip(found.weights, found.probabilities, strict=True)]
    cases = [f"when {weight} <= {knots[0][0]!r} then {knots[0][1]!r}"]
    for (x, bits), (next_x, next_bits) in itertools.pairwise(knots):
        slope = (next_bits - bits) / (next_x - x)
        cases.append(f"when {weight} <= {next_x!r} then {bits!r} + {slope!r} * ({weight} - ({x!r}))")
    return f"1 - 1 / (1 + pow(2, cast(case {' '.join(cases)} else {knots[-1][1]!r} end as double)))"


def _bits(probability: float) -> float:
    """Log-odds to base 2. Reviewers are not certain either: probabilities are capped at both ends."""
    capped = min(max(probability, 1 - HIGHEST_PROBABILITY), HIGHEST_PROBABILITY)
    return math.log2(capped / (1 - capped))


def expected_calibration_error(
    probabilities: Doubles, is_match: Doubles, weights: Doubles, bins: int = ECE_BINS
) -> float:
    """Weighted mean gap between probability and share of matches, over bins of equal mass (Naeini 2015)."""
    order = np.argsort(probabilities, kind="stable")
    p, y, w = probabilities[order], is_match[order], weights[order]
    middle = (np.cumsum(w) - w / 2) / w.sum()
    place = np.minimum((middle * bins).astype(int), bins - 1)
    gaps = [abs(float(np.sum(w[place == b] * (p[place == b] - y[place == b])))) for b in range(bins)]
    return sum(gaps) / float(w.sum())


def save_calibration(found: CalibrationMap | None, folder: Path) -> None:
    """Keep the map in the home's identity folder; without one, none stays behind from before."""
    path = folder / FILE_NAME
    if found is None:
        path.unlink(missing_ok=True)
        return
    with file_beside(path) as beside:
        beside.write_text(json.dumps(asdict(found), indent=1) + "\n", encoding="utf-8")
