"""The model file: complete or an error that names what is missing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from warehouse.identity.model import COMPARISONS, MODELS, ModelError, load_model


def test_shipped_model_is_trained_and_small() -> None:
    load_model("standard").check()
    assert (MODELS / "standard.json").stat().st_size < 1_000_000


def test_untrained_level_is_an_error_that_names_it() -> None:
    model = load_model("standard")
    parameters = {c: dict(levels) for c, levels in model.parameters.items()}
    del parameters["email"]["same"]
    with pytest.raises(ModelError, match=r"untrained levels: email\.same\."):
        replace(model, parameters=parameters).check()


def test_unknown_model_names_the_known_ones() -> None:
    with pytest.raises(ModelError, match="must be one of standard"):
        load_model("no_such_model")


def test_model_of_another_format_is_refused(tmp_path: Path) -> None:
    data = json.loads((MODELS / "standard.json").read_text()) | {"format": 99}
    (tmp_path / "old.json").write_text(json.dumps(data))
    with pytest.raises(ModelError, match="has format 99"):
        load_model(tmp_path / "old.json")


def test_every_comparison_can_speak_for_and_against() -> None:
    model = load_model("standard")
    for comparison in COMPARISONS:
        weights = [p.m / p.u for p in model.parameters[comparison.name].values()]
        assert min(weights) < 1 < max(weights), comparison.name
