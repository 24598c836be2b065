"""`scrm tables`: the canonical tables that sources fill, column by column, for whoever maps a file of their own.

Must not live here: what a column means (warehouse/canonical/tables/).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from orchestration.commands.options import AsJson, print_json
from warehouse.settings import SettingsError

if TYPE_CHECKING:
    from warehouse.canonical.register import CanonicalTable


def add_to(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(
        epilog="Examples:\n\n    scrm tables\n\n    scrm tables orders\n\n    scrm tables orders --json"
    )(tables)


def tables(
    name: Annotated[str | None, typer.Argument(help="The table whose columns are listed.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the tables of the warehouse that a source can fill, or the columns of one: for format 'table'."""
    from ingestion.containers.header import nearest
    from warehouse.canonical.register import TABLES

    if name is not None and name not in TABLES:
        near = nearest(name, TABLES)
        hint = f"did you mean {near!r}? " if near else ""
        raise SettingsError(f"no canonical table is called {name!r}; {hint}known are {', '.join(TABLES)}")
    console = Console(emoji=False)
    shown = [TABLES[name]] if name else list(TABLES.values())
    if as_json:
        print_json({table.name: _columns(table) for table in shown})
    elif name:
        console.print(_columns_shown(shown[0]), highlight=False)
    else:
        grid = Table.grid(padding=(0, 2))
        for table in shown:
            grid.add_row(f"[bold]{table.name}[/]", table.description)
        console.print(grid, highlight=False)
        console.print("\n'scrm tables NAME' lists the columns of one.", highlight=False)


def _columns(table: CanonicalTable) -> list[dict[str, str | bool]]:
    columns: list[dict[str, str | bool]] = [
        {"column": c.name, "kind": c.word, "meaning": c.meaning, "is_needed": _is_needed(table, c.name)}
        for c in table.columns
    ]
    return [
        *columns,
        {"column": "observed_at", "kind": "time", "meaning": _observed(table), "is_needed": False},
    ]


def _observed(table: CanonicalTable) -> str:
    description = table.schema.field("observed_at").metadata[b"description"].decode()
    return f"{description}; may be mapped in every table"


def _is_needed(table: CanonicalTable, column: str) -> bool:
    """Whether a map must give the column: not where the key is made of the row itself, if need be."""
    return column in table.required and column != table.own_key


def _columns_shown(table: CanonicalTable) -> Table:
    shown = Table(box=None, padding=(0, 2), title=table.description, title_justify="left")
    for heading in ("column", "kind", "meaning"):
        shown.add_column(heading)
    for column in table.columns:
        needed = _is_needed(table, column.name)
        shown.add_row(f"[bold]{column.name}[/]{' *' if needed else ''}", column.word, column.meaning)
    shown.add_row("[bold]observed_at[/]", "time", _observed(table))
    shown.caption = "* must be mapped or given under 'constants'. " + (
        f"Without {table.own_key} each different row is one." if table.own_key else ""
    )
    shown.caption_justify = "left"
    return shown
