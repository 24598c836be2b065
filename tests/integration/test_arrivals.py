"""What the landing sensor sees: new files once, the same content never twice, nothing when all has been read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from ingestion.discovery.files import FoundFile
from ingestion.landing import land
from orchestration.configuration.wording import refuse_wrong_words
from orchestration.running.arrivals import content_key, run_fingerprint, unreadable_files
from orchestration.running.lock import exclusive
from orchestration.sensors import landing_sensor
from warehouse.identity.model.linkage_model import MODELS, ModelError
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


def land_everything(company: Path) -> None:
    settings = load_settings(company / "scrm.yml")
    for source in settings.sources:
        land(source, settings)


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
    land_everything(company)
    assert isinstance(tick(), dg.SkipReason)


def test_a_file_that_changed_asks_for_another_run(company: Path) -> None:
    first = key()
    land_everything(company)
    (company / "exports" / "a.csv").write_text(
        ROWS + "2,lifestyle,wild,2026-01-01T00:00:00Z\n", encoding="utf-8"
    )
    assert key() not in {None, first}


def test_the_sensor_looks_while_a_run_holds_the_home(company: Path) -> None:
    with exclusive(company / ".scrm", "run"):
        assert key()


def test_a_file_that_cannot_be_read_stops_nobody_and_counts_once_it_can(tmp_path: Path) -> None:
    found = FoundFile(tmp_path / "a.csv", "a.csv")
    unreadable = content_key([found])
    found.path.write_text(ROWS, encoding="utf-8")
    assert content_key([found]) not in {unreadable, content_key([])}


def test_a_failure_of_an_unchanged_file_is_not_news(company: Path) -> None:
    (company / "exports" / "cut.csv").write_bytes(b"PK\x03\x04 cut off")
    assert key()
    land_everything(company)
    assert isinstance(tick(), dg.SkipReason)
    (company / "exports" / "cut.csv").write_text(ROWS, encoding="utf-8")
    assert key()


def test_a_file_that_may_not_be_read_is_news_again_once_it_may(
    company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    denied = company / "exports" / "a.csv"
    real = Path.open

    def refusing(self: Path, *arguments: Any, **named: Any) -> Any:
        if self == denied:
            raise PermissionError(13, "denied")
        return real(self, *arguments, **named)

    monkeypatch.setattr(Path, "open", refusing)
    monkeypatch.setattr(os, "access", lambda path, _: path != denied)
    assert key()
    land_everything(company)
    assert isinstance(tick(), dg.SkipReason)
    monkeypatch.undo()
    monkeypatch.setenv("SCRM_CONFIG", str(company / "scrm.yml"))
    assert key()


def test_a_file_that_cannot_be_read_is_named_until_it_is_mended_or_taken_away(company: Path) -> None:
    settings = load_settings(company)
    for name in ("b.csv", "c.csv"):
        (company / "exports" / name).write_text(f"customer\n{name}\n", encoding="utf-8")
    land_everything(company)
    land_everything(company)
    assert [f["file_name"] for f in unreadable_files(settings)] == ["exports/b.csv", "exports/c.csv"]
    (company / "exports" / "b.csv").write_text(ROWS.replace("calm", "wild"), encoding="utf-8")
    (company / "exports" / "c.csv").unlink()
    land_everything(company)
    assert unreadable_files(settings) == []


def test_a_link_to_nothing_stops_nobody(company: Path) -> None:
    (company / "exports" / "gone.csv").symlink_to(company / "exports" / "nowhere.csv")
    assert key()


def test_a_model_by_path_is_the_one_beside_scrm_yml_wherever_the_run_starts(
    company: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    (company / "scrm.yml").write_text(CONFIGURATION + "identity: {model: ours.json}\n", encoding="utf-8")
    (company / "ours.json").write_bytes((MODELS / "standard.json").read_bytes())
    settings = load_settings(company)
    before = run_fingerprint(settings)
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert run_fingerprint(settings) == before
    refuse_wrong_words(settings)  # the model is found
    (company / "ours.json").write_text("{}", encoding="utf-8")
    assert run_fingerprint(settings) != before
    with pytest.raises(ModelError, match=r"ours\.json"):
        refuse_wrong_words(settings)
