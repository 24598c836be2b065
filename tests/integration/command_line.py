"""Run `scrm` as a user does, its output kept for the test that failed.

In this process, where dbt, Dagster and Great Expectations are imported and dbt's project is parsed already: that
is half of what a process of its own costs. What is of the process itself has one: signals, what libraries
leave on stderr at its end, what is planted in it (`run_scrm_apart`).
"""

from __future__ import annotations

import io
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

NOT_OF_THE_TEST = ("SCRM_HOME", "SCRM_CONFIG", "DAGSTER_HOME")


def run_scrm(
    *arguments: str,
    expected_exit: int = 0,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run `scrm ARGUMENTS` in this process; AssertionError with its output where the exit code is another."""
    from orchestration.cli import app

    said, complained = io.StringIO(), io.StringIO()
    with _place(environment or {}, folder), redirect_stdout(said), redirect_stderr(complained):
        try:
            app(list(arguments), prog_name="scrm")
            exit_code = 0
        except SystemExit as ended:
            exit_code = int(ended.code or 0)
    done = subprocess.CompletedProcess(arguments, exit_code, said.getvalue(), complained.getvalue())
    return _as_expected(done, expected_exit)


def run_scrm_apart(
    *arguments: str,
    expected_exit: int = 0,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    timeout: float = 540,
) -> subprocess.CompletedProcess[str]:
    """Run `scrm ARGUMENTS` in a process of its own; else as `run_scrm`."""
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
        cwd=folder,
        env={**_clean(), **(environment or {})},
    )
    return _as_expected(done, expected_exit)


def in_one_line(said: str) -> str:
    """What was said, without line breaks and the box around an error: both lie where the paths let them."""
    return " ".join(said.replace("│", " ").split())


def _as_expected(
    done: subprocess.CompletedProcess[str], expected_exit: int
) -> subprocess.CompletedProcess[str]:
    assert done.returncode == expected_exit, (
        f"exit {done.returncode}, not {expected_exit}, of scrm {shlex.join(done.args)}\n"
        f"{done.stdout}\n{done.stderr}"
    )
    return done


def _clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in NOT_OF_THE_TEST}


@contextmanager
def _place(environment: Mapping[str, str], folder: Path | None) -> Iterator[None]:
    """The working folder and the environment of the command; afterwards both are as they were before."""
    variables, here = dict(os.environ), Path.cwd()
    wanted = {**_clean(), **environment}
    os.environ.clear()
    os.environ.update(wanted)
    try:
        os.chdir(folder or here)
        yield
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(variables)
