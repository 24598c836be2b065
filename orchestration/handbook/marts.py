"""The pages of marts and of metrics: the YAML beside the dbt models, and the catalogue of formulas.

Must not live here: a mart, a column, a formula (dbt_project/).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from orchestration.handbook.markdown import code, page, table
from warehouse.mart_register import MODELS, SCHEMAS, Mart, marts
from warehouse.shipped_yaml import read_yaml

METRICS = MODELS.parent / "seeds" / "metrics.csv"
_INTRODUCTION = """\
What is published: the schema `marts` in `marts.duckdb` and `marts/*.parquet`, without names, handles, addresses
or texts; the schema `people` in `people.duckdb` and `people/*.parquet`, which can be withheld. Columns of the
grain are **bold**. Page `metrics` says by which formula a figure is made; `compiled_sql/` of a publication holds
the very SQL."""
_CUSTOMERS = "Its figures are of customers: without a source of contacts it stays empty."
_OF_METRICS = """\
Every figure with its formula, as `marts.metric_catalog` holds them. A formula that changes gets a new version.
T is the end of the month; bounds are of 95 %."""


def marts_page() -> str:
    """Return the page of the tables."""
    said = dict(_models())
    known = marts()
    return page(
        "Marts",
        _INTRODUCTION,
        *(
            part
            for schema in SCHEMAS
            for mart in sorted((m for m in known.values() if m.schema == schema), key=lambda m: m.name)
            for part in _mart(mart, said[mart.name])
        ),
    )


def metrics_page() -> str:
    """Return the page of the formulas."""
    with METRICS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    by_mart = {row["mart"]: [r for r in rows if r["mart"] == row["mart"]] for row in rows}
    return page(
        "Metrics",
        _OF_METRICS,
        *(
            f"## {mart}\n\n"
            + table(
                ("metric", "what it says", "formula", "unit", "from", "version"),
                [
                    (
                        *(code(row["metric"]), row["definition"], row["formula"], row["unit"], row["source"]),
                        f"{row['formula_version']}, {row['valid_from']}",
                    )
                    for row in of_mart
                ],
            )
            for mart, of_mart in by_mart.items()
        ),
    )


def _models() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((MODELS / "marts").rglob("*.yml")):
        for model in (read_yaml(path) or {}).get("models", []):
            yield model["name"], model


def _mart(mart: Mart, said: dict[str, Any]) -> Iterator[str]:
    yield f"## {mart.schema}.{mart.name}"
    yield " ".join(said["description"].split()) + (f" {_CUSTOMERS}" if mart.counts_customers else "")
    yield table(
        ("column", "type", "meaning"),
        [
            (
                f"**{code(column['name'])}**" if column["name"] in mart.grain else code(column["name"]),
                str(column.get("data_type", "")),
                column.get("description", ""),
            )
            for column in said["columns"]
        ],
    )
