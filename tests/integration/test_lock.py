"""Two runs at once in one home: the second is told who is at work, and a killed holder leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.running.lock import HomeBusy, exclusive

_HOLD = """
import sys
from pathlib import Path
from orchestration.running.lock import exclusive
with exclusive(Path(sys.argv[1]), "first"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock of tmp_path until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_second_run_is_told_who_is_at_work(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with (
        pytest.raises(HomeBusy, match=rf"Run first \(process {holder.pid}, since .*SCRM_HOME"),
        exclusive(tmp_path, "second"),
    ):
        pytest.fail("two runs held one home")
    holder.communicate("")


def test_a_killed_run_leaves_no_lock(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    with exclusive(tmp_path, "second"):
        assert "second" in (tmp_path / "run.lock").read_text(encoding="utf-8")


def test_the_lock_is_free_again_after_a_run(tmp_path: Path) -> None:
    for run_id in ("first", "second"):
        with exclusive(tmp_path, run_id):
            pass
