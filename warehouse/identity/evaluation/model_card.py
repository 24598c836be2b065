"""The model card: README.md beside the models, written from the model that ships and its last evaluations.

Lives here: layout. Must not live here: measuring (sample.py, public_figures.py, standard_sets.py). Evaluations
are kept as JSON in evaluations/ beside it, so that one of them can be made anew without the other.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from warehouse.identity.evaluation.ablation import MOVED
from warehouse.identity.evaluation.public_figures import PublicFiguresEvaluation
from warehouse.identity.evaluation.sample import BlockingQuality, Comparison, SampleEvaluation
from warehouse.identity.evaluation.standard_sets import SetEvaluation
from warehouse.identity.measure.link_quality import PairQuality, Share
from warehouse.identity.model.calibration import CalibrationMap, calibrated
from warehouse.identity.model.linkage_model import COMPARISONS, MODELS, Model
from warehouse.identity.rules import LEAST_FULL_NAME
from warehouse.lake import file_beside

CARD = MODELS / "README.md"
EVALUATIONS = MODELS / "evaluations" / "standard.json"
# What stands above this line in the card is written by hand and stays.
MADE_BELOW = "<!-- Below this line: made by scrm identity evaluate -->"

# The calibration map is shown at these; from the join threshold on it changes nothing.
SHOWN_PROBABILITIES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95)

Row = list[str]


def record_sample(evaluation: SampleEvaluation, path: Path = EVALUATIONS) -> None:
    """Keep the evaluation against the sample's truth."""
    _record(
        path,
        "sample",
        {
            "personas": evaluation.personas,
            "rows": [
                _quality_row("all pairs", evaluation.pairs),
                _quality_row("pairs of personas that hold evidence", evaluation.pairs_with_evidence),
            ],
            "b_cubed": [
                ["all personas", *map(_number, evaluation.b_cubed)],
                ["personas that hold evidence", *map(_number, evaluation.b_cubed_with_evidence)],
                ["ceiling over all (pseudonyms alone)", *map(_number, evaluation.ceiling_b_cubed)],
            ],
            "calibration": [_number(evaluation.calibration[0]), str(evaluation.calibration[1])],
            "thresholds": _by_threshold(evaluation.by_threshold),
            "recall_by": {
                stratum: [[name, *_share(share)] for name, share in shares.items()]
                for stratum, shares in evaluation.recall_by.items()
            },
            "blocking": _blocking(evaluation.blocking),
            "compared": _compared(evaluation.compared),
            "ablation": [
                [
                    row.left_out,
                    *_share(row.pairs_with_evidence.precision)[:1],
                    *_share(row.pairs_with_evidence.recall)[:1],
                    *_share(row.pairs.precision)[:1],
                    *_share(row.pairs.recall)[:1],
                    _number(row.b_cubed_f1),
                    str(row.lowered),
                    str(row.raised),
                ]
                for row in evaluation.ablation
            ],
        },
    )


def record_public_figures(evaluation: PublicFiguresEvaluation, path: Path = EVALUATIONS) -> None:
    """Keep the evaluation on people of the real world."""
    _record(
        path,
        "public_figures",
        {
            "handles": evaluation.handles,
            "thresholds": _by_threshold(evaluation.by_threshold),
            "at_precision_99": _quality_row(
                "lowest threshold with precision ≥ 0.99", evaluation.at_precision_99
            ),
            "ranks": [
                [f"true owner among the first {rank}", *_share(share)]
                for rank, share in evaluation.true_owner_in_first.items()
            ],
            "simple_rules": [_quality_row(name, q) for name, q in evaluation.simple_rules.items()],
        },
    )


def record_standard_sets(evaluations: list[SetEvaluation], path: Path = EVALUATIONS) -> None:
    """Keep the evaluations on standard sets of the field."""
    _record(
        path,
        "standard_sets",
        [
            {
                "name": e.name,
                "size": [
                    str(e.records),
                    str(e.true_pairs),
                    str(e.candidate_pairs),
                    *_share(e.blocking_recall)[:2],
                ],
                "rows": [
                    _quality_row(f"this model, best threshold ({e.model_threshold:.3g})", e.model),
                    _quality_row("this model, join threshold", e.model_at_join),
                    _quality_row(f"stock Splink, best threshold ({e.stock_threshold:.3g})", e.stock_splink),
                    _quality_row(f"best exact rule: {e.exact[0]}", e.exact[1]),
                ],
            }
            for e in evaluations
        ],
    )


def write_model_card(model: Model, path: Path = CARD, evaluations: Path = EVALUATIONS) -> None:
    """Write the part of the card below `MADE_BELOW` from the model and the kept evaluations."""
    kept: dict[str, Any] = json.loads(evaluations.read_text()) if evaluations.exists() else {}
    by_hand = path.read_text(encoding="utf-8").partition(MADE_BELOW)[0].rstrip() if path.exists() else ""
    parts = [by_hand, MADE_BELOW, _model_section(model)]
    if "sample" in kept:
        parts.append(_sample_section(kept["sample"]))
    if "public_figures" in kept:
        parts.append(_public_figures_section(kept["public_figures"]))
    if "standard_sets" in kept:
        parts.append(_standard_sets_section(kept["standard_sets"]))
    with file_beside(path) as beside:
        beside.write_text("\n\n".join(part for part in parts if part) + "\n", encoding="utf-8")
    path.chmod(0o644)


def _record(path: Path, name: str, evaluation: dict[str, Any] | list[dict[str, Any]]) -> None:
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept[name] = evaluation
    with file_beside(path) as beside:
        beside.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    path.chmod(0o644)


def _model_section(model: Model) -> str:
    trained = model.trained_on
    rows = [[c.name, level, *_weights(model, c.name, level)] for c in COMPARISONS for level in c.level_names]
    return "\n\n".join(
        [
            f"## The model `{model.version}`",
            f"Trained by EM, without labels, on {trained['personas']} personas of the sample company "
            f"(fingerprint `{trained['fingerprint']}`): {trained['candidate_pairs']} candidate pairs, "
            f"{trained['expected_matches']} expected matches. Prior: {math.log2(model.prior):.1f} bits. "
            "Weights in bits; with rarity, for a value never seen in training.",
            _table(["comparison", "level", "m", "u", "weight"], rows),
            *(_map_section(model.calibration) if model.calibration is not None else ()),
        ]
    )


def _map_section(found: CalibrationMap) -> tuple[str, str]:
    own = np.array(SHOWN_PROBABILITIES)
    said = calibrated(found, np.log2(own / (1 - own)))
    return (
        f"Calibration that comes with it, of candidates before they compete, from {found.reviewed} candidates in "
        "doubt of the sample it was trained on; used until a company has reviewed pairs of its own:",
        _table(
            ["the model's own", *map(str, SHOWN_PROBABILITIES)],
            [["what it turned out to mean", *(f"{p:.2f}" for p in said)]],
        ),
    )


def _weights(model: Model, comparison: str, level: str) -> Row:
    p = model.parameters[comparison][level]
    rarity = next(
        (v.rarity for c in COMPARISONS if c.name == comparison for v in c.levels if v.name == level), None
    )
    u = p.u
    if rarity is not None and p.scale is not None:
        full = rarity == "full_name"
        default = model.frequencies["family_name" if full else rarity].default
        u = p.scale * default * (LEAST_FULL_NAME if full else 1.0)
    return [f"{p.m:.3g}", f"{u:.2g}", f"{math.log2(p.m / u):+.1f}"]


def _sample_section(kept: dict[str, Any]) -> str:
    quality = ["", "precision", "95 %", "recall", "95 %", "F1"]
    share = ["", "share", "95 %", "of"]
    error, pairs = kept["calibration"]
    return "\n\n".join(
        [
            "## On the sample company, a seed it was not trained on",
            _table(quality, kept["rows"]),
            _table(["B³", "precision", "recall", "F1"], kept["b_cubed"]),
            f"Expected calibration error over probabilities in [0.05, 0.95]: {error} ({pairs} candidates).",
            "Profile → contact person, by threshold on `probability`:",
            _table(quality, kept["thresholds"]),
            "Recall of profiles that hold evidence:",
            *(f"By {stratum}:\n\n{_table(share, rows)}" for stratum, rows in kept["recall_by"].items()),
            "Blocking: " + kept["blocking"]["said"],
            _table(
                ["rule", "true pairs proposed", "by it alone", "all pairs proposed"],
                kept["blocking"]["rules"],
            ),
            "Against simpler ways, over the same personas that hold evidence, standardised columns and candidate "
            "pairs; before any clustering, each at its own best threshold:",
            _table(quality, kept["compared"]),
            "Left out in turn, without training anew (links at the join threshold; first the kinds of evidence, "
            "then the comparisons of which a kind has several), with the candidate pairs that weigh less and "
            f"more without it by over {MOVED} bits:",
            _table(
                [
                    *("left out", "precision, with evidence", "recall", "precision, all", "recall"),
                    *("B³ F1, all", "pairs lower", "pairs higher"),
                ],
                kept["ablation"],
            ),
        ]
    )


def _public_figures_section(kept: dict[str, Any]) -> str:
    quality = ["", "precision", "95 %", "recall", "95 %", "F1"]
    return "\n\n".join(
        [
            "## On people of the real world (never tuned on)",
            f"{kept['handles']} bare handles on five networks against the people who hold them, as contacts.",
            _table(quality, [*kept["thresholds"], kept["at_precision_99"]]),
            _table(["", "share", "95 %", "of"], kept["ranks"]),
            "Simple rules on the same records:",
            _table(quality, kept["simple_rules"]),
        ]
    )


def _standard_sets_section(kept: list[dict[str, Any]]) -> str:
    quality = ["", "precision", "95 %", "recall", "95 %", "F1"]
    size = ["", "records", "true pairs", "candidate pairs", "proposed by blocking", "95 %"]
    return "\n\n".join(
        [
            "## On standard sets of the field (never tuned on)",
            "Records of one kind, without handles or accounts: read as CRM contacts with name, city, year of "
            "birth, e-mail and title where a set has them. Street addresses, day and month of birth, postcodes "
            "and national numbers, which this model does not know, are left out for every method. All have the "
            "same standardised columns and candidate pairs; stock Splink is trained on the set itself, this "
            "model is not. Pairs, before any clustering; recall counts what blocking lost.",
            _table(size, [[k["name"], *k["size"]] for k in kept]),
            *(f"{k['name']}:\n\n{_table(quality, k['rows'])}" for k in kept),
        ]
    )


def _blocking(blocking: BlockingQuality) -> dict[str, Any]:
    lost = Share(blocking.proposed.of - blocking.proposed.hits, blocking.proposed.of)
    low, high = lost.interval
    return {
        "said": f"{_number(lost.value)} ({_number(low)}–{_number(high)}) of the true pairs of personas that hold "
        f"evidence are lost; {blocking.per_persona:.1f} pairs a persona are compared.",
        "rules": [
            [name, _number(share.value), str(blocking.by_rule_alone[name].hits), str(pairs)]
            for (name, share), pairs in zip(
                blocking.by_rule.items(), blocking.candidates_by_rule.values(), strict=True
            )
        ],
    }


def _compared(compared: Comparison) -> list[Row]:
    (threshold, model), (stock_threshold, stock) = compared.model, compared.stock_splink
    return [
        _quality_row(f"this model ({threshold:.3g})", model),
        _quality_row(f"stock Splink, trained on these records ({stock_threshold:.3g})", stock),
        *(_quality_row(f"exact: {name}", quality) for name, quality in compared.exact.items()),
    ]


def _by_threshold(qualities: dict[float, PairQuality]) -> list[Row]:
    return [_quality_row(f"≥ {threshold}", q) for threshold, q in qualities.items()]


def _quality_row(name: str, quality: PairQuality) -> Row:
    precision, recall = _share(quality.precision), _share(quality.recall)
    return [name, *precision[:2], *recall[:2], _number(quality.f1)]


def _share(share: Share) -> Row:
    low, high = share.interval
    return [_number(share.value), f"{_number(low)}–{_number(high)}", str(share.of)]


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"


def _table(head: Row, rows: list[Row]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
