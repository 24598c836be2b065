"""`scrm publications` and `scrm rollback`: what is published, and back to an earlier one."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.commands.options import DEFAULT_CONFIG, AsJson, Config, print_columns, print_json
from orchestration.running.lock import exclusive
from warehouse.lake import Home
from warehouse.publication.publications import Publication, damaged_publications, list_publications
from warehouse.publication.refusals import list_refusals
from warehouse.publication.switch import rollback as roll_back
from warehouse.settings import load_settings


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog="Examples:\n\n    scrm publications\n\n    scrm publications --json")(publications)
    app.command(epilog="Examples:\n\n    scrm rollback\n\n    scrm rollback 3f0c6d1e")(rollback)


def publications(config: Config = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """List the publications that are kept, newest first, and which of them serves."""
    home = Home(load_settings(config).home)
    kept = list_publications(home)
    for sentence in damaged_publications(home):
        typer.secho(sentence, err=True, fg="yellow")
    for refusal in list_refusals(home, since_publication=True):
        typer.secho(f"Refused since the last publication: {refusal.sentence}", err=True, fg="yellow")
    if as_json:
        print_json([_plain(each) for each in kept])
        return
    if not kept:
        typer.echo("Nothing is published yet. Next: scrm run")
        return
    print_columns(
        ("", "publication", "published at", "rows", "warnings"),
        [
            (
                "serves" if each.is_current else "",
                each.publication_id,
                f"{each.published_at[:19].replace('T', ' ')} UTC",
                f"{sum(table['rows'] for table in each.manifest['tables']):,}",
                str(len(each.manifest["checks"]["warnings"])),
            )
            for each in kept
        ],
    )


def rollback(
    publication: Annotated[
        str | None,
        typer.Argument(
            help="Id of the publication, or its beginning; without one, the newest before the current."
        ),
    ] = None,
    with_withdrawn: Annotated[
        bool, typer.Option("--with-withdrawn", help="Though it was made from files that are withdrawn since.")
    ] = False,
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Let an earlier publication serve again. Nothing is deleted; the next run with new data publishes."""
    home = Home(load_settings(config).home)
    with exclusive(home.root, "rollback"):
        serving = roll_back(home, publication, with_withdrawn=with_withdrawn)
    if as_json:
        print_json(_plain(serving))
        return
    typer.echo(f"{serving.publication_id}, published at {serving.published_at}, serves again: {home.current}")


def _plain(publication: Publication) -> dict[str, object]:
    return {
        "publication_id": publication.publication_id,
        "published_at": publication.published_at,
        "is_current": publication.is_current,
        "path": str(publication.path),
        "tables": publication.manifest["tables"],
        "checks": publication.manifest["checks"],
    }
