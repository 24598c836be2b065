"""The dbt project as its YAML and SQL files say, read without dbt."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).parents[3] / "dbt_project"


@cache
def models() -> dict[str, dict[str, Any]]:
    """Properties of every model by its name."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((PROJECT / "models").rglob("*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            found[model["name"]] = model
    return found


@cache
def sql_files() -> dict[str, Path]:
    """Path of every model's SQL by its name."""
    return {path.stem: path for path in sorted((PROJECT / "models").rglob("*.sql"))}


def references(name: str) -> tuple[set[str], set[tuple[str, str]]]:
    """Models and seeds, and (source, table) pairs, that a model selects from."""
    sql = sql_files()[name].read_text(encoding="utf-8")
    refs = set(re.findall(r"ref\('(\w+)'\)", sql))
    sources = set(re.findall(r"source\('(\w+)', '(\w+)'\)", sql))
    return refs, sources


def layer(name: str) -> str:
    """The folder of `models` that a model lies in, such as staging or marts/people."""
    parts = sql_files()[name].relative_to(PROJECT / "models").parts
    return "/".join(parts[:2]) if parts[0] == "marts" else parts[0]


def column_names(name: str) -> list[str]:
    return [column["name"] for column in models()[name]["columns"]]


def grain(name: str) -> list[str] | None:
    """Columns of the model's unique_grain test, without quotes."""
    for test in models()[name].get("data_tests", []):
        if "unique_grain" in test:
            return [column.strip('"') for column in test["unique_grain"]["arguments"]["columns"]]
    return None
