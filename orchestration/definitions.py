"""Everything that Dagster shows, on one screen: `dagster dev -m orchestration.definitions`.

The scrm.yml to serve is named by $SCRM_CONFIG (default: ./scrm.yml); `scrm dev` sets it.
"""

from __future__ import annotations

import dagster as dg

from orchestration.assets.identity import evaluation, identity_assets, trained_model
from orchestration.assets.landing import build_inputs, landing_asset
from orchestration.assets.models import model_assets
from orchestration.assets.own_models import own_models_asset
from orchestration.assets.publication import publication_asset
from orchestration.checks import layer_checks
from orchestration.console.progress import RUN_LOGGER
from orchestration.dbt.graph import DbtGraph
from orchestration.dbt.in_process import Dbt
from orchestration.environment import settings_from_environment
from orchestration.jobs import evaluate_identity, refresh, run_logger, train_identity
from orchestration.resources import Warehouse
from orchestration.schedules import daily_schedule
from orchestration.sensors import landing_sensor
from warehouse.own_models.outcome import own_files
from warehouse.settings import Settings


def build_definitions(settings: Settings) -> dg.Definitions:
    """Return assets, checks, jobs, schedule and sensor of the warehouse that a scrm.yml describes."""
    graph = DbtGraph(Dbt.of(settings).manifest())
    models = model_assets(graph)
    own = [own_models_asset(models)] if own_files(settings) else []
    assets = [
        *(landing_asset(source) for source in settings.sources),
        build_inputs(settings),
        *models,
        identity_assets,
        trained_model,
        evaluation,
        *own,
        publication_asset([*models, *own]),
    ]
    return dg.Definitions(
        assets=assets,
        asset_checks=layer_checks(settings, assets),
        jobs=[refresh, train_identity, evaluate_identity],
        schedules=[daily_schedule],
        sensors=[landing_sensor],
        resources={"warehouse": Warehouse(config_path=str(settings.path))},
        loggers={RUN_LOGGER: run_logger},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """Return the definitions of the scrm.yml named in the environment."""
    return build_definitions(settings_from_environment())
