"""What the landing sensor sees: new files once, the same content never twice, nothing when all has been read."""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg
import pytest

from ingestion.landing import land_all
from orchestration.lock import exclusive
from orchestration.sensors import landing_sensor
from warehouse.settings import load_settings

CONFIGURATION = """\
brand: {name: Domatik}
sources:
  - {name: segments, format: table, path: exports/*.csv, table: segment_assignments,
     columns: {contact_id: customer, segmentation: scheme, segment: segment, valid_from: since}}
"""
ROWS = "customer,scheme,segment,since\n1,lifestyle,calm,2026-01-01T00:00:00Z\n"


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The company that Dagster serves; its landing folder holds one file."""
    (tmp_path / "scrm.yml").write_text(CONFIGURATION, encoding="utf-8")
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "a.csv").write_text(ROWS, encoding="utf-8")
    monkeypatch.setenv("SCRM_CONFIG", str(tmp_path / "scrm.yml"))
    monkeypatch.delenv("SCRM_HOME", raising=False)
    return tmp_path


def tick() -> dg.RunRequest | dg.SkipReason:
    answer = landing_sensor()
    assert isinstance(answer, dg.RunRequest | dg.SkipReason)
    return answer


def key() -> str | None:
    answer = tick()
    assert isinstance(answer, dg.RunRequest)
    return answer.run_key


def test_a_new_file_asks_for_one_run_whatever_its_time_stamp(company: Path) -> None:
    first = key()
    os.utime(company / "exports" / "a.csv", (1, 1))
    assert key() == first


def test_what_has_been_read_asks_for_nothing(company: Path) -> None:
    land_all(load_settings(company))
    assert isinstance(tick(), dg.SkipReason)


def test_a_file_that_changed_asks_for_another_run(company: Path) -> None:
    first = key()
    land_all(load_settings(company))
    (company / "exports" / "a.csv").write_text(
        ROWS + "2,lifestyle,wild,2026-01-01T00:00:00Z\n", encoding="utf-8"
    )
    assert key() not in {None, first}


def test_the_sensor_looks_while_a_run_holds_the_home(company: Path) -> None:
    with exclusive(company / ".scrm", "run"):
        assert key()


def test_a_link_to_nothing_stops_nobody(company: Path) -> None:
    (company / "exports" / "gone.csv").symlink_to(company / "exports" / "nowhere.csv")
    assert key()
