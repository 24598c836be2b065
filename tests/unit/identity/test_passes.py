"""Whose word on probabilities counts: the company's own map, then the one that comes with the model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from warehouse.engine import connect
from warehouse.identity import passes
from warehouse.identity.model.calibration import CalibrationMap
from warehouse.identity.model.linkage_model import load_model
from warehouse.identity.rules import thresholds_of
from warehouse.settings import Identity

OF_MODEL = CalibrationMap("m", 300, (-1.0, 1.0), (0.6, 0.8))
OWN = CalibrationMap("m", 300, (-1.0, 1.0), (0.1, 0.2))


@pytest.mark.parametrize(
    ("of_model", "own", "said"), [(OF_MODEL, None, 0.7101), (OF_MODEL, OWN, 1 / 7), (None, None, 0.5)]
)
def test_own_map_wins_over_the_models(
    monkeypatch: pytest.MonkeyPatch,
    of_model: CalibrationMap | None,
    own: CalibrationMap | None,
    said: float,
) -> None:
    """Odds 1.5 and 4 at ∓1 bit: at 0 bits √6 = 2.449, so 0.7101. Odds 1/9 and 1/4: √(1/36) = 1/6, so 1/7."""
    for step in ("judge_pairs", "pair_kinds", "cluster"):
        monkeypatch.setattr(passes, step, lambda *_: None)
    model = replace(load_model("standard"), calibration=of_model)
    with connect(threads=1) as connection:
        passes.judge(connection, model, thresholds_of(Identity()), own)
        asked = connection.execute("select candidate_probability(5e-1)").fetchall()
    assert asked == [(pytest.approx(said, abs=1e-4),)]
