"""What Python calls passive is what SQL does."""

from __future__ import annotations

import csv
from pathlib import Path

from warehouse.canonical.words import PASSIVE

SEED = Path(__file__).parents[4] / "dbt_project" / "seeds" / "activity_modes.csv"


def test_passive_activities_are_those_of_the_seed() -> None:
    with SEED.open(encoding="utf-8", newline="") as file:
        assert {row["activity_type"] for row in csv.DictReader(file) if row["mode"] == "passive"} == set(
            PASSIVE
        )
