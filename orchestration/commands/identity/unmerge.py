"""`scrm unmerge`: takes personas out of the person they are in, for good."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from orchestration.commands.identity.links import Refused, asked_links
from orchestration.commands.options import DEFAULT_CONFIG, AsJson, Config, print_json
from orchestration.running.lock import exclusive
from warehouse.lake import Home
from warehouse.settings import load_settings

_EXAMPLES = """\
Examples:

    scrm unmerge x:jdoe --reviewer ann --reason "another Jane Doe"

    scrm unmerge contact:003… profile:forum:17 --reviewer ann --reason "father and son"   (the two stay together)
"""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog=_EXAMPLES)(unmerge)


def unmerge(
    personas: Annotated[list[str], typer.Argument(help="Who leaves: ids, or names as for scrm explain.")],
    reviewer: Annotated[str, typer.Option(help="Who says so.")],
    reason: Annotated[str, typer.Option(help="Why; kept with the decision.")],
    person: Annotated[
        str | None, typer.Option("--from", help="The person they leave; refused if they are in another.")
    ] = None,
    refused: Refused = False,
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Take personas out of their person. They stay together, and never come back to those who remain.

    A reviewer wins over the model and over a merge in the CRM. Takes effect on the next run; the old id stays
    with whoever keeps most of the person, and the history records the split.
    """
    from warehouse.identity.explain.lookup import find_person, find_persona
    from warehouse.identity.review.unmerge import unmerge as take_out

    home = Home(load_settings(config).home)
    with exclusive(home.root, "unmerge"), asked_links(home, refused) as links:
        done = take_out(
            home,
            links,
            [find_persona(links, words) for words in personas],
            reviewer=reviewer,
            reason=reason,
            now=datetime.now(UTC),
            person_id=None if person is None else find_person(links, person) or person,
        )
    if as_json:
        print_json(done)
        return
    typer.echo(
        f"{', '.join(done.taken_out)} will leave {done.person_id}; personas that remain: "
        f"{', '.join(done.remaining[:5])}{' …' if len(done.remaining) > 5 else ''}. Next: scrm run"
    )
