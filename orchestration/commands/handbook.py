"""`scrm handbook`: the guides, and the reference made from the code, on the terminal.

Must not live here: a page (orchestration/handbook/).
"""

from __future__ import annotations

import difflib
from typing import Annotated

import typer

from orchestration.commands.options import AsJson, print_json
from warehouse.settings import SettingsError

_EXAMPLES = """\
Examples:

    scrm handbook

    scrm handbook configuration

    scrm handbook schema > scrm.schema.json
"""


def add_to(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(epilog=_EXAMPLES)(handbook)


def handbook(
    page: Annotated[str | None, typer.Argument(help="The page to print; without it, all are listed.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the pages of the handbook, or print one: guides, how-tos, a reference of keys, tables and codes."""
    from orchestration.handbook import pages

    known = pages()
    if page is None and as_json:
        print_json(
            {name: {"title": _title(path.read_text("utf-8")), "path": path} for name, path in known.items()}
        )
    elif page is None:
        width = max(map(len, known))
        for name, path in known.items():
            typer.echo(f"{name.ljust(width)}  {_title(path.read_text('utf-8'))}")
        typer.echo("\n'scrm handbook PAGE' prints one.")
    elif page not in known:
        near = difflib.get_close_matches(page, known, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise SettingsError(f"the handbook has no page {page!r}; {hint}its pages are {', '.join(known)}")
    else:
        text = known[page].read_text("utf-8")
        if as_json:
            print_json({"page": page, "text": text})
        else:
            typer.echo(text, nl=False)


def _title(text: str) -> str:
    titles = (line.removeprefix("# ") for line in text.splitlines() if line.startswith("# "))
    return next(titles, "The JSON Schema of scrm.yml, from which editors complete")
