"""Options that several commands share."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from warehouse.settings import CONFIG_NAME

Config = Annotated[
    Path,
    typer.Option("--config", "-c", envvar="SCRM_CONFIG", help="The scrm.yml, or the folder that holds it."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for scripts.")]
DEFAULT_CONFIG = Path(CONFIG_NAME)


def config_option(path: Path) -> str:
    """The option, with a space before it, that a command to be typed here needs; none for the default."""
    return "" if path.resolve() == DEFAULT_CONFIG.resolve() else f" --config {shlex.quote(str(path))}"
