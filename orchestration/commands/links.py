"""The links that a command asks about: those that serve, or those of a refused run; in the latter case it says so.

Must not live here: how they are opened (warehouse/identity/opened.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from warehouse.lake import Home

if TYPE_CHECKING:
    from warehouse.identity.opened import OpenLinks

Refused = Annotated[
    bool,
    typer.Option(
        "--refused",
        help="Ask about the links of the last run, which a check refused; so it is, too, while nothing is "
        "published.",
    ),
]


@contextmanager
def asked_links(home: Home, refused: bool) -> Iterator[OpenLinks]:
    """Open the links; where they are of a refused run, say so on stderr. Raises as open_links does."""
    from warehouse.identity.opened import RefusedLinks, open_links

    with open_links(home, refused=refused) as links:
        if isinstance(links, RefusedLinks):
            typer.secho(f"Not published: links of {links.whose}.", err=True, fg="yellow")
        yield links
