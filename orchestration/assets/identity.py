"""Personas to people: the files of linkage, and the model as its own asset.

Must not live here: comparisons, thresholds, rules (warehouse/identity/).
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow.parquet as pq

from orchestration.assets.common import build_of, owners_of
from orchestration.dbt.graph import READ_BY_IDENTITY
from orchestration.jobs import EVALUATION, TRAINED_MODEL
from orchestration.resources import Warehouse
from warehouse.builds.folders import end_build
from warehouse.engine import connect, quote_text
from warehouse.identity.evaluation.sample import evaluate
from warehouse.identity.model.linkage_model import load_model, model_path
from warehouse.identity.rules import thresholds_of
from warehouse.identity.run import FOLLOWS, PERSONAS, link_personas
from warehouse.identity.training.retrain import REPORT, Training, models_at_hand, retrain
from warehouse.lake import file_beside

GROUP = "identity"
MODELS_READ = [dg.AssetKey(["intermediate", name]) for name in READ_BY_IDENTITY]
_FILES = {
    "personas": "Who is who: one row per persona with its person and the probability of the link.",
    "link_candidates": "Profiles and the persons they may belong to, owner-normalised.",
    "person_id_history": "Merges and splits of persons since the beginning, and who was held back.",
    "violations": "Pairs that a rule kept apart, and which rule.",
    "quality": "Measured quality of the links, where truth or an audit sample is at hand.",
    "scored_pairs": "Every candidate pair with the weight of each comparison.",
    "link_evidence": "Pairs that may be asked about, comparison by comparison, in words.",
    "review_queue": "Pairs that wait for a reviewer, with a picture of the evidence.",
    "organizations": "Every record that names an organisation, with the organisation it is resolved to.",
}


@dg.multi_asset(
    name="identity",
    group_name=GROUP,
    specs=[
        dg.AssetSpec(
            ["identity", name],
            deps=MODELS_READ,
            description=said,
            kinds={"splink"},
            skippable=True,
            owners=owners_of(dg.AssetKey(["identity", name])),
        )
        for name, said in _FILES.items()
    ],
)
def identity_assets(
    context: dg.AssetExecutionContext, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[Any]]:
    """Link the personas of the build."""
    build = build_of(warehouse, context.run_id)
    report = link_personas(build, build / "prior", warehouse.settings)
    figures: dict[str, Any] = {
        "model_version": report.model_version,
        "personas": report.personas,
        "persons": report.persons,
        "linked_how": report.in_words,
        "linked_personas": report.accepted,
        "in_review": report.in_review,
        "candidate_pairs": report.candidate_pairs,
        "violations": report.violations,
        "waiting_for_review": report.waiting,
        "probabilities": f"calibrated on {report.calibrated_on:,} reviewed pairs"
        if report.calibrated_on
        else "as the model comes: too few audit pairs are reviewed to calibrate them on yours",
        "seconds": round(report.seconds, 1),
    }
    for name in _FILES:
        rows = _rows_of(build / "identity" / f"{name}.parquet")
        yield dg.MaterializeResult(
            asset_key=["identity", name], metadata={**rows, **(figures if name == "personas" else {})}
        )


def _rows_of(path: Path) -> dict[str, int]:
    """The rows of a file, from its footer."""
    return {"dagster/row_count": pq.read_metadata(path).num_rows} if path.exists() else {}


@dg.asset(
    key=TRAINED_MODEL,
    owners=owners_of(TRAINED_MODEL),
    group_name=GROUP,
    deps=MODELS_READ,
    kinds={"splink"},
    description="The linkage model trained on the personas at hand (job `train_identity`), unsupervised. Made "
    "anew only where it finds what is known no worse than the model that ships and the configured one.",
    output_required=False,
)
def trained_model(
    context: dg.AssetExecutionContext, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetObservation]:
    """Train a model and keep it in the home's identity folder, unless it is worse than those at hand."""
    build, settings = build_of(warehouse, context.run_id, "train_identity"), warehouse.settings
    out = warehouse.home.identity / "models" / "trained.json"
    with connect(memory_limit=settings.memory_limit, spill_folder=build / "spill") as connection:
        connection.execute(f"attach {quote_text(build / 'warehouse.duckdb')} as warehouse (read_only)")
        decisions = warehouse.home.identity / "decisions.parquet"
        reviewed = f"read_parquet({quote_text(decisions)})" if decisions.exists() else None
        training = retrain(
            *(connection, PERSONAS, FOLLOWS, out),
            at_hand=models_at_hand(settings),
            join=settings.identity.join,
            decisions=reviewed,
        )
    end_build(warehouse.home, context.run_id)
    with file_beside(warehouse.home.identity / REPORT) as beside:
        beside.write_text(json.dumps(asdict(training), indent=2), encoding="utf-8")
    yield from _told(training, str(out))


def _told(training: Training, path: str) -> Iterator[dg.MaterializeResult[Any] | dg.AssetObservation]:
    """The model as an asset where there is a new one, else why there is none."""
    figures: dict[str, Any] = {
        "reason": training.reason,
        "questions": [asdict(question) for question in training.questions],
    }
    if training.outcome == "trained":
        yield dg.MaterializeResult(metadata={"path": path, "version": training.version, **figures})
    else:
        yield dg.AssetObservation(TRAINED_MODEL, metadata=figures)


@dg.asset(
    key=EVALUATION,
    owners=owners_of(EVALUATION),
    group_name=GROUP,
    deps=[["identity", name] for name in _FILES],
    description="Precision, recall, B³, calibration of the links against truth/ (job `evaluate_identity`).",
)
def evaluation(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[Any]:
    """Measure the links of this build; keep the figures in the home's identity folder."""
    settings = warehouse.settings
    truth = settings.folder / "truth"
    model = load_model(model_path(settings))
    thresholds = thresholds_of(settings.identity, settings.quality.thresholds)
    found = evaluate(build_of(warehouse, context.run_id, "evaluate_identity"), truth, model, thresholds)
    out = warehouse.home.identity / "evaluation.json"
    with file_beside(out) as beside:
        beside.write_text(json.dumps(asdict(found), indent=2), encoding="utf-8")
    end_build(warehouse.home, context.run_id)
    precision, recall = found.pairs_with_evidence.precision, found.pairs_with_evidence.recall
    return dg.MaterializeResult(
        metadata={"path": str(out), "precision": precision.value, "recall": recall.value}
    )
