"""The model of organisations: parameters frozen in models/organizations/standard.json, which states their source.

Must not live here: scoring, and what a probability leads to (resolution.py).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.identity.model.linkage_model import MODELS, ModelError

_CONDITIONS = {
    "name": {
        "missing": "glued_l is null or glued_r is null",
        "same": "glued_l = glued_r",
        # one slip of the pen in a long name, not in its first two letters nor its number
        "close": "least(length(glued_l), length(glued_r)) >= 8 and left(glued_l, 2) = left(glued_r, 2) "
        "and number_l = number_r and damerau_levenshtein(glued_l, glued_r) <= 1",
    },
    "domain": {
        "missing": "length(domains_l) = 0 or length(domains_r) = 0",
        "same": "list_has_any(domains_l, domains_r)",
    },
    "country": {"missing": "country_l is null or country_r is null", "same": "country_l = country_r"},
}


PARAMETERS = MODELS / "organizations" / "standard.json"


@dataclass(frozen=True)
class OrganizationModel:
    """Frozen parameters: per comparison and level m and u; `common_words` of names with their frequency."""

    prior: float
    join: float
    parameters: dict[str, dict[str, dict[str, float]]]
    word_frequency: float
    common_words: tuple[str, ...]
    common_frequency: float


def load_organization_model(path: Path = PARAMETERS) -> OrganizationModel:
    """Read the frozen parameters. Raises ModelError where the file is missing or leaves a level out."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        parameters = data["comparisons"]
        for comparison, conditions in _CONDITIONS.items():
            for level in (*(c for c in conditions if c != "missing"), "otherwise"):
                m, u = parameters[comparison][level]["m"], parameters[comparison][level]["u"]
                if not (0 < m <= 1 and 0 < u <= 1):
                    raise ModelError(
                        f"{path}: m and u of {comparison}.{level} are {m!r} and {u!r}; each must be above 0 "
                        "and at most 1"
                    )
        common = data["common_words"]
        return OrganizationModel(
            data["prior"],
            data["join"],
            parameters,
            data["word_frequency"],
            tuple(common["words"]),
            common["frequency"],
        )
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            f"{path} is no model of organisations ({error!r}); restore the file that ships with the project"
        ) from error


def splink_settings(model: OrganizationModel) -> dict[str, Any]:
    """The model as Splink 5 settings over `organization_records`."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "n",
        "probability_two_random_records_match": model.prior,
        "comparisons": [_comparison(name, model.parameters[name]) for name in _CONDITIONS],
        "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
    }


def _comparison(name: str, parameters: dict[str, dict[str, float]]) -> dict[str, Any]:
    levels: list[dict[str, Any]] = []
    for level, condition in (*_CONDITIONS[name].items(), ("otherwise", "ELSE")):
        settings: dict[str, Any] = {"sql_condition": condition, "label_for_charts": level}
        if level == "missing":
            settings["is_null_level"] = True
        else:
            settings |= {"m_probability": parameters[level]["m"], "u_probability": parameters[level]["u"]}
        if (name, level) == ("name", "same"):
            settings |= {
                "tf_adjustment_column": "glued",
                "tf_adjustment_weight": 1.0,
                "disable_tf_exact_match_detection": True,
            }
        levels.append(settings)
    return {"output_column_name": name, "comparison_levels": levels}
