"""`scrm dev`: Dagster's UI on this warehouse."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands.options import DEFAULT_CONFIG, Config
from orchestration.environment import CONFIG_VARIABLE, NO_TELEMETRY
from orchestration.instance import dagster_home
from warehouse.settings import load_settings


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(dev)


def dev(
    config: Config = DEFAULT_CONFIG,
    port: Annotated[int, typer.Option(help="Port on localhost.")] = 3000,
) -> None:
    """Open Dagster's UI on http://localhost:3000: assets, checks, runs, the sensor and the schedule."""
    settings = load_settings(config)
    home = dagster_home(settings.home)
    beside_python = Path(sys.executable).parent / "dagster"
    program = str(beside_python) if beside_python.exists() else shutil.which("dagster") or "dagster"
    environment = {
        **os.environ,
        CONFIG_VARIABLE: str(settings.path),
        "DAGSTER_HOME": str(home),
        "PYTHONWARNINGS": "ignore",  # what Dagster's developers tell each other
        **NO_TELEMETRY,
    }
    arguments = ["dev", "-m", "orchestration.definitions", "--host", "127.0.0.1", "--port", str(port)]
    os.execve(program, ["dagster", *arguments], environment)  # noqa: S606 – no shell is wanted
