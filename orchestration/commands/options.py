"""Options that several commands share."""

from __future__ import annotations

import datetime as dt
import json
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from warehouse.settings import CONFIG_NAME

Config = Annotated[
    Path,
    typer.Option("--config", "-c", envvar="SCRM_CONFIG", help="The scrm.yml, or the folder that holds it."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for scripts.")]
DEFAULT_CONFIG = Path(CONFIG_NAME)


def print_json(value: Any) -> None:
    """Print a result for scripts: records as objects, times as ISO 8601."""
    print(json.dumps(value, indent=2, ensure_ascii=False, default=_plain))


def print_columns(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table whose cells are never cut or broken, whatever the terminal's width: ids are to be copied."""
    lines = [headings, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    return str(value)


def config_option(path: Path) -> str:
    """The option, with a space before it, that a command to be typed here needs; none for the default."""
    return "" if path.resolve() == DEFAULT_CONFIG.resolve() else f" --config {shlex.quote(str(path))}"
