"""The jobs: `refresh` does everything up to publication, `train_identity` makes a new linkage model.

Must not live here: what a step does (assets/).
"""

from __future__ import annotations

import logging

import dagster as dg

from orchestration.console.progress import RUN_LOGGER

TRAINED_MODEL = dg.AssetKey(["identity", "model"])
EVALUATION = dg.AssetKey(["identity", "evaluation"])
_BESIDE = dg.AssetSelection.assets(TRAINED_MODEL, EVALUATION)

refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all() - _BESIDE,
    description="Read new files, link personas, build and check marts, publish. Nothing new: nothing done.",
)


def _beside(name: str, asset: dg.AssetKey, description: str) -> dg.UnresolvedAssetJobDefinition:
    """Return a job that makes what an asset needs, whether or not anything is new, publishing nothing."""
    needed = dg.AssetSelection.assets(asset).upstream().required_multi_asset_neighbors()
    return dg.define_asset_job(
        name,
        selection=needed.without_checks(),
        config={"ops": {"build_inputs": {"config": {"force": True}}}},
        description=description,
    )


train_identity = _beside(
    "train_identity",
    TRAINED_MODEL,
    "Train the linkage model on the personas at hand; later runs use it where scrm.yml names it.",
)
evaluate_identity = _beside(
    "evaluate_identity",
    EVALUATION,
    "Link what has landed and measure the links against the truth of the sample company.",
)


@dg.logger(None, description="Hands Dagster's log to whoever follows the run (scrm run).")
def run_logger(_: dg.InitLoggerContext) -> logging.Logger:
    """Return the logger that `scrm run` listens to; it prints nothing by itself."""
    logger = logging.getLogger(RUN_LOGGER)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    return logger
