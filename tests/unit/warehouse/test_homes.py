"""A home is kept in one file and made again of it; one of another version is refused with what to type."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import tarfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orchestration.running.lock import exclusive
from tests.unit.warehouse.publishing import publish_small
from warehouse.builds.folders import begin_build, end_builds
from warehouse.errors import ExitCode
from warehouse.homes.backup import CannotBackUp, write_backup
from warehouse.homes.restore import RESTORE, CannotRestore, put_in_place, unpacked
from warehouse.homes.version import LAYOUT, HomeOfAnotherVersion, claim, refuse_older, version_of
from warehouse.lake import Home
from warehouse.ledger import Ledger, LedgerBroken
from warehouse.settings import Settings, load_settings

NOW = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
CONFIGURATION = """\
brand: {name: Hearthlight}
sources: [{name: crm, format: salesforce_export, path: crm/*.csv}]
identity: {model: models/ours.json}
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A configuration with a check and a model of its own, and a home that published once."""
    monkeypatch.delenv("SCRM_HOME", raising=False)
    folder = tmp_path / "company"
    (folder / "models").mkdir(parents=True)
    (folder / "scrm.yml").write_text(CONFIGURATION)
    (folder / "checks.yml").write_text("[]")
    (folder / "models" / "ours.json").write_text("{}")
    settings = load_settings(folder)
    home = Home(settings.home)
    claim(home)
    Ledger(home.ledger).append("file", {"source": "crm", "source_file_sha256": "ab", "outcome": "withdrawn"})
    home.identity.mkdir()
    (home.identity / "decisions.parquet").write_bytes(b"decided")
    (home.identity / "avatars.parquet").write_bytes(b"computed again")
    publish_small(home, "first", settings=settings)
    return settings


@pytest.fixture
def backup(settings: Settings, tmp_path: Path) -> Path:
    path = tmp_path / "backup.tar.gz"
    write_backup(Home(settings.home), settings, path, NOW)
    return path


def restored(backup: Path, folder: Path) -> Home:
    with unpacked(backup, folder) as each:
        home = Home(folder / ".scrm")
        with exclusive(home.root, "restore"):
            assert put_in_place(each, home, NOW) == ()
    return home


def test_a_home_made_of_a_backup_has_what_cannot_be_computed_again(
    backup: Path, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere"
    home = restored(backup, folder)
    before, after = (list(Ledger(each.ledger).entries()) for each in (Home(settings.home), home))
    assert after[:-1] == before
    assert after[-1].kind == RESTORE
    Ledger(home.ledger).verify()
    assert [path.name for path in home.identity.iterdir()] == ["decisions.parquet"]
    for name in ("scrm.yml", "checks.yml", "models/ours.json"):
        assert (folder / name).read_bytes() == (settings.folder / name).read_bytes()
    assert version_of(home) == version_of(Home(settings.home))
    build = begin_build(home, "next")
    assert pq.read_table(build / "prior" / "personas.parquet").to_pylist() == [{"persona_id": "p"}]
    assert oct(backup.stat().st_mode)[-3:] == "600"
    assert not list(folder.glob(".restore*"))


def test_a_home_restored_and_not_run_yet_can_be_backed_up(backup: Path, tmp_path: Path) -> None:
    home = restored(backup, tmp_path / "elsewhere")
    again = tmp_path / "again.tar.gz"
    write_backup(home, load_settings(tmp_path / "elsewhere"), again, NOW)
    third = restored(again, tmp_path / "third")
    assert (third.restored / "identity" / "personas.parquet").exists()


def test_a_publication_supersedes_the_state_of_the_backup(backup: Path, tmp_path: Path) -> None:
    home = restored(backup, tmp_path / "elsewhere")
    publish_small(home, "second")
    end_builds(home)
    assert not home.restored.exists()


def test_restored_state_that_was_altered_gives_no_ids(backup: Path, tmp_path: Path) -> None:
    home = restored(backup, tmp_path / "elsewhere")
    (home.restored / "identity" / "personas.parquet").write_bytes(b"others")
    with pytest.raises(Exception, match=r"the ids of others\. Restore another backup"):
        begin_build(home, "next")


def test_a_configuration_that_is_there_stays(backup: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "scrm.yml").write_text(CONFIGURATION + "months: 3\n")
    with unpacked(backup, folder) as each:
        assert put_in_place(each, Home(folder / ".scrm"), NOW) == (folder / "scrm.yml",)
    assert load_settings(folder).months == 3


def test_a_home_in_use_is_not_written_over(backup: Path, settings: Settings) -> None:
    with (
        unpacked(backup, settings.folder) as each,
        pytest.raises(CannotRestore, match=r"is in use: .*ledger is not empty.*SCRM_HOME"),
    ):
        put_in_place(each, Home(settings.home), NOW)


def test_an_existing_file_is_not_overwritten(backup: Path, settings: Settings) -> None:
    with pytest.raises(CannotBackUp, match="exists already"):
        write_backup(Home(settings.home), settings, backup, NOW)


def rewritten(backup: Path, name: str, content: bytes | None) -> Path:
    """The backup with one of its files changed, or left out."""
    path = backup.with_name("changed.tar.gz")
    with tarfile.open(backup) as old, tarfile.open(path, "w:gz") as new:
        for member in old:
            held = old.extractfile(member)
            data = held.read() if held is not None else b""
            if member.name == name:
                if content is None:
                    continue
                data = content
            member.size = len(data)
            new.addfile(member, io.BytesIO(data))
    return path


def contents_of(backup: Path) -> dict[str, object]:
    with tarfile.open(backup) as archive:
        head = archive.extractfile("backup.json")
        assert head is not None
        read: dict[str, object] = json.loads(head.read())
        return read


@pytest.mark.parametrize("damage", ["altered", "missing", "cut off", "climbs out", "no backup"])
def test_a_damaged_backup_restores_nothing(damage: str, backup: Path, tmp_path: Path) -> None:
    if damage in ("altered", "missing"):
        path = rewritten(
            backup, "home/identity/decisions.parquet", b"forged" if damage == "altered" else None
        )
    elif damage == "climbs out":
        path = rewritten(
            backup,
            "backup.json",
            json.dumps({**contents_of(backup), "files": {"home/../../x": "0"}}).encode(),
        )
    else:
        path = tmp_path / "changed.tar.gz"
        path.write_bytes(backup.read_bytes()[:-200] if damage == "cut off" else gzip.compress(b"words"))
    folder = tmp_path / "elsewhere"
    with pytest.raises(CannotRestore, match="is no whole backup"), unpacked(path, folder):
        pytest.fail("a damaged backup was unpacked")
    assert not list(folder.iterdir())


def test_a_backup_with_a_broken_ledger_is_refused(settings: Settings, tmp_path: Path) -> None:
    ledger = Home(settings.home).ledger / "ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes().replace(b"withdrawn", b"landed"))
    with pytest.raises(LedgerBroken):
        write_backup(Home(settings.home), settings, tmp_path / "backup.tar.gz", NOW)


def test_a_new_home_is_stamped_by_who_writes_first(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert version_of(home) is None
    with exclusive(home.root, "run"):
        found = version_of(home)
    assert found is not None
    assert found.layout == LAYOUT
    refuse_older(home)


def test_a_home_of_version_0_1_must_be_upgraded_before_a_run(tmp_path: Path) -> None:
    home = Home(tmp_path)
    Ledger(home.ledger).append("file", {})
    claim(home)
    with pytest.raises(HomeOfAnotherVersion, match=r"made by version 0\.1, .*'scrm upgrade'"):
        refuse_older(home)


def test_a_home_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "version.json").write_text(json.dumps({"layout": LAYOUT + 1, "package": "9.9"}))
    with pytest.raises(HomeOfAnotherVersion, match=r"by version 9\.9") as refused, exclusive(tmp_path, "run"):
        pytest.fail("a later version's home was taken")
    assert refused.value.exit_code == ExitCode.CONFIGURATION


def test_a_damaged_stamp_is_no_version(tmp_path: Path) -> None:
    (tmp_path / "version.json").write_text("[]")
    with pytest.raises(HomeOfAnotherVersion, match="the file is damaged"):
        version_of(Home(tmp_path))
