"""What a run would publish, on the terminal: months, segmentations, networks, marts without figures.

Must not live here: how it is foretold (configuration/forecast.py).
"""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from orchestration.configuration.forecast import Forecast


def print_forecast(forecast: Forecast, console: Console) -> None:
    """Print what a run would publish of what was looked at."""
    console.print("\n[bold]A run would publish[/], as far as the beginnings of the files tell")
    grid = Table.grid(padding=(0, 2))
    grid.add_row("  Months", _months(forecast))
    grid.add_row("  Segmentations", escape("\n".join(_segmentations(forecast))))
    for network in forecast.networks:
        seen = ", ".join(network.observed) or "nothing"
        lacks = f"; not observed: {', '.join(network.not_observed)}" if network.not_observed else ""
        grid.add_row(
            f"  {escape(network.network)}", f"{seen}{_days(network.first_on, network.last_on)}{lacks}"
        )
    if not forecast.networks:
        grid.add_row("  Networks", "none")
    for reason, marts in _by_reason(forecast).items():
        grid.add_row("  No figures", f"{escape(reason)}: {', '.join(marts)}")
    console.print(grid, highlight=False)


def _months(forecast: Forecast) -> str:
    if forecast.until_is_fixed:
        return f"{forecast.months}, up to the last that was over on {forecast.until} (as_of)"
    if forecast.until is None:
        return "none: nothing that was looked at has a date"
    return f"{forecast.months}, up to the last over when things happened last ({forecast.until}, or later)"


def _segmentations(forecast: Forecast) -> list[str]:
    return [f"{each.name}: {each.lacks}" if each.lacks else each.name for each in forecast.segmentations]


def _days(first: dt.date | None, last: dt.date | None) -> str:
    return "" if first is None else f", {first} to {last}"


def _by_reason(forecast: Forecast) -> dict[str, list[str]]:
    marts = sorted(forecast.empty_marts.items(), key=lambda item: (item[1], item[0]))
    return {reason: [name for name, _ in group] for reason, group in groupby(marts, key=lambda item: item[1])}
