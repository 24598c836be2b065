"""Training: levels that the data at hand does not show."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from warehouse.identity.model.linkage_model import COMPARISONS, MODELS, ModelError
from warehouse.identity.training import em
from warehouse.identity.training.train import known_parameters, require_every_level


def nothing_seen() -> em.PairVectors:
    """No candidate pair, and outside blocking only pairs that differ in everything."""
    none = {c.name: np.array([], dtype=np.int64) for c in COMPARISONS}
    differ = {c.name: np.array([0.0] * len(c.levels) + [10.0]) for c in COMPARISONS}
    empty = {c.name: np.array([]) for c in COMPARISONS}
    return em.PairVectors(none, empty, np.array([], dtype=bool), differ, 10.0)


def test_unseen_level_is_an_error_without_a_known_model() -> None:
    with pytest.raises(ModelError, match=r"at name\.exact, .*email\.same.* would stay untrained"):
        require_every_level(nothing_seen(), {}, COMPARISONS)


def test_shipped_model_stands_behind_every_level() -> None:
    require_every_level(nothing_seen(), known_parameters(MODELS / "standard.json"), COMPARISONS)


def test_missing_known_model_knows_nothing(tmp_path: Path) -> None:
    assert known_parameters(tmp_path / "none.json") == {}
