"""`scrm`: the command line. Names the commands and turns errors into a sentence and an exit code.

Must not live here: what a command does (commands/).
"""

from __future__ import annotations

import os
import sys
import traceback
from typing import Any

import typer
from typer.core import TyperGroup

from orchestration.commands import (
    accept,
    audit,
    dashboard,
    dbt,
    development,
    handbook,
    homes,
    project,
    publications,
    run,
    sample,
    status,
    tables,
    withdraw,
)
from orchestration.commands.identity import explain, measuring, review, unmerge
from warehouse.errors import ExitCode, ScrmError

_DEBUG = "'scrm --debug …' shows where it happened."


class SaysWhatIsWrong(TyperGroup):
    """Prints errors as a sentence with a next step; the traceback only with --debug."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run, and end in silence where nobody reads on: `scrm run --help | head -2`."""
        try:
            try:
                return super().main(*args, **kwargs)
            finally:
                sys.stdout.flush()
        except (BrokenPipeError, SystemExit) as ended:
            if not any(isinstance(each, BrokenPipeError) for each in (ended, ended.__context__)):
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left is flushed at exit
            sys.exit(int(ExitCode.NOBODY_READS))

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            typer.secho("Stopped.", err=True)
            sys.exit(int(ExitCode.STOPPED))
        except BrokenPipeError:  # main() ends it
            raise
        except Exception as error:
            if type(error).__module__.startswith(("typer", "click")):  # exits, and what they print themselves
                raise
            if ctx.params.get("debug"):
                traceback.print_exc()
            if not isinstance(error, ScrmError):
                typer.secho(f"{type(error).__name__}: {error}\n{_DEBUG}", err=True, fg="red")
                sys.exit(int(ExitCode.BROKEN))
            typer.secho(str(error), err=True, fg="red")
            sys.exit(int(error.exit_code))


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
    *(run, dashboard, project, status, tables, sample, accept, publications, audit, withdraw, homes),
    *(measuring, review, explain, unmerge, dbt, development, handbook),
):
    group.add_to(app)

if __name__ == "__main__":
    app()
