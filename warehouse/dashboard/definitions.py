"""What a figure means: its definition, formula and unit, as the publication itself says (metric_catalog).

What the catalogue does not know is told by the YAML beside the model. Must not live here: a definition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from warehouse.dashboard.figures import label
from warehouse.dashboard.published import Marts
from warehouse.mart_register import MODELS
from warehouse.shipped_yaml import read_yaml


@dataclass(frozen=True)
class Definition:
    """A figure in words; `formula` and `unit` are empty where nobody says them."""

    name: str
    meaning: str
    formula: str = ""
    unit: str = ""

    @property
    def in_words(self) -> str:
        """The whole of it, for a tooltip."""
        parts = (self.meaning, f"= {self.formula}" if self.formula else "", self.unit and f"[{self.unit}]")
        return " ".join(part for part in parts if part)


def definitions(marts: Marts) -> Mapping[str, Definition]:
    """Definitions by mart.column: those of the publication first, else those of the program."""
    found = dict(_described())
    if marts.holds("metric_catalog"):
        for row in marts.ask("metric_catalog").to_pylist():
            name = f"{row['mart']}.{row['metric']}"
            found[name] = Definition(
                label(row["metric"]), row["definition"], row["formula"] or "", row["unit"] or ""
            )
    return found


@cache
def _described() -> Mapping[str, Definition]:
    return dict(_of_models())


def _of_models() -> Iterator[tuple[str, Definition]]:
    for path in sorted((MODELS / "marts").rglob("*.yml")):
        for model in (read_yaml(path) or {}).get("models", ()):
            for column in model.get("columns", ()):
                said = " ".join(str(column.get("description", "")).split())
                yield f"{model['name']}.{column['name']}", Definition(label(column["name"]), said)
