"""What is installed from a wheel is whole: every file that is shipped is in it, and it runs without the clone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHIPPED = ("dbt_project", "ingestion", "orchestration", "quality", "warehouse")
NOT_SHIPPED = ("dbt_project/lint/", "dbt_project/.sqlfluff")
UV = Path(sysconfig.get_path("scripts")) / "uv"

# Run where nothing is: which code is imported, and whether dbt's project parses there.
WHAT_RUNS = """
import orchestration
from orchestration.dbt.in_process import Dbt
from warehouse.settings import load_settings
print(orchestration.__file__)
print(len(Dbt.of(load_settings("company")).manifest()["nodes"]))
"""


def run(*command: str | Path, folder: Path, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": "", **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this project, built without a network where its build system is at hand."""
    if not UV.exists():
        pytest.skip(f"no uv at {UV}: CONTRIBUTING.md says how the environment is made")
    out = tmp_path_factory.mktemp("wheel")
    command = [str(UV), "build", "--wheel", "--offline", "--quiet", "--out-dir", str(out), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if built.returncode and "network" in built.stderr:
        pytest.skip("hatchling is not in uv's cache, and tests download nothing: run 'uv build' once")
    assert built.returncode == 0, built.stderr
    return next(out.glob("*.whl"))


def test_the_wheel_holds_every_file_that_runs(wheel: Path) -> None:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: what is tracked cannot be told")
    listed = subprocess.run([git, "ls-files", *SHIPPED], cwd=ROOT, capture_output=True, text=True, check=True)
    tracked = {name for name in listed.stdout.splitlines() if (ROOT / name).exists()}
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if name.split("/")[0] in SHIPPED}
    assert {name for name in tracked - held if not name.startswith(NOT_SHIPPED)} == set()
    assert not [name for name in held if name.startswith((*NOT_SHIPPED, "dbt_project/target", "tests"))]


def test_it_runs_in_an_environment_of_its_own(wheel: Path, tmp_path: Path) -> None:
    """The dependencies are those of this environment, lent by a path file; the project itself is the wheel's."""
    venv, work = tmp_path / "venv", tmp_path / "work"
    work.mkdir()
    run(UV, "venv", "--quiet", "--python", sys.executable, venv, folder=tmp_path)
    run(
        *(
            UV,
            "pip",
            "install",
            "--quiet",
            "--offline",
            "--no-deps",
            "--python",
            venv / "bin" / "python",
            wheel,
        ),
        folder=tmp_path,
    )
    site = next((venv / "lib").glob("python*/site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    scrm = venv / "bin" / "scrm"
    run(scrm, "init", "company", folder=work)
    assert "## marts.segment_presence" in run(scrm, "handbook", "marts", folder=work)
    place, nodes = run(venv / "bin" / "python", "-c", WHAT_RUNS, folder=work).split()
    assert Path(place).is_relative_to(venv)
    assert int(nodes) > 100
