"""The register of marts: what the YAML beside the dbt models says of each, read without dbt.

Lives here: reading of contracts and of `meta`: the grain of a mart, whether it counts customers, whether it may be
empty, and along which column its small cells are guarded. Must not live here: a mart (dbt_project/models/marts/),
what is checked of one (quality/suites/marts*.py). dbt's own tests and macros read the same `meta`
(dbt_project/macros/mart_register.sql).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from warehouse.shipped_yaml import read_yaml

MODELS = Path(__file__).parents[1] / "dbt_project" / "models"
SCHEMAS = ("marts", "people")
# DuckDB's own name of a type that a contract may spell otherwise.
_SYNONYMS = {
    "INT": "INTEGER",
    "INT8": "BIGINT",
    "TEXT": "VARCHAR",
    "STRING": "VARCHAR",
    "BOOL": "BOOLEAN",
    "TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE",
}


class MartUnsaid(Exception):
    """The YAML of a mart does not say what the register must know."""


@dataclass(frozen=True)
class Mart:
    """A published table, as its YAML declares it.

    `counts_customers`: its figures are of customers, so nobody is in it where no source tells of contacts.
    `may_be_empty`: losing all its rows is no fault. `guarded_along`: the column whose values could be had one from
    the others by subtraction, where small cells are hidden; None where the mart needs no guard. `states`: columns
    that say what can be shown, and are no measures. `rests_on`: measure → the number of customers on which it
    alone rests, where that is not the whole row's.
    """

    name: str
    schema: str
    columns: dict[str, str]
    grain: tuple[str, ...]
    counts_customers: bool
    may_be_empty: bool
    guarded_along: str | None
    states: frozenset[str]
    rests_on: dict[str, str]


@cache
def marts(models: Path = MODELS) -> dict[str, Mart]:
    """Every mart by its name. Raises MartUnsaid where the `meta` of one lacks something."""
    files = sorted((models / "marts").rglob("*.yml"))
    return {mart.name: mart for path in files for mart in _marts_of(path, models)}


def _marts_of(path: Path, models: Path) -> Iterator[Mart]:
    for model in (read_yaml(path) or {}).get("models", []):
        config = model.get("config") or {}
        said = {c["name"]: (c.get("config") or {}).get("meta") or {} for c in model["columns"]}
        typed = {c["name"]: str(c["data_type"]).upper() for c in model["columns"] if "data_type" in c}
        yield Mart(
            name=model["name"],
            schema=_schema(config, path.relative_to(models)),
            columns={column: _SYNONYMS.get(kind, kind) for column, kind in typed.items()},
            states=frozenset(name for name, meta in said.items() if meta.get("is_state")),
            rests_on={name: meta["rests_on"] for name, meta in said.items() if "rests_on" in meta},
            **_meta(model["name"], path, config.get("meta") or {}),
        )


def _meta(name: str, path: Path, meta: dict[str, Any]) -> dict[str, Any]:
    said = {key: meta[key] for key in Mart.__dataclass_fields__ if key in meta}
    wanted = ("grain", "counts_customers", "may_be_empty", "guarded_along")
    if lacking := [key for key in wanted if key not in said]:
        raise MartUnsaid(
            f"{path.name}: the mart {name!r} does not say {', '.join(lacking)}; add it to config.meta, as the "
            f"marts beside it do (guarded_along: null where no small cell is to be hidden)"
        )
    return {**said, "grain": tuple(said["grain"])}


def _schema(config: dict[str, Any], path: Path) -> str:
    """`people` where the model's configuration, or a folder of its path below the models, says so."""
    configured = config.get("schema")
    return "people" if configured == "people" or (configured is None and "people" in path.parts) else "marts"
