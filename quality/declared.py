"""What the dbt models of the marts declare: tables, columns and types, read from their contracts.

The checks of marts are made from this, so that they are known before anything is built. Must not live here:
what is true of a column (suites/marts.py).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

MODELS = Path(__file__).parents[1] / "dbt_project" / "models"
_SCHEMAS = ("marts", "people")
# DuckDB's own name of a type that a contract may spell otherwise.
_SYNONYMS = {
    "INT": "INTEGER",
    "INT8": "BIGINT",
    "TEXT": "VARCHAR",
    "STRING": "VARCHAR",
    "BOOL": "BOOLEAN",
    "TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE",
}


@cache
def declared_shape(models: Path = MODELS) -> dict[str, dict[str, dict[str, str]]]:
    """Schema → table → column → DuckDB type of every model with a contract under `models/marts`.

    The schema of a model is `people` where its configuration, or a folder of its path, says so.
    """
    shape: dict[str, dict[str, dict[str, str]]] = {schema: {} for schema in _SCHEMAS}
    for path in sorted((models / "marts").rglob("*.yml")):
        for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models", []):
            typed = [c for c in model.get("columns", []) if "data_type" in c]
            said = {c["name"]: str(c["data_type"]).upper() for c in typed}
            if said:
                columns = {column: _SYNONYMS.get(kind, kind) for column, kind in said.items()}
                shape[_schema(model, path)][model["name"]] = columns
    return shape


def _schema(model: dict[str, Any], path: Path) -> str:
    configured = (model.get("config") or {}).get("schema")
    return "people" if configured == "people" or (configured is None and "people" in path.parts) else "marts"
