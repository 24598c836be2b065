"""`scrm dashboard`: the published figures in a browser, on this machine alone."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from orchestration.commands.options import DEFAULT_CONFIG, Config
from orchestration.running.lock import exclusive
from warehouse.lake import Home
from warehouse.settings import load_settings

_EXAMPLES = """\
Examples:

    scrm dashboard

    scrm dashboard --port 8600 --no-open --config company
"""


def add_to(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(epilog=_EXAMPLES)(dashboard)


def _has_screen() -> bool:
    """Whether a browser has somewhere to open; one in the terminal would keep the dashboard from starting."""
    on_linux = sys.platform.startswith("linux")
    return not on_linux or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def dashboard(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes any that is free.")] = 8600,
    open_: Annotated[bool, typer.Option("--open/--no-open", help="Open it in the browser.")] = True,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Show what is published: segments, customers, trust, and the links that wait for a reviewer. Ctrl-C ends it.

    It follows new publications by itself, and answers this machine alone.
    """
    from warehouse.dashboard.serve import serve

    settings = load_settings(config)
    home = Home(settings.home)

    @contextmanager
    def alone() -> Iterator[None]:
        with exclusive(home.root, "a review in the dashboard"):
            yield

    def ready(address: str) -> None:
        typer.echo(
            f"{address}\nCtrl-C ends it. The key in the address is new with each start; keep it to yourself."
        )
        if open_ and _has_screen():
            webbrowser.open(address)

    serve(home, settings.brand.name, alone, port, ready)
