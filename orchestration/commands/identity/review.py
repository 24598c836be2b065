"""`scrm review`: pairs out to reviewers as a sheet, their decisions back in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands.identity.links import Refused, asked_links
from orchestration.commands.options import DEFAULT_CONFIG, AsJson, Config, print_json
from orchestration.running.lock import exclusive
from warehouse.lake import Home
from warehouse.settings import load_settings

_EXPORT = """\
Examples:

    scrm review export --limit 50 --out review.csv

    scrm review export --limit 0 --audit 400 --out audit.csv

Audit rows are drawn at random over all pairs, accepted ones included, and show no probability: from them alone
come calibration, precision and recall. Fill in decision (match, no_match, unsure), reviewer and reason.
"""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(help="Ask people about doubtful links, and take their word.", no_args_is_help=True)
    group.command(name="list", epilog="Example:\n\n    scrm review list --limit 5")(list_)
    group.command(epilog=_EXPORT)(export)
    group.command(name="import", epilog="Example:\n\n    scrm review import review.csv && scrm run")(import_)
    app.add_typer(group, name="review")


def list_(
    limit: Annotated[int, typer.Option(min=1, help="Pairs to show, the most informative first.")] = 20,
    refused: Refused = False,
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """List pairs that wait for a decision: ids, probability, and why they are asked about; no names."""
    from warehouse.identity.review.waiting import waiting_pairs

    home = Home(load_settings(config).home)
    with asked_links(home, refused) as links:
        pairs = waiting_pairs(links, limit)
    if as_json:
        print_json(pairs)
        return
    for pair in pairs:
        probability = pair["pair_probability"]
        likely = "by rule" if probability is None else f"{probability:.3f}"
        typer.echo(
            f"{likely}  {pair['left_persona_id']}  {pair['right_persona_id']}  {pair['rule'] or pair['reason']}"
        )
    if not pairs:
        typer.echo("No pair waits.")


def export(
    out: Annotated[Path, typer.Option(help="Sheet to write (CSV, readable by you alone).")] = Path(
        "review.csv"
    ),
    limit: Annotated[int, typer.Option(min=0, help="Pairs of the queue, the most informative first.")] = 100,
    audit: Annotated[int, typer.Option(min=0, help="Pairs to draw at random for the audit.")] = 0,
    again: Annotated[
        bool, typer.Option("--again", help="Audit pairs drawn before that nobody answered, too.")
    ] = False,
    refused: Refused = False,
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Write pairs that wait for a decision, two personas side by side, to a sheet. It holds people's data."""
    from warehouse.identity.review.sheet import export_sheet

    home = Home(load_settings(config).home)
    with exclusive(home.root, "review export"), asked_links(home, refused) as links:
        sheet = export_sheet(home, links, out, limit=limit, audit=audit, again=again)
    if as_json:
        print_json(sheet)
        return
    typer.echo(
        f"{sheet.path}: {sheet.queued:,} of {sheet.waiting:,} pairs that wait, {sheet.audited:,} for the audit. "
        f"Fill in decision, reviewer and reason, then: scrm review import {sheet.path}"
        f"{' --refused' if refused else ''}"
    )


def import_(
    file: Annotated[Path, typer.Argument(help="The reviewed sheet.")],
    reviewer: Annotated[str | None, typer.Option(help="Who decided, where a row does not say.")] = None,
    refused: Refused = False,
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Take the decisions of a reviewed sheet. All of it or, if one row is wrong, nothing."""
    from warehouse.identity.review.sheet_import import import_sheet

    home = Home(load_settings(config).home)
    with exclusive(home.root, "review import"), asked_links(home, refused) as links:
        done = import_sheet(home, links, file, datetime.now(UTC), reviewer)
    if as_json:
        print_json(done)
        return
    decided = ", ".join(f"{count:,} {verdict}" for verdict, count in done.decided.items())
    typer.echo(
        f"{decided} ({done.of_audit:,} of the audit); {done.unchanged:,} said so before, {done.empty:,} left "
        "empty. They take effect with: scrm run"
    )
