"""The jobs: `refresh` does everything up to publication, `train_identity` makes a new linkage model.

Must not live here: what a step does (assets/).
"""

from __future__ import annotations

import logging

import dagster as dg

from orchestration.progress import RUN_LOGGER

TRAINED_MODEL = dg.AssetKey(["identity", "model"])

refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(TRAINED_MODEL),
    description="Read new files, link personas, build and check marts, publish. Nothing new: nothing done.",
)

# Training needs the personas of what has landed, whether or not any of it is new.
train_identity = dg.define_asset_job(
    "train_identity",
    selection=dg.AssetSelection.assets(TRAINED_MODEL).upstream().required_multi_asset_neighbors(),
    config={"ops": {"build_inputs": {"config": {"force": True}}}},
    description="Train the linkage model on the personas at hand; later runs use it where scrm.yml names it.",
)


@dg.logger(None, description="Hands Dagster's log to whoever follows the run (scrm run).")
def run_logger(_: dg.InitLoggerContext) -> logging.Logger:
    """Return the logger that `scrm run` listens to; it prints nothing by itself."""
    logger = logging.getLogger(RUN_LOGGER)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    return logger
