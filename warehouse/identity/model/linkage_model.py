"""The linkage model: comparisons from evidence/, parameters from a trained JSON file, as Splink settings.

Lives here: reading, checking and writing of a model file and its translation to Splink. Must not live here:
training (training/train.py), scoring (pairs/scoring.py), and thresholds (rules.py).

A model file holds, for each comparison and level, m (share of true pairs at this level), u (share of other
pairs), for levels with term frequencies the scale from a value's frequency to its u; the prior; the frozen
frequencies; the shared values; the fingerprint of the data it was trained on; and, where its answers were
reviewed, the map from a candidate's log-odds to the probability that they turned out to mean.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from warehouse.errors import ScrmError
from warehouse.identity.evidence import (
    avatar,
    contact_point,
    context,
    declared,
    graph,
    handle,
    handle_name,
    interests,
    name,
    rhythm,
)
from warehouse.identity.evidence.spec import Comparison, Level
from warehouse.identity.model.calibration import CalibrationMap
from warehouse.identity.rules import SMALLEST_COMPANY
from warehouse.lake import file_beside
from warehouse.settings import Settings

# Comparisons of two personas, by Splink; and of what the graph says of a pair, added after (passes.py).
OF_PERSONAS: tuple[Comparison, ...] = (
    *name.COMPARISONS,
    *handle.COMPARISONS,
    *handle_name.COMPARISONS,
    *contact_point.COMPARISONS,
    *declared.COMPARISONS,
    *context.COMPARISONS,
    *avatar.COMPARISONS,
    *rhythm.COMPARISONS,
    *interests.COMPARISONS,
)
OF_PAIRS: tuple[Comparison, ...] = graph.COMPARISONS
COMPARISONS: tuple[Comparison, ...] = (*OF_PERSONAS, *OF_PAIRS)
MODELS = Path(__file__).parents[1] / "models"
FORMAT = 1


class ModelError(ScrmError):
    """A model file is missing, of another format, or leaves a level untrained."""


@dataclass(frozen=True)
class Parameters:
    """What was learned of one level. `scale` turns a value's frequency into its u, where rarity counts."""

    m: float
    u: float
    scale: float | None = None


@dataclass(frozen=True)
class Frequencies:
    """Frozen frequencies of the common values; every other value has the `default`."""

    default: float
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Model:
    """A trained model."""

    version: str
    prior: float
    parameters: Mapping[str, Mapping[str, Parameters]]
    frequencies: Mapping[str, Frequencies]
    shared_values: tuple[str, ...]
    trained_on: Mapping[str, Any]
    # of candidates before they compete (persons/ownership.py); learned by evaluation/owner_calibration.py
    calibration: CalibrationMap | None = None

    def check(self) -> None:
        """Raise ModelError naming each level of each comparison that has no usable parameters."""
        untrained = [
            f"{comparison.name}.{level}"
            for comparison in COMPARISONS
            for level in comparison.level_names
            if not _is_trained(self.parameters.get(comparison.name, {}).get(level))
        ]
        if untrained:
            raise ModelError(
                f"model {self.version} has untrained levels: {', '.join(untrained)}. Train it on data that "
                "shows them ('scrm identity train') or use the model that ships with the project."
            )
        # Splink gives back weights alone: a level is known by its own. Levels of pairs are asked for themselves.
        for comparison in OF_PERSONAS:
            weights = {p.m / p.u for p in self.parameters[comparison.name].values()}
            if len(weights) < len(comparison.level_names) or 1.0 in weights:
                raise ModelError(
                    f"model {self.version} gives two levels of {comparison.name} the same weight, or one of "
                    "them none: they cannot be told apart. Train it on more data."
                )


def size_steps(model: Model, personas: int, before: int | None = None) -> int:
    """How many bits more likely a pair is than where the model was learned, in a company of `personas`.

    A person has a few accounts however many others there are, so of all pairs, which grow with the square,
    the share that match falls as 1/n: log2(personas trained on / `personas`). In whole bits, since one bit is
    what the keep threshold leaves to a link once made (0.95 → 0.905). Sizes under `SMALLEST_COMPANY` count as
    that. `before` is what the last run said: it stands until the company has half or double the personas that
    it is right for, so that unrelated records change no probability. 0 for a model that does not say what it
    was trained on.
    """
    learned_from = model.trained_on.get("personas")
    if not learned_from:
        return 0
    exact = math.log2(float(learned_from) / max(personas, SMALLEST_COMPANY))
    return before if before is not None and abs(exact - before) < 1 else round(exact)


def at_size(model: Model, steps: int) -> Model:
    """The model with the prior odds of a company of another size, `steps` bits (size_steps) higher."""
    odds = model.prior / (1 - model.prior) * 2.0**steps
    return replace(model, prior=odds / (1 + odds))


def model_path(settings: Settings) -> Path:
    """Return the file of the model that scrm.yml names: one that ships, by name, or any by path.

    A relative path is relative to scrm.yml, wherever the run was started.
    """
    named = settings.identity.model
    return settings.folder / named if named.endswith(".json") else MODELS / f"{named}.json"


def load_model(name_or_path: str | Path) -> Model:
    """Read a model by the name of one that ships ("standard") or by the path of a file, and check it."""
    path = Path(name_or_path)
    if path.suffix != ".json":
        path = MODELS / f"{name_or_path}.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        known = ", ".join(sorted(p.stem for p in MODELS.glob("*.json")))
        raise ModelError(
            f"no model at {path}; 'identity: model' must be one of {known}, or a path to a .json file"
        ) from error
    except ValueError as error:  # not UTF-8, or not JSON
        raise ModelError(
            f"{path} is not JSON ({error}); 'identity: model' must name a file that 'scrm identity train' wrote"
        ) from error
    if not isinstance(data, dict) or "format" not in data:
        raise ModelError(
            f"{path} is JSON, but no model; 'identity: model' must name a file that 'scrm identity train' wrote"
        )
    if data["format"] != FORMAT:
        raise ModelError(f"{path} has format {data['format']!r}, this version reads {FORMAT}; train it anew")
    try:
        model = Model(
            version=data["version"],
            prior=data["prior"],
            parameters={
                comparison: {level: Parameters(**p) for level, p in levels.items()}
                for comparison, levels in data["parameters"].items()
            },
            frequencies={kind: Frequencies(**f) for kind, f in data["frequencies"].items()},
            shared_values=tuple(data["shared_values"]),
            trained_on=data["trained_on"],
            calibration=_read_map(data.get("calibration"), data["version"]),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ModelError(
            f"{path} is no whole model ({type(error).__name__}: {error}); 'identity: model' must name a file that "
            "'scrm identity train' wrote"
        ) from error
    model.check()
    return model


def save_model(model: Model, path: Path) -> None:
    """Check and write a model; its version ends in the hash of its content.

    Frequencies say something of the people it was trained on: only the user may read it, unless it ships.
    """
    model.check()
    data: dict[str, Any] = {
        "format": FORMAT,
        "version": model.version,
        "trained_on": dict(model.trained_on),
        "prior": model.prior,
        "parameters": {
            comparison: {level: _rounded(p) for level, p in levels.items()}
            for comparison, levels in model.parameters.items()
        },
        "shared_values": sorted(model.shared_values),
        "frequencies": {
            kind: {"default": f.default, "values": dict(sorted(f.values.items()))}
            for kind, f in model.frequencies.items()
        },
    }
    if model.calibration is not None:
        data["calibration"] = _written_map(model.calibration)
    digest = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:8]
    data["version"] = f"{model.version}-{digest}"
    with file_beside(path) as beside:
        beside.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if path.resolve().parent == MODELS.resolve():
        path.chmod(0o644)


def _written_map(found: CalibrationMap) -> dict[str, Any]:
    return {
        "reviewed": found.reviewed,
        # to nine digits: from the join threshold on, the map gives back what it is given
        "weights": [round(w, 9) for w in found.weights],
        "probabilities": [round(p, 9) for p in found.probabilities],
    }


def _read_map(data: Mapping[str, Any] | None, version: str) -> CalibrationMap | None:
    """Raises ValueError where a map does not rise: probabilities would change places."""
    if data is None:
        return None
    weights, probabilities = tuple(data["weights"]), tuple(data["probabilities"])
    rises = (
        all(a < b for steps in (weights, probabilities) for a, b in itertools.pairwise(steps))
        and len(weights) == len(probabilities) > 0
    )
    if not rises:
        raise ValueError("weights and probabilities of 'calibration' must be as many, and both rise")
    return CalibrationMap(version, data["reviewed"], weights, probabilities)


def splink_settings(model: Model, comparisons: tuple[Comparison, ...] = OF_PERSONAS) -> dict[str, Any]:
    """The model as Splink 5 settings over the columns of `scoring_input` (pairs/scoring.py)."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "n",
        "probability_two_random_records_match": model.prior,
        "comparisons": [_splink_comparison(c, model.parameters[c.name]) for c in comparisons],
        "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
    }


def _splink_comparison(comparison: Comparison, parameters: Mapping[str, Parameters]) -> dict[str, Any]:
    missing = {
        "sql_condition": comparison.missing,
        "label_for_charts": "nothing to compare",
        "is_null_level": True,
    }
    otherwise = Level("otherwise", "ELSE", comparison.otherwise)
    levels = (*comparison.levels, otherwise)
    return {
        "output_column_name": comparison.name,
        "comparison_description": comparison.meaning,
        "comparison_levels": [missing, *(_splink_level(comparison, v, parameters[v.name]) for v in levels)],
    }


def _splink_level(comparison: Comparison, level: Level, parameters: Parameters) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "sql_condition": level.condition,
        "label_for_charts": level.label,
        "m_probability": parameters.m,
        "u_probability": parameters.u,
    }
    if level.rarity is not None:
        settings |= {
            "tf_adjustment_column": f"{comparison.name}_{level.name}",
            "tf_adjustment_weight": 1.0,
            "disable_tf_exact_match_detection": True,
        }
    return settings


def _is_trained(parameters: Parameters | None) -> bool:
    return parameters is not None and 0 < parameters.m <= 1 and 0 < parameters.u <= 1


def _rounded(parameters: Parameters) -> dict[str, float]:
    values = {"m": parameters.m, "u": parameters.u}
    if parameters.scale is not None:
        values["scale"] = parameters.scale
    return {key: float(f"{value:.6g}") for key, value in values.items()}
