"""What is published as compiled SQL is what dbt ran, not what earlier runs left in dbt's folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orchestration.dbt.in_process import Dbt
from warehouse.lake import Home


def node(original: str, path: str) -> dict[str, Any]:
    return {"package_name": "social_crm", "original_file_path": original, "path": path}


def test_only_nodes_of_the_manifest_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = {
        "model": node("models/marts/segment_presence.sql", "marts/segment_presence.sql"),
        "test": node("models/marts/presence.yml", "unique_grain_presence.sql"),
        "own test": node("tests/adds_up.sql", "adds_up.sql"),
        "seed": node("seeds/words.csv", "words.csv"),
        "never compiled": node("models/marts/late.sql", "marts/late.sql"),
    }
    monkeypatch.setattr(Dbt, "manifest", lambda _: {"nodes": nodes})
    dbt = Dbt(Home(tmp_path), "1GB", ["crm"])
    written = (
        "models/marts/segment_presence.sql",
        "models/marts/presence.yml/unique_grain_presence.sql",
        "models/marts/gone_since.sql",
        "tests/adds_up.sql",
    )
    for name in written:
        path = dbt.target / "compiled" / "social_crm" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("select 1", encoding="utf-8")
    copies = dbt.copy_compiled(tmp_path / "builds" / "r1")
    assert sorted(str(path.relative_to(copies)) for path in copies.rglob("*.sql")) == [
        "marts/presence.yml/unique_grain_presence.sql",
        "marts/segment_presence.sql",
    ]
