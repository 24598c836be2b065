"""A run on a disk that is too small ends in a sentence and leaves the space it took."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.command_line import run_scrm
from warehouse.errors import ExitCode

pytestmark = pytest.mark.integration

CONFIGURATION = """\
brand: {name: Acme}
sources:
  - {name: people, format: table, path: people.csv, table: profiles, network: forum, columns: {profile_id: id}}
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 10 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=10M", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here: it takes root")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_full_disk_is_told_with_what_to_do(tmp_path: Path, small_disk: Path) -> None:
    (tmp_path / "scrm.yml").write_text(CONFIGURATION, encoding="utf-8")
    (tmp_path / "people.csv").write_text("id\n1\n", encoding="utf-8")
    home = {"SCRM_HOME": str(small_disk / "home")}
    done = run_scrm("run", "--config", str(tmp_path), environment=home, expected_exit=ExitCode.BROKEN)
    assert f"The disk that holds {small_disk}" in done.stdout
    assert "ran full" in done.stdout
    assert "$SCRM_HOME" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert not list((small_disk / "home").glob("builds/*"))
