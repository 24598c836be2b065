"""`scrm accept`: lets the next publication pass in spite of one check."""

from __future__ import annotations

import difflib
import getpass
from datetime import UTC, datetime
from typing import Annotated

import typer

from orchestration.commands.options import DEFAULT_CONFIG, AsJson, Config, config_option, print_json
from orchestration.running.lock import exclusive
from quality.check import LAYERS, Check
from quality.suites import checks_of
from warehouse.lake import Home
from warehouse.publication.acceptances import record_acceptance
from warehouse.settings import Settings, load_settings

_EXAMPLES = """\
A run that was refused says what to type. Only what measures volume, drift, shares and missing sources can be
accepted; keys, contracts, formulas, small cells and identifiers in marts never are.

Examples:

    scrm accept landed.files.lost_sources --reason "the forum was closed in May"
"""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog=_EXAMPLES)(accept)


def accept(
    check: Annotated[
        str, typer.Argument(metavar="CHECK", help="Name of the check, as the refused run shows it.")
    ],
    reason: Annotated[str, typer.Option(help="Why; shown with the publication, and kept in the ledger.")],
    by: Annotated[str | None, typer.Option(help="Who says so.", show_default="who is logged in")] = None,
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Let the next publication pass in spite of one check. It holds for that publication alone."""
    settings = load_settings(config)
    refuse_unacceptable(check, settings)
    if not reason.strip():
        raise typer.BadParameter(
            "is empty; say why the figures may be published all the same", param_hint="--reason"
        )
    home = Home(settings.home)
    who = by or _logged_in()
    with exclusive(home.root, "accept"):
        said = record_acceptance(home, check, by=who, reason=reason.strip(), now=datetime.now(UTC))
    if as_json:
        print_json({"check": check, "accepted": said})
        return
    typer.echo(
        f"{check} is accepted by {said.by} for the next publication, and for that one alone. "
        f"Next: scrm run{config_option(settings.path)}"
    )


def refuse_unacceptable(name: str, settings: Settings) -> None:
    """Raise typer.BadParameter where no check has that name, or nobody may accept it."""
    checks = {check.name: check for layer in LAYERS for check in checks_of(layer, settings)}
    if name not in checks:
        critical = [each for each, check in checks.items() if check.is_critical]
        close = difflib.get_close_matches(name, critical, n=1) or difflib.get_close_matches(name, checks, n=1)
        hint = (
            f"did you mean {close[0]!r}?" if close else "a refused run shows the names (scrm audit refused)."
        )
        raise typer.BadParameter(
            f"{name!r} is no check that can be accepted; {hint} What dbt tests (keys, contracts, sums) never can.",
            param_hint="CHECK",
        )
    if not checks[name].is_acceptable:
        raise typer.BadParameter(_why_not(checks[name]), param_hint="CHECK")


def _logged_in() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:  # no such user on this machine, as in some containers
        raise typer.BadParameter(
            "who is logged in is not known here; say who accepts", param_hint="--by"
        ) from error


def _why_not(check: Check) -> str:
    if not check.is_critical:
        return (
            f"{check.name!r} is a warning: it keeps nothing from being published, there is nothing to accept"
        )
    return (
        f"{check.name!r} can never be accepted: {check.sentence} Only what measures volume, drift, shares and "
        "missing sources can"
    )
