"""Folders and files of the home come into being whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse.lake import Home, file_beside, folder_beside, make_folder, sweep


def test_a_folder_appears_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "lake" / "crm" / "abc"
    with folder_beside(target) as beside:
        (beside / "contacts.parquet").write_text("rows")
        assert not target.exists()
    assert [p.name for p in target.iterdir()] == ["contacts.parquet"]
    assert [p.name for p in target.parent.iterdir()] == ["abc"]


def test_a_failure_leaves_what_was_there_before(tmp_path: Path) -> None:
    target = tmp_path / "abc"
    with folder_beside(target) as beside:
        (beside / "old").write_text("old")
    with pytest.raises(ValueError, match="half way"), folder_beside(target) as beside:  # noqa: PT012
        (beside / "new").write_text("new")
        raise ValueError("half way")
    assert [p.name for p in target.iterdir()] == ["old"]
    assert [p.name for p in tmp_path.iterdir()] == ["abc"]


def test_a_folder_replaces_the_one_before(tmp_path: Path) -> None:
    target = tmp_path / "abc"
    for text in ("one", "two"):
        with folder_beside(target) as beside:
            (beside / "rows").write_text(text)
    assert (target / "rows").read_text() == "two"
    assert [p.name for p in tmp_path.iterdir()] == ["abc"]


def test_a_file_appears_when_it_is_whole_and_is_its_owners_alone(tmp_path: Path) -> None:
    target = tmp_path / "made" / "cache.json"
    with file_beside(target) as beside:
        beside.write_text("{}")
        assert not target.exists()
    assert target.read_text() == "{}"
    assert target.stat().st_mode & 0o777 == 0o600
    assert target.parent.stat().st_mode & 0o777 == 0o700
    with pytest.raises(ValueError, match="half way"), file_beside(target) as beside:  # noqa: PT012
        beside.write_text("[")
        raise ValueError("half way")
    assert target.read_text() == "{}"
    assert [p.name for p in target.parent.iterdir()] == ["cache.json"]


def test_what_killed_runs_left_is_swept(tmp_path: Path) -> None:
    kept = make_folder(tmp_path / "crm" / "abc") / "rows"
    kept.write_text("rows")
    (make_folder(tmp_path / "crm" / ".abd.1234") / "half").write_text("half")
    (tmp_path / "crm" / ".cache.json.9").write_text("half")
    assert sweep(tmp_path) >= 2
    assert sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*")) == [
        "crm",
        "crm/abc",
        "crm/abc/rows",
    ]
    assert sweep(tmp_path / "nowhere") == 0


def test_the_home_says_where_everything_lies(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert home.landed_folder("crm", "abc") == tmp_path / "lake" / "crm" / "abc"
    assert home.table_glob("contacts") == str(tmp_path / "lake" / "*" / "*" / "contacts.parquet")
    assert home.current == tmp_path / "published" / "current"
