"""A company's own models as one asset, between the marts and the publication.

Must not live here: how they are built and judged (orchestration/dbt/own_models.py).
"""

from collections.abc import Iterable
from typing import Any

import dagster as dg

from orchestration.assets.common import build_of, owners_of
from orchestration.console.progress import teller
from orchestration.dbt.own_models import build_own_models
from orchestration.resources import Warehouse
from warehouse.publication.publish import SCHEMAS

OWN_MODELS = dg.AssetKey("own_models")


def own_models_asset(models: Iterable[dg.AssetsDefinition]) -> dg.AssetsDefinition:
    """Return the asset: it waits for our marts and their checks, and the publication for it."""
    marts = sorted({key for step in models for key in step.keys if key.path[0] in SCHEMAS})

    @dg.asset(
        key=OWN_MODELS,
        owners=owners_of(OWN_MODELS),
        group_name="publication",
        deps=marts,
        kinds={"dbt"},
        description="Models of `models/` beside scrm.yml, published with ours; one that fails costs itself.",
    )
    def own_models(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[Any]:
        build = build_of(warehouse, context.run_id)
        built = build_own_models(warehouse.settings, build, teller(context.log))
        left_out = [model.sentence for model in built if model.problem]
        for sentence in left_out:
            context.log.warning(sentence)
        published = [f"{model.schema}.{model.name}" for model in built if not model.problem]
        return dg.MaterializeResult(metadata={"published": published, "left_out": left_out})

    return own_models
