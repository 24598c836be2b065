"""The model file: complete or an error that names what is missing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from warehouse.identity.model import linkage_model as model_file
from warehouse.identity.model.calibration import CalibrationMap, calibrated
from warehouse.identity.model.linkage_model import (
    COMPARISONS,
    MODELS,
    ModelError,
    at_size,
    load_model,
    save_model,
    size_steps,
)


def test_shipped_model_is_trained_and_small() -> None:
    load_model("standard").check()
    assert (MODELS / "standard.json").stat().st_size < 1_000_000


def test_shipped_map_leaves_what_is_joined_as_it_is() -> None:
    """Below the join threshold it says what candidates turned out to be; from there on the model's own word."""
    found = load_model("standard").calibration
    assert found is not None
    sure = np.array([0.95, 0.97, 0.999, 0.9999])
    assert calibrated(found, np.log2(sure / (1 - sure))) == pytest.approx(sure, abs=1e-9)
    weak = np.array([0.1, 0.2, 0.3])
    assert (calibrated(found, np.log2(weak / (1 - weak))) > weak).all()


def test_map_comes_back_from_the_file_and_is_part_of_its_version(tmp_path: Path) -> None:
    model = load_model("standard")
    found = CalibrationMap("", 300, (-2.0, 0.123456, 3.5), (0.05, 0.5, 0.99))
    versions = set()
    for name, known in (("with", found), ("without", None)):
        save_model(replace(model, version="v", calibration=known), tmp_path / f"{name}.json")
        again = load_model(tmp_path / f"{name}.json")
        versions.add(again.version)
        assert again.calibration == (known and replace(known, model_version=again.version))
    assert len(versions) == 2


def test_map_that_does_not_rise_is_refused(tmp_path: Path) -> None:
    data = json.loads((MODELS / "standard.json").read_text())
    data["calibration"] |= {"weights": [-1, 1], "probabilities": [0.6, 0.4]}
    (tmp_path / "falls.json").write_text(json.dumps(data))
    with pytest.raises(ModelError, match=r"no whole model \(ValueError: .*must be as many, and both rise"):
        load_model(tmp_path / "falls.json")


def test_version_of_the_shipped_model_is_that_of_its_content(tmp_path: Path) -> None:
    model = load_model("standard")
    save_model(replace(model, version="standard"), tmp_path / "again.json")
    assert load_model(tmp_path / "again.json").version == model.version


def test_untrained_level_is_an_error_that_names_it() -> None:
    model = load_model("standard")
    parameters = {c: dict(levels) for c, levels in model.parameters.items()}
    del parameters["email"]["same"]
    with pytest.raises(ModelError, match=r"untrained levels: email\.same\."):
        replace(model, parameters=parameters).check()


def test_two_levels_of_one_weight_are_told_apart_by_their_pair_and_not_by_splink() -> None:
    model = load_model("standard")
    parameters = {c: dict(levels) for c, levels in model.parameters.items()}
    parameters["graph"]["ahead"] = parameters["graph"]["clear"]
    replace(model, parameters=parameters).check()
    parameters["site"]["otherwise"] = parameters["site"]["same"]
    with pytest.raises(ModelError, match="two levels of site the same weight"):
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


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not JSON"),
        (b"m,u\n1,2\n", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"[1]", "is JSON, but no model"),
        (b"{}", "is JSON, but no model"),
        (b'{"format": %d}' % model_file.FORMAT, r"is no whole model \(KeyError: 'version'\)"),
        (
            b'{"format": %d, "version": "v", "prior": 0.1, "parameters": {"email": 3}}' % model_file.FORMAT,
            "is no whole model",
        ),
    ],
)
def test_file_that_is_no_model_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=rf"other\.json {said}.*scrm identity train"):
        load_model(path)


def test_only_the_shipped_model_is_for_everybody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = tmp_path / "package"
    monkeypatch.setattr(model_file, "MODELS", shipped)
    model = load_model(MODELS / "standard.json")
    for folder, mode in ((tmp_path / "home", 0o600), (shipped, 0o644)):
        save_model(model, folder / "trained.json")
        assert (folder / "trained.json").stat().st_mode & 0o777 == mode


@pytest.mark.parametrize(
    ("personas", "steps"), [(20_000, 0), (19_000, 0), (10_000, 1), (80_000, -2), (1_250, 4), (7, 4)]
)
def test_prior_odds_fall_with_the_size_of_the_company(personas: int, steps: int) -> None:
    """Learned from 20,000 personas; in whole bits, and nothing under 1,250 counts as smaller than that."""
    model = replace(load_model("standard"), prior=0.001, trained_on={"personas": 20_000})
    assert size_steps(model, personas) == steps
    prior = at_size(model, steps).prior
    assert prior / (1 - prior) == pytest.approx(2**steps * 0.001 / 0.999)


@pytest.mark.parametrize(
    ("personas", "before", "steps"),
    [(20_000, 1, 0), (19_999, 1, 1), (5_001, 1, 1), (5_000, 1, 2), (20_000, 7, 0)],
)
def test_size_of_the_last_run_stands_until_the_company_has_doubled_or_halved(
    personas: int, before: int, steps: int
) -> None:
    """Learned from 20,000 personas, one bit is right for 10,000."""
    model = replace(load_model("standard"), trained_on={"personas": 20_000})
    assert size_steps(model, personas, before) == steps


def test_model_that_does_not_say_how_much_it_saw_keeps_its_prior() -> None:
    model = replace(load_model("standard"), trained_on={})
    assert at_size(model, size_steps(model, 10, 3)).prior == pytest.approx(model.prior)
