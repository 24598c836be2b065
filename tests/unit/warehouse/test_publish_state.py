"""What makes a run worth doing, and what does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.warehouse.publishing import settings_of
from warehouse.ledger import Ledger
from warehouse.publication.state import fingerprint_of_run

LANDED: dict[str, Any] = {
    "source": "crm",
    "file_name": "contacts.csv",
    "source_file_sha256": "a" * 64,
    "outcome": "landed",
    "records_read": 3,
    "landed_at": "2026-07-01T00:00:00+00:00",
}


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger(tmp_path / "ledger")
    ledger.append("file", LANDED)
    return ledger


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model.json"
    path.write_text("{}")
    return path


def test_the_same_state_has_the_same_fingerprint(ledger: Ledger, model: Path, tmp_path: Path) -> None:
    before = fingerprint_of_run(settings_of(), ledger, model, [], "0.1.0")
    ledger.append("run", {"run_id": "r1"})
    ledger.append("publication", {"publication_id": "r1"})
    ledger.append("file", LANDED | {"landed_at": "2026-07-02T00:00:00+00:00", "file_name": "renamed.csv"})
    ledger.append(
        "file", LANDED | {"parts": {"lake/crm/a/contacts.parquet": {}}, "rewritten": {}}
    )  # same rows
    assert fingerprint_of_run(settings_of(), ledger, model, [tmp_path / "absent.csv"], "0.1.0") == before


def test_whatever_decides_a_figure_changes_the_fingerprint(
    ledger: Ledger, model: Path, tmp_path: Path
) -> None:
    seen = {fingerprint_of_run(settings_of(), ledger, model, [], "0.1.0")}

    def is_new(fingerprint: str) -> bool:
        new = fingerprint not in seen
        seen.add(fingerprint)
        return new

    assert is_new(fingerprint_of_run(settings_of(months=3), ledger, model, [], "0.1.0"))
    assert is_new(fingerprint_of_run(settings_of(), ledger, model, [], "0.2.0"))
    assert is_new(fingerprint_of_run(settings_of(), ledger, None, [], "0.1.0"))
    decisions = tmp_path / "decisions.csv"
    decisions.write_text("yes")
    assert is_new(fingerprint_of_run(settings_of(), ledger, model, [decisions], "0.1.0"))
    ledger.append("file", LANDED | {"source_file_sha256": "b" * 64})
    assert is_new(fingerprint_of_run(settings_of(), ledger, model, [], "0.1.0"))
    ledger.append("file", LANDED | {"records_read": 4})  # the same file, landed by a newer format
    assert is_new(fingerprint_of_run(settings_of(), ledger, model, [], "0.1.0"))
    ledger.append("erasure", {"old": "a", "new": "b"})
    assert is_new(fingerprint_of_run(settings_of(), ledger, model, [], "0.1.0"))
