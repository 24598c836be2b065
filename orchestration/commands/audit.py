"""`scrm audit`: what an auditor asks: is it as it was written, which file is it, what was refused.

Must not live here: how any of it is found out (warehouse/).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from ingestion.lake.guard import faults_of
from ingestion.landing import LEDGER_KIND
from orchestration.commands.options import DEFAULT_CONFIG, AsJson, Config, config_option, print_json
from orchestration.running.lock import exclusive
from warehouse.builds.file_names import files_behind
from warehouse.errors import ExitCode
from warehouse.lake import Home
from warehouse.ledger import Ledger
from warehouse.publication.ledger_proof import begin_ledger as begin
from warehouse.publication.ledger_proof import problem_of
from warehouse.publication.publications import find_publication, list_publications
from warehouse.publication.refusals import list_refusals
from warehouse.publication.verify import verify as find_problems
from warehouse.settings import load_settings

_VERIFY = """\
Exit codes: 0 nothing was altered · 1 something was, one sentence each · 2 no such publication.

Examples:

    scrm audit verify

    scrm audit verify 3f0c6d1e --json
"""


_BEGIN = """\
Exit codes: 0 begun · 2 the ledger is whole, or no reason was given · 4 a run is going on.

Example:

    scrm audit begin-ledger --reason "the disk was lost, and no copy of the ledger is left"
"""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(
        no_args_is_help=True,
        help="Prove that nothing was altered, find the file behind a masked name, list refused runs.",
    )
    group.command(epilog=_VERIFY)(verify)
    group.command(epilog="Examples:\n\n    scrm audit file 0a1b2c3d4e5f-2026-07-01.xml")(file)
    group.command(epilog="Example:\n\n    scrm audit refused --json")(refused)
    group.command(epilog=_BEGIN)(begin_ledger)
    app.add_typer(group, name="audit")


def verify(
    publication: Annotated[
        str | None, typer.Argument(help="Id of one publication, or its beginning; without it, all.")
    ] = None,
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Prove, offline, that ledger, lake, quarantine and publications are as they were written."""
    home = Home(load_settings(config).home)
    asked = _asked(home, publication)
    problems = find_problems(home, asked)
    parts = 0
    if asked is None and problem_of(home) is None:
        faults, parts = faults_of(home)
        problems += [
            f"{home.root}: {sentence}; the next run mends it, or says that it cannot" for sentence in faults
        ]
    checked = [asked] if asked else [p.publication_id for p in list_publications(home)]
    if as_json:
        print_json(
            {"is_unaltered": not problems, "problems": problems, "publications": checked, "parts": parts}
        )
    else:
        for sentence in problems:
            typer.secho(sentence, fg="red")
    if problems:
        typer.echo(_next_step(home, asked), err=True)
        raise typer.Exit(int(ExitCode.REFUSED))
    if not as_json:
        entries = sum(1 for _ in Ledger(home.ledger).entries())
        lake = "" if asked else f", {parts:,} files of lake and quarantine"
        whole = ", ".join(checked) or "no publication"
        typer.echo(f"Nothing was altered: {entries:,} lines of the ledger{lake}, and every file of {whole}.")


def _asked(home: Home, words: str | None) -> str | None:
    """Return the whole id of the publication that is meant; a damaged one has no name but its folder's."""
    if words is None or (home.published / words).is_dir():
        return words
    return find_publication(home, words).publication_id


def _next_step(home: Home, publication: str | None) -> str:
    """Say what to do where something was altered."""
    if problem_of(home) is not None:
        return (
            "Restore the ledger from a copy (scrm restore); where there is none, begin a new one: "
            "scrm audit begin-ledger --reason TEXT"
        )
    if find_problems(home, publication):
        return (
            "Do not use an altered publication: let an earlier one serve (scrm rollback), or take its folder away "
            "and publish anew (scrm run)."
        )
    return "Next: scrm run"


def begin_ledger(
    reason: Annotated[str, typer.Option(help="Why there is no copy to restore; kept in the new ledger.")],
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Begin a new ledger where the old one is lost or altered; all files land anew with the next run."""
    settings = load_settings(config)
    home = Home(settings.home)
    if not reason.strip():
        raise typer.BadParameter("say why, in a few words", param_hint="--reason")
    with exclusive(home.root, "begin-ledger"):
        if problem_of(home) is None:
            raise typer.BadParameter(
                f"the ledger in {home.ledger} is whole, and holds all that publications say of it; a new one "
                "would forget withdrawals, refusals and every landed file",
                param_hint="scrm audit begin-ledger",
            )
        aside = begin(home, reason.strip(), datetime.now(UTC))
    typer.echo(
        f"A new ledger is begun. What was there of the old one, with lake and quarantine, lies in {aside}, and is "
        f"not read. Next: scrm run{config_option(settings.path)}"
    )


def file(
    mask: Annotated[
        str, typer.Argument(help="Name as marts, manifest and reports show it, or its beginning.")
    ],
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Name the source file behind a masked name. Exit codes: 0 found · 2 the ledger knows no such file."""
    home = Home(load_settings(config).home)
    found = files_behind(Ledger(home.ledger).entries(LEDGER_KIND), mask)
    if not found:
        raise typer.BadParameter(
            f"no file in the ledger, or more than one, is shown as {mask!r}; give the whole of it, as in "
            "reconciliation.file_name",
            param_hint="MASK",
        )
    if as_json:
        print_json(found)
        return
    for each in found:
        typer.echo(f"{each.source}: {each.file_name}  {each.outcome}  SHA-256 {each.sha256 or 'never read'}")


def refused(config: Config = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """List the runs that were not published because critical checks failed, and those checks."""
    refusals = list_refusals(Home(load_settings(config).home))
    if as_json:
        print_json(refusals)
        return
    for each in refusals:
        typer.echo(each.sentence)
    if not refusals:
        typer.echo("No run was refused.")
