"""`scrm status` and `scrm runs`: what serves, what waits, and how the last runs ended.

Must not live here: how any of it is found out (warehouse/, orchestration/running/, orchestration/dagster_home/).
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from orchestration.commands.options import (
    DEFAULT_CONFIG,
    AsJson,
    Config,
    config_option,
    print_columns,
    print_json,
)
from warehouse.lake import Home
from warehouse.publication.publications import current_publication
from warehouse.publication.refusals import list_refusals
from warehouse.settings import Settings, load_settings


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog="Examples:\n\n    scrm status\n\n    scrm status --json")(status)
    app.command(epilog="Examples:\n\n    scrm runs --limit 5\n\n    scrm runs --json")(runs)


def status(config: Config = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Say what serves and since when, whether files wait or a run is going on, and what was refused since."""
    settings = load_settings(config)
    found = _standing(settings)
    if as_json:
        print_json(found)
        return
    serves = found["publication"]
    for sentence in (
        f"{serves['publication_id']} serves, published at {serves['published_at']}: {serves['path']}"
        if serves
        else "Nothing is published yet.",
        f"Last day counted: {serves['as_of']}." if serves and serves["as_of"] else "",
        f"Run {found['running']} is going on." if found["running"] else "",
        f"Files that are new, or touched since they were read: {found['files_waiting']:,}."
        if found["files_waiting"]
        else "",
        *(f"{each['source']}: {each['reason']}" for each in found["files_unreadable"]),
        *(f"Refused since: {each.sentence}" for each in found["refused_since"]),
        f"Next: scrm run{config_option(settings.path)}" if found["files_waiting"] or not serves else "",
    ):
        if sentence:
            typer.echo(sentence)


def _standing(settings: Settings) -> dict[str, Any]:
    from orchestration.running.arrivals import unread_files, unreadable_files
    from orchestration.running.lock import holder

    home = Home(settings.home)
    serving = current_publication(home)
    return {
        "home": home.root,
        "publication": None
        if serving is None
        else {
            "publication_id": serving.publication_id,
            "published_at": serving.published_at,
            "path": home.current,
            "as_of": serving.manifest["run"].get("coverage", {}).get("as_of"),
            "warnings": len(serving.manifest["checks"]["warnings"]),
        },
        "running": holder(home.root),
        "files_waiting": sum(1 for _ in unread_files(settings)),
        "files_unreadable": [
            {"source": each["source"], "file": each["file_name"], "reason": each["reason"]}
            for each in unreadable_files(settings)
        ],
        "refused_since": list_refusals(home, since_publication=True),
    }


def runs(
    limit: Annotated[int, typer.Option(min=1, help="So many, the newest first.")] = 20,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """List the last runs of every job, by whomever they were started, and how each ended."""
    from orchestration.dagster_home.history import last_runs

    settings = load_settings(config)
    found = last_runs(settings, limit)
    if as_json:
        print_json(found)
        return
    if not found:
        typer.echo("No run is in the history. Next: scrm run")
        return
    print_columns(
        ("run", "job", "outcome", "began", "seconds"),
        [
            (
                *(each.run_id, each.job, each.outcome),
                "" if each.began is None else f"{each.began:%Y-%m-%d %H:%M} UTC",
                "" if each.seconds is None else f"{each.seconds:,.0f}",
            )
            for each in found
        ],
    )
