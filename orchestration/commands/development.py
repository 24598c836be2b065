"""`scrm dev`: Dagster's UI on this warehouse."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands.options import DEFAULT_CONFIG, Config
from orchestration.dagster_home.instance import dagster_home
from orchestration.environment import CONFIG_VARIABLE, NO_TELEMETRY
from warehouse.settings import SettingsError, load_settings

HOST = "127.0.0.1"
_LAST_PORT = 65_535


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog="Example:\n\n    scrm dev --config company --port 3001")(dev)


def dev(
    config: Config = DEFAULT_CONFIG,
    port: Annotated[
        int,
        typer.Option(min=1, max=_LAST_PORT, help=f"The UI is served at http://{HOST}:PORT; it must be free."),
    ] = 3000,
) -> None:
    """Serve Dagster's UI to this machine until Ctrl-C: assets, checks, runs, the sensor and the schedule."""
    settings = load_settings(config)
    _refuse_taken(port)
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
    typer.echo(f"In a browser, once it has started: http://{HOST}:{port}   Ctrl-C ends it.")
    arguments = ["dev", "-m", "orchestration.definitions", "--host", HOST, "--port", str(port)]
    os.execve(program, ["dagster", *arguments], environment)  # noqa: S606 – no shell is wanted


def _refuse_taken(port: int) -> None:
    """Raise SettingsError where the port is taken: Dagster would say so only after all else has started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise SettingsError(
                f"port {port} of {HOST} cannot be used ({error.strerror}); another 'scrm dev' may be running. "
                f"Name another: scrm dev --port {port % _LAST_PORT + 1}"
            ) from error
