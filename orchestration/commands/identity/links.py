"""The links that a command asks about: those that serve, or those of a refused run; in the latter case it says so.

Must not live here: how they are opened (warehouse/identity/review/links_at_hand.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from quality.results import read_results
from warehouse.lake import Home
from warehouse.publication.refusals import last_refusal

if TYPE_CHECKING:
    from warehouse.identity.review.links_at_hand import OpenLinks

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
    from warehouse.identity.review.links_at_hand import RefusedLinks, open_links

    with open_links(home, refused=refused, named=_named_by_checks(home)) as links:
        if isinstance(links, RefusedLinks):
            typer.secho(f"Not published: links of {links.whose}.", err=True, fg="yellow")
        yield links


def _named_by_checks(home: Home) -> set[str]:
    """Whom the checks found that refused the last run, the first of each: MD5 of persons and personas."""
    refusal = last_refusal(home)
    if refusal is None:
        return set()
    rows = [
        row for result in read_results(home.build(refusal.run_id)) if result.blocks for row in result.sample
    ]
    return {row[name] for row in rows for name in ("person_md5", "persona_md5") if name in row}
