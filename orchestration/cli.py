"""`scrm`: the command line. Names the commands and turns errors into a sentence and an exit code.

Must not live here: what a command does (commands/).
"""

from __future__ import annotations

import sys
import traceback
from typing import Any

import typer
from typer.core import TyperGroup

from orchestration.commands import (
    accept,
    audit,
    development,
    project,
    publications,
    run,
    sample,
    tables,
    withdraw,
)
from orchestration.commands.identity import explain, measuring, review, unmerge
from orchestration.console.report import ExitCode

# Errors that speak for themselves, by name: importing what raises them would cost every command seconds.
_EXPECTED = {
    ExitCode.CONFIGURATION: {
        "SettingsError",
        "UnknownFormat",
        "SourceInvalid",
        "ModelError",
        "UnknownLimit",
        "OwnChecksError",
        "NothingToCompare",
        "NoSuchPublication",
        "NothingPublished",
        "NothingRefused",
        "CannotAudit",
        "NoSuchPersona",
        "SheetInvalid",
        "CannotUnmerge",
        "CannotWithdraw",
    },
    ExitCode.REFUSED: {"LedgerBroken"},
    ExitCode.BUSY: {"HomeBusy", "LandingBusy"},
}


class SaysWhatIsWrong(TyperGroup):
    """Prints errors as a sentence with a next step; the traceback only with --debug."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            typer.secho("Stopped.", err=True)
            sys.exit(int(ExitCode.STOPPED))
        except Exception as error:
            if type(error).__module__.startswith(("typer", "click")):  # exits, and what they print themselves
                raise
            code = _exit_code(error)
            if ctx.params.get("debug"):
                traceback.print_exc()
            typer.secho(_sentence(error, code), err=True, fg="red")
            sys.exit(int(code))


def _exit_code(error: Exception) -> ExitCode:
    names = {kind.__name__ for kind in type(error).__mro__}
    return next((code for code, known in _EXPECTED.items() if known & names), ExitCode.BROKEN)


def _sentence(error: Exception, code: ExitCode) -> str:
    if code is not ExitCode.BROKEN:
        return str(error)
    return f"{type(error).__name__}: {error}\n'scrm --debug …' shows where it happened."


app = typer.Typer(
    cls=SaysWhatIsWrong,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="""What customers do on social networks, joined with what the CRM knows of them.

First steps: `scrm demo` shows it on a made-up company; `scrm init`, `scrm check`, `scrm run` on yours.""",
)


@app.callback()
def _options(
    debug: bool = typer.Option(False, "--debug", help="Show where an error happened."),
) -> None:
    """Options of every command; `debug` is read by SaysWhatIsWrong."""


for group in (
    *(run, project, tables, sample, accept, publications, audit, withdraw),
    *(measuring, review, explain, unmerge, development),
):
    group.add_to(app)

if __name__ == "__main__":
    app()
