"""Run `scrm` as a user does: a process of its own, its output kept for the test that failed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def run_scrm(
    *arguments: str,
    expected_exit: int = 0,
    environment: dict[str, str] | None = None,
    folder: Path | None = None,
    timeout: float = 540,
) -> subprocess.CompletedProcess[str]:
    """Run `scrm ARGUMENTS`; raises AssertionError with its output where the exit code is another."""
    clean = {k: v for k, v in os.environ.items() if k not in {"SCRM_HOME", "SCRM_CONFIG", "DAGSTER_HOME"}}
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
        cwd=folder,
        env={**clean, **(environment or {})},
    )
    assert done.returncode == expected_exit, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done
