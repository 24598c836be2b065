"""Calibration: pooling by hand, and what must hold whatever reviewers say."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.identity.model.calibration import (
    LEAST_REVIEWED,
    CalibrationMap,
    calibrated,
    calibrated_sql,
    expected_calibration_error,
    fit,
    isotonic,
    up_to_join,
)
from warehouse.identity.rules import probability_of


def doubles(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def test_violators_are_pooled_by_their_weights() -> None:
    """y = 0, 1, 0, 1 at x = 1, 2, 3, 4 with weights 1, 1, 3, 1. The second and third violate: (1·1 + 3·0)/4 =
    0.25 at (1·2 + 3·3)/4 = 2.75. The steps are (1, 0), (2.75, 0.25), (4, 1)."""
    centres, values = isotonic(doubles(1, 2, 3, 4), doubles(0, 1, 0, 1), doubles(1, 1, 3, 1))
    assert centres.tolist() == [1, 2.75, 4]
    assert values.tolist() == [0, 0.25, 1]


def test_equal_weights_of_evidence_are_one_step() -> None:
    """x = 5 three times with y = 1, 0, 1 is 2/3, whatever their order."""
    for y in ((1, 0, 1), (0, 1, 1), (1, 1, 0)):
        centres, values = isotonic(doubles(5, 5, 5), doubles(*y), doubles(1, 1, 1))
        assert centres.tolist() == [5]
        assert values.tolist() == pytest.approx([2 / 3])


def test_between_the_steps_log_odds_are_linear_and_level_beyond() -> None:
    """0.1 and 0.9 are odds of 1/9 and 9, ∓3.17 bits. Halfway, at 0, even odds; at 1, half of 3.17 bits: odds of
    √9 = 3, so 0.75. Beyond the ends 0.1 and 0.9. SQL says the same."""
    found = CalibrationMap("m", 10, (-2.0, 2.0), (0.1, 0.9))
    asked = doubles(-7, -2, 0, 1, 2, 50)
    expected = [0.1, 0.1, 0.5, 0.75, 0.9, 0.9]
    assert calibrated(found, asked).tolist() == pytest.approx(expected)
    weights = f"select cast(unnest({asked.tolist()}) as double) as w"
    rows = duckdb.sql(f"select {calibrated_sql(found, 'w')} from ({weights})").fetchall()
    assert [row[0] for row in rows] == pytest.approx(expected)


def test_equal_weights_of_evidence_are_pooled_with_others_only_as_a_whole() -> None:
    """x = 1 is 1/2, x = 2 with y = 0, 1, 1 is 2/3 and violates nothing, though its first answer alone would."""
    centres, values = isotonic(doubles(1, 1, 2, 2, 2), doubles(0, 1, 0, 1, 1), np.ones(5))
    assert centres.tolist() == [1, 2]
    assert values.tolist() == pytest.approx([1 / 2, 2 / 3])


def test_from_the_join_threshold_on_the_models_word_stands() -> None:
    """0.95 is log2 19 = 4.2479 bits. A step above it, or one that says more than it, goes."""
    found = up_to_join(CalibrationMap("m", 300, (-2.0, 1.0, 4.0, 6.0), (0.3, 0.6, 0.96, 0.97)), 0.95)
    assert found.weights == pytest.approx((-2.0, 1.0, 4.2479, 13.2876), abs=1e-4)
    assert found.probabilities == (0.3, 0.6, 0.95, 0.9999)
    sure = doubles(0.95, 0.98, 0.999, 0.9999)
    assert calibrated(found, np.log2(sure / (1 - sure))).tolist() == pytest.approx(sure.tolist())


def test_no_answer_makes_certain() -> None:
    """All matches from 5 bits on, none up to −5: capped at 0.9999 and 0.0001."""
    found = CalibrationMap("m", 10, (-5.0, 5.0), (0.0, 1.0))
    assert calibrated(found, doubles(-9, 9)).tolist() == pytest.approx([0.0001, 0.9999])


def test_without_a_map_the_model_speaks_for_itself() -> None:
    """0 bits are even odds; 3 bits are 8 : 1; many bits are capped, never certain."""
    rows = duckdb.sql(f"select {probability_of('w')} from (values (0.0), (3.0), (90.0)) as t(w)").fetchall()
    assert [row[0] for row in rows] == pytest.approx([0.5, 8 / 9, 0.9999])


def test_calibration_error_is_the_weighted_gap_of_two_bins() -> None:
    """Bins of equal mass 2: p = 0.2 with weights 1 and 1, one match of two: gap |0.2 − 0.5| = 0.3; p = 0.9, weight
    2, a match: gap 0.1. (2 · 0.3 + 2 · 0.1) / 4 = 0.2."""
    error = expected_calibration_error(doubles(0.2, 0.2, 0.9), doubles(0, 1, 1), doubles(1, 1, 2), bins=2)
    assert error == pytest.approx(0.2)


def test_too_few_answers_make_no_map() -> None:
    few = np.linspace(0, 1, LEAST_REVIEWED - 1)
    assert fit("m", few, np.round(few), np.ones_like(few)) is None
    many = np.linspace(0, 1, LEAST_REVIEWED)
    assert fit("m", many, np.ones_like(many), np.ones_like(many)) is None, "all matches teach nothing"
    assert fit("m", many, np.round(many), np.ones_like(many)) is not None


PAIRS = st.lists(
    st.tuples(st.floats(-40, 60, allow_nan=False), st.booleans(), st.floats(0.01, 1e4, allow_nan=False)),
    min_size=1,
    max_size=60,
)


@given(PAIRS, st.lists(st.floats(-100, 100), min_size=2, max_size=20))
def test_the_map_never_falls_and_stays_within_zero_and_one(
    pairs: list[tuple[float, bool, float]], asked: list[float]
) -> None:
    x, y, w = (doubles(*column) for column in zip(*pairs, strict=True))
    centres, values = isotonic(x, y, w)
    assert np.all(np.diff(centres) > 0)
    assert np.all(np.diff(values) > 0)
    found = CalibrationMap("m", len(pairs), tuple(centres), tuple(values))
    answers = calibrated(found, doubles(*sorted(asked)))
    assert np.all(np.diff(answers) >= -1e-12), "but for the rounding of an interpolation"
    assert answers.min() >= 0
    assert answers.max() <= 1
