"""Options that several commands share."""

from __future__ import annotations

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
