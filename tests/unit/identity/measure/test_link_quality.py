"""Measures of quality on cases worked out by hand."""

from __future__ import annotations

import duckdb
import pytest

from tests.unit.identity.hand_made_tables import fill
from warehouse.identity.measure.link_quality import Share, b_cubed, calibration_error, pair_quality


@pytest.fixture
def found() -> duckdb.DuckDBPyConnection:
    """Truth: {a, b, c}, {d}. Found: {a, b}, {c, d}."""
    connection = duckdb.connect()
    fill(
        connection,
        "predicted_persons",
        "from (values ('a', 1, 'p'), ('b', 1, 'p'), ('c', 2, 'p'), ('d', 2, 'q')) "
        "as t(persona_id, predicted, true_person)",
    )
    return connection


def test_pairs(found: duckdb.DuckDBPyConnection) -> None:
    # found ab, cd; true ab, ac, bc; both ab
    quality = pair_quality(found)
    assert (quality.precision.hits, quality.precision.of, quality.recall.of) == (1, 2, 3)
    assert quality.f1 == pytest.approx(2 * (1 / 2) * (1 / 3) / (1 / 2 + 1 / 3))


def test_b_cubed(found: duckdb.DuckDBPyConnection) -> None:
    # precision: a 1, b 1, c 1/2, d 1/2 → 3/4; recall: a 2/3, b 2/3, c 1/3, d 1 → 2/3
    assert b_cubed(found) == pytest.approx((3 / 4, 2 / 3, 2 * (3 / 4) * (2 / 3) / (3 / 4 + 2 / 3)))


def test_wilson_interval() -> None:
    # 9 of 10: centre (0.9 + 3.8415/20) / (1 + 3.8415/10) = 0.78895, half width 0.19319
    low, high = Share(9, 10).interval
    assert (low, high) == (pytest.approx(0.5958, abs=1e-4), pytest.approx(0.9821, abs=1e-4))


def test_calibration_error_of_one_who_always_says_half() -> None:
    # 100 cases at 0.5, 80 of them true, the true ones in their own bins: |0.5 − 1| and |0.5 − 0| → 0.5
    rows = "select 0.5 + i / 1e9 as probability, i >= 20 as is_true from range(100) as r(i)"
    assert calibration_error(duckdb.connect(), rows) == (pytest.approx(0.5, abs=1e-6), 100)
