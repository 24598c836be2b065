"""Publishing is all or nothing: refusals, faults, kills, readers, rollback, retention, proof."""

from __future__ import annotations

import datetime as dt
import errno
import grp
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from tests.unit.warehouse.publishing import (
    FAILED,
    PASSED,
    WARNED,
    publish_small,
    settings_of,
    write_small_build,
)
from warehouse.lake import Home
from warehouse.ledger import Ledger, LedgerBroken
from warehouse.publication.acceptances import record_acceptance
from warehouse.publication.ledger_proof import begin_ledger, refuse_altered_ledger
from warehouse.publication.publications import (
    NoSuchPublication,
    current_id,
    damaged_publications,
    list_publications,
    record_if_missing,
)
from warehouse.publication.publish import PublicationFailed, PublicationRefused
from warehouse.publication.state import standing
from warehouse.publication.switch import HoldsWithdrawn, rollback
from warehouse.publication.verify import verify
from warehouse.publication.withdrawn import publications_holding, remove_holding


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def names(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


def test_a_publication_holds_everything_and_nothing_else(home: Home) -> None:
    published = publish_small(home, "r1", PASSED, WARNED)
    assert names(published.path) == {
        "marts.duckdb",
        "people.duckdb",
        "marts/segment_presence.parquet",
        "people/persons.parquet",
        "identity/personas.parquet",
        "inputs/files.parquet",
        "data_docs/index.html",
        "manifest.json",
    }
    assert home.current.resolve() == published.path
    manifest = published.manifest
    assert manifest["checks"]["run"] == 2
    assert [w["name"] for w in manifest["checks"]["warnings"]] == ["marts.min_cell"]
    assert manifest["inputs"]["source_files"][0]["sha256"] == "ab"
    assert (manifest["min_cell"], manifest["min_cell_is_lowered"]) == (10, False)
    assert {t["table"]: t["rows"] for t in manifest["tables"]} == {"segment_presence": 300, "persons": 9}


def test_other_clients_read_what_is_published(home: Home) -> None:
    publish_small(home, "r1")
    with duckdb.connect(str(home.current / "marts.duckdb"), read_only=True) as client:
        by_name = client.execute("select count(*), avg(presence_rate) from segment_presence").fetchall()
        by_schema = client.execute("select count(*) from marts.segment_presence").fetchall()
        tables = client.execute("select table_name from information_schema.tables").fetchall()
    assert by_name == [(300, 0.5)]
    assert by_schema == [(300,)]
    assert tables == [("segment_presence",)]  # nobody's e-mail, no staging
    frame = pd.read_parquet(home.current / "marts" / "segment_presence.parquet")
    assert len(frame) == 300


def test_equal_content_gives_equal_bytes_in_the_order_of_the_grain(home: Home, tmp_path: Path) -> None:
    grain = tmp_path / "dbt_manifest.json"
    node = {"name": "segment_presence", "meta": {"grain": ["segment", "network"]}}
    grain.write_text(json.dumps({"nodes": {"model.segment_presence": node}}))
    write_small_build(home, "r1", rows=250_000)
    write_small_build(home, "r2", rows=250_000)
    one = publish_small(home, "r1", dbt_manifest=grain)
    two = publish_small(home, "r2", minute=1, dbt_manifest=grain)
    parquet = "marts/segment_presence.parquet"
    assert (one.path / parquet).read_bytes() == (two.path / parquet).read_bytes()
    segments = pd.read_parquet(two.path / parquet)["segment"]
    assert segments.is_monotonic_increasing
    ordered = {t["table"]: t["ordered_by"] for t in two.manifest["tables"]}
    assert ordered["segment_presence"] == ["segment", "network"]


def test_a_failed_critical_check_switches_nothing_and_says_which_rows(home: Home) -> None:
    publish_small(home, "r1")
    before = Ledger(home.ledger).verify()
    with pytest.raises(PublicationRefused) as refusal:
        publish_small(home, "r2", PASSED, FAILED)
    said = str(refusal.value)
    assert "marts.segment_presence.ranges: 2 unexpected rows" in said
    assert "Rates lie between 0 and 1." in said
    assert "segment low, network x" in said
    assert refusal.value.failed == (FAILED,)
    assert current_id(home) == "r1"
    assert sorted(p.name for p in home.published.iterdir()) == ["current", "r1"]
    assert Ledger(home.ledger).verify() == before


def test_what_was_contained_and_accepted_is_published_and_stamped(home: Home) -> None:
    contained = replace(FAILED, name="landed.orders.amounts", cost="record", contained=2)
    accepted = replace(FAILED, name="landed.files.lost_sources", accepted_by="ann", accepted_reason="closed")
    manifest = publish_small(home, "r1", PASSED, WARNED, contained, accepted).manifest
    assert [(each["name"], each["contained"]) for each in manifest["checks"]["contained"]] == [
        ("landed.orders.amounts", 2)
    ]
    assert [(each["name"], each["by"], each["reason"]) for each in manifest["checks"]["accepted"]] == [
        ("landed.files.lost_sources", "ann", "closed")
    ]
    assert [each["name"] for each in manifest["checks"]["warnings"]] == ["marts.min_cell"]


def test_an_accepted_check_makes_the_next_run_run_once(home: Home) -> None:
    publish_small(home, "r1", fingerprint="f1")
    record_acceptance(
        home, "landed.files.lost_sources", by="ann", reason="closed", now=dt.datetime.now(dt.UTC)
    )
    assert not standing(home, "f1").is_current
    assert "landed.files.lost_sources" in standing(home, "f1").reason
    publish_small(home, "r2", minute=1, fingerprint="f1")
    assert standing(home, "f1").is_current


def test_an_unchecked_build_is_refused(home: Home) -> None:
    idle = type(PASSED)("marts.x", passed=True, is_applicable=False)
    with pytest.raises(PublicationRefused, match="no check was run"):
        publish_small(home, "r1", idle)


def test_rollback_goes_back_and_is_recorded(home: Home) -> None:
    for number in range(3):
        publish_small(home, f"r{number}", minute=number)
    assert rollback(home).publication_id == "r1"
    assert rollback(home).publication_id == "r0"
    with pytest.raises(NoSuchPublication, match="none before it"):
        rollback(home)
    assert rollback(home, "r2").is_current
    with pytest.raises(NoSuchPublication, match="kept are r2, r1, r0"):
        rollback(home, "r9")
    assert current_id(home) == "r2"
    steps = [(e.payload or {}).get("to_publication") for e in Ledger(home.ledger).entries("rollback")]
    assert steps == ["r1", "r0", "r2"]
    assert verify(home) == []


def test_rollback_does_not_serve_again_what_was_withdrawn(home: Home) -> None:
    """Every small build is made from file a.csv of source crm."""
    for minute in range(3):
        publish_small(home, f"r{minute}", minute=minute)
    file = {"source": "crm", "source_file_sha256": "ab", "file_name": "a.csv"}
    Ledger(home.ledger).append("file", {**file, "outcome": "withdrawn"})
    for to in (None, "r0"):
        with pytest.raises(HoldsWithdrawn, match=r"withdrawn since: a\.csv"):
            rollback(home, to)
    assert [p.publication_id for p in list_publications(home) if p.is_current] == ["r2"]
    assert [p.publication_id for p in publications_holding(home, {("crm", "ab")})] == ["r2", "r1", "r0"]
    assert rollback(home, with_withdrawn=True).publication_id == "r1"
    assert [p.publication_id for p in remove_holding(home, {("crm", "ab")})] == ["r2", "r0"]
    Ledger(home.ledger).append("file", {**file, "outcome": "restored"})
    publish_small(home, "r3", minute=3)
    assert rollback(home).publication_id == "r1"


def test_there_is_nothing_to_go_back_to_at_first(home: Home) -> None:
    with pytest.raises(NoSuchPublication, match="nothing has been published"):
        rollback(home)


def test_old_publications_go_and_the_serving_one_never(home: Home) -> None:
    settings = settings_of(publication={"keep": 2})
    for number in range(3):
        publish_small(home, f"r{number}", minute=number, settings=settings)
    assert [p.publication_id for p in list_publications(home)] == ["r2", "r1"]
    rollback(home, "r1")
    publish_small(home, "r3", minute=3, settings=settings)
    rollback(home, "r2")
    publish_small(home, "r4", minute=4, settings=settings)
    assert [p.publication_id for p in list_publications(home)] == ["r4", "r3"]


def test_readers_of_before_keep_their_file_and_new_ones_see_the_new(home: Home) -> None:
    write_small_build(home, "r1", rate=0.25)
    publish_small(home, "r1", settings=settings_of(publication={"keep": 2}))
    old = duckdb.connect(str(home.current / "marts.duckdb"), read_only=True)
    for number in range(2, 5):  # r1 is removed while it is being read
        write_small_build(home, f"r{number}", rate=0.75)
        publish_small(home, f"r{number}", minute=number, settings=settings_of(publication={"keep": 2}))
    assert old.execute("select max(presence_rate) from segment_presence").fetchall() == [(0.25,)]
    old.close()
    with duckdb.connect(str(home.current / "marts.duckdb"), read_only=True) as new:
        assert new.execute("select max(presence_rate) from segment_presence").fetchall() == [(0.75,)]


def test_nothing_new_is_known_and_a_rollback_is_not_undone_by_itself(home: Home) -> None:
    assert not standing(home, "f1").is_current
    publish_small(home, "r1", fingerprint="f1")
    publish_small(home, "r2", minute=1, fingerprint="f2")
    assert standing(home, "f2").is_current
    assert not standing(home, "f3").is_current
    rollback(home)
    withheld = standing(home, "f2")
    assert withheld.is_current
    assert "rolled back" in withheld.reason
    assert not standing(home, "f3").is_current


@pytest.mark.parametrize(
    "victim", ["marts.duckdb", "marts/segment_presence.parquet", "data_docs/index.html", "manifest.json"]
)
def test_an_altered_file_is_told(home: Home, victim: str) -> None:
    published = publish_small(home, "r1")
    assert verify(home) == []
    path = published.path / victim
    content = path.read_bytes()
    path.write_bytes(content.replace(b"0.1.0", b"0.1.1") if victim == "manifest.json" else content + b" ")
    assert any(victim in problem for problem in verify(home))


def test_a_file_added_or_removed_is_told(home: Home) -> None:
    published = publish_small(home, "r1")
    (published.path / "marts" / "extra.parquet").write_text("")
    (published.path / "people.duckdb").unlink()
    problems = verify(home)
    assert any("extra.parquet: not listed" in p for p in problems)
    assert any("people.duckdb: listed in the manifest, but not there" in p for p in problems)


def test_a_ledger_that_was_cut_off_at_its_end_is_told(home: Home) -> None:
    publish_small(home, "r1")
    rollback(home, "r1")
    publish_small(home, "r2", minute=1)
    path = home.ledger / "ledger.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:1]))
    assert any("cut off, deleted or replaced" in problem for problem in verify(home))
    (home.ledger / "head.json").unlink()  # the chain itself still holds
    assert Ledger(home.ledger).verify() == 1
    assert any("cut off or replaced" in problem for problem in verify(home))
    with pytest.raises(LedgerBroken, match="scrm audit begin-ledger"):
        refuse_altered_ledger(home)


def test_a_ledger_that_was_deleted_is_told_and_begun_anew_in_so_many_words(home: Home) -> None:
    for number in range(2):
        publish_small(home, f"r{number}", minute=number)
    refuse_altered_ledger(home)
    for path in home.ledger.iterdir():
        path.unlink()
    with pytest.raises(LedgerBroken, match="line 1, named by publication r1, is missing"):
        refuse_altered_ledger(home)
    (home.lake / "crm").mkdir(parents=True)
    aside = begin_ledger(home, "the disk was lost", dt.datetime(2026, 7, 2, tzinfo=dt.UTC))
    assert sorted(path.name for path in aside.iterdir()) == ["lake", "ledger"]
    refuse_altered_ledger(home)
    assert verify(home) == []
    (entry,) = Ledger(home.ledger).entries()
    assert (entry.payload or {})["reason"] == "the disk was lost"
    publish_small(home, "r2", minute=2)
    assert verify(home) == []
    (home.published / "r0" / "manifest.json").open("a").write(" ")
    assert [str(home.published / "r0" / "manifest.json") in problem for problem in verify(home)] == [True]


def test_an_altered_manifest_is_named_and_not_the_ledger(home: Home) -> None:
    for number in range(2):
        publish_small(home, f"r{number}", minute=number)
    path = home.published / "r1" / "manifest.json"
    anchor = json.loads(path.read_text())["ledger"]["hash"]
    path.write_text(path.read_text().replace(anchor, anchor[::-1]))
    refuse_altered_ledger(home)
    (problem,) = verify(home)
    assert problem.startswith(str(path))
    state = standing(home, "fingerprint of r1")
    assert (state.is_current, str(path) in state.reason) == (False, True)


@pytest.mark.parametrize("victim", ["marts.duckdb", "marts/segment_presence.parquet", "data_docs/index.html"])
def test_what_serves_and_was_altered_is_published_anew(home: Home, victim: str) -> None:
    published = publish_small(home, "r1", fingerprint="f1")
    assert standing(home, "f1").is_current
    with (published.path / victim).open("r+b") as file:
        file.write(bytes([file.read(1)[0] ^ 1]))
    state = standing(home, "f1")
    assert (state.is_current, victim in state.reason) == (False, True)


def test_the_owner_alone_reads_unless_a_group_is_named(home: Home) -> None:
    published = publish_small(home, "r1")
    assert (published.path / "marts.duckdb").stat().st_mode & 0o777 == 0o600
    assert published.path.stat().st_mode & 0o777 == 0o700
    group = grp.getgrgid(os.getgid()).gr_name
    shared = publish_small(home, "r2", minute=1, settings=settings_of(publication={"group": group}))
    assert (shared.path / "marts.duckdb").stat().st_mode & 0o777 == 0o640
    assert (shared.path / "marts").stat().st_mode & 0o777 == 0o750
    assert home.published.stat().st_mode & 0o777 == 0o750
    assert (shared.path / "identity").stat().st_mode & 0o777 == 0o700
    assert (shared.path / "identity" / "personas.parquet").stat().st_mode & 0o777 == 0o600


def test_an_unknown_group_fails_by_name_and_switches_nothing(home: Home) -> None:
    publish_small(home, "r1")
    with pytest.raises(PublicationFailed, match="no-such-group"):
        publish_small(home, "r2", minute=1, settings=settings_of(publication={"group": "no-such-group"}))
    assert current_id(home) == "r1"
    assert sorted(p.name for p in home.published.iterdir()) == ["current", "r1"]


CHILD = """
import resource, signal, sys
from pathlib import Path
from tests.unit.warehouse.publishing import publish_small
from warehouse.publication.acceptances import record_acceptance
from warehouse.lake import Home
from warehouse.publication.publish import PublicationFailed
home = Home(Path(sys.argv[1]))
if sys.argv[3] == "full":
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
print("begun", flush=True)
try:
    publish_small(home, sys.argv[2], minute=int(sys.argv[4]))
except PublicationFailed as error:
    print(error, flush=True)
    sys.exit(3)
"""


def publish_in_child(home: Home, run_id: str, how: str, minute: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(home.root), run_id, how, str(minute)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def test_a_full_disk_is_said_clearly_and_switches_nothing(home: Home) -> None:
    publish_small(home, "r1")
    write_small_build(home, "r2", rows=400_000)
    child = publish_in_child(home, "r2", "full", 1)
    said, _ = child.communicate(timeout=120)
    assert child.returncode == 3, said
    assert "could not be written" in said
    assert "still serves" in said
    assert current_id(home) == "r1"
    assert sorted(p.name for p in home.published.iterdir()) == ["current", "r1"]
    assert verify(home) == []


def test_a_folder_that_cannot_be_written_is_said_clearly(home: Home) -> None:
    write_small_build(home, "r1")
    home.published.write_text("a file where the folder should be")
    with pytest.raises(PublicationFailed, match="Nothing was switched"):
        publish_small(home, "r1")


@pytest.mark.parametrize(
    "call", ["warehouse.publication.publish.os.rename", "warehouse.publication.switch.os.replace"]
)
def test_a_read_only_folder_leaves_nothing_behind(
    call: str, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_small(home, "r1")
    write_small_build(home, "r2")

    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(call, refuse)
    with pytest.raises(PublicationFailed, match="Read-only file system"):
        publish_small(home, "r2", minute=1)
    monkeypatch.undo()
    assert current_id(home) == "r1"
    assert sorted(p.name for p in home.published.iterdir()) == ["current", "r1"]
    assert publish_small(home, "r2", minute=1).is_current


@pytest.mark.parametrize("delay", [0.0, 0.03, 0.08, 0.15, 0.3])
def test_a_kill_at_any_moment_leaves_a_whole_publication(home: Home, delay: float) -> None:
    publish_small(home, "r1")
    write_small_build(home, "r2", rows=200_000)
    child = publish_in_child(home, "r2", "killed", 1)
    assert child.stdout is not None
    child.stdout.readline()
    time.sleep(delay)
    child.send_signal(signal.SIGKILL)
    child.wait(timeout=60)
    serving = current_id(home)
    assert serving in ("r1", "r2")
    assert (home.current / "manifest.json").exists()
    if serving == "r1":
        publish_small(home, "r2", minute=1)
    record_if_missing(home)
    assert current_id(home) == "r2"
    assert not list(home.published.glob(".r2*"))
    assert verify(home) == []


def test_what_fails_after_the_switch_is_said_and_made_good_by_the_next_publication(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(publication={"keep": 2})
    for number in range(2):
        publish_small(home, f"r{number}", minute=number, settings=settings)

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("warehouse.publication.publications.shutil.rmtree", fail)
    monkeypatch.setattr(Ledger, "append", fail)
    published = publish_small(home, "r2", minute=2, settings=settings)
    assert published.is_current
    assert ["ledger" in published.left_undone[0], "older" in published.left_undone[1]] == [True, True]
    monkeypatch.undo()
    assert publish_small(home, "r3", minute=3, settings=settings).left_undone == ()
    assert sorted(p.name for p in home.published.iterdir()) == ["current", "r2", "r3"]
    assert verify(home) == []


def test_verifying_what_is_not_kept_is_an_error_that_names_what_is(home: Home) -> None:
    publish_small(home, "r1")
    assert verify(home, "r1") == []
    for unknown in ("r9", ".", "../published/r1", "current"):
        with pytest.raises(NoSuchPublication, match="kept are r1"):
            verify(home, unknown)


def test_a_publication_that_the_ledger_missed_is_entered_later(home: Home) -> None:
    publish_small(home, "r1")
    for path in home.ledger.iterdir():  # as after a kill between the switch and the entry
        path.unlink()
    assert record_if_missing(home)
    assert not record_if_missing(home)
    assert verify(home) == []


@pytest.mark.parametrize("damage", ["gone", "not JSON", "no publication's", "a list"])
def test_a_damaged_folder_is_named_and_stops_no_other(home: Home, damage: str) -> None:
    for number in range(3):
        publish_small(home, f"r{number}", minute=number)
    manifest = home.published / "r2" / "manifest.json"
    manifest.unlink()
    if damage != "gone":
        manifest.write_text({"not JSON": "{", "no publication's": "{}", "a list": "[]"}[damage])
    assert [p.publication_id for p in list_publications(home)] == ["r1", "r0"]
    assert [str(manifest) in sentence for sentence in damaged_publications(home)] == [True]
    assert any(str(manifest) in problem for problem in verify(home))
    assert any(str(manifest) in problem for problem in verify(home, "r2"))
    assert verify(home, "r1") == []
    assert not standing(home, "fingerprint of r2").is_current
    with pytest.raises(NoSuchPublication, match=r"kept are r1, r0\n.*manifest\.json"):
        rollback(home, "r2")
    assert rollback(home, "r0").is_current
    assert standing(home, "fingerprint of r0").is_current


def test_a_damaged_publication_that_serves_is_left_by_rollback_or_by_the_next_one(home: Home) -> None:
    for number in range(2):
        publish_small(home, f"r{number}", minute=number)
    (home.published / "r1" / "manifest.json").unlink()
    assert rollback(home).publication_id == "r0"
    (home.published / "r0" / "manifest.json").unlink()
    publish_small(home, "r2", minute=2)
    assert current_id(home) == "r2"


def test_without_a_group_the_folders_are_their_owners_again(home: Home) -> None:
    group = grp.getgrgid(os.getgid()).gr_name
    publish_small(home, "r1", settings=settings_of(publication={"group": group}))
    publish_small(home, "r2", minute=1)
    modes = [path.stat().st_mode & 0o777 for path in (home.root, home.published, home.current)]
    assert modes == [0o700, 0o700, 0o700]
