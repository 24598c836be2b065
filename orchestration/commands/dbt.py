"""`scrm dbt`: dbt on what serves, publishing nothing.

Must not live here: where it works (warehouse/builds/workbench.py), how dbt is called (orchestration/dbt/).
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.commands.options import DEFAULT_CONFIG, Config, config_option
from warehouse.errors import ExitCode, ScrmError
from warehouse.lake import Home
from warehouse.settings import MODELS_NAME, Settings, load_settings

if TYPE_CHECKING:
    from pathlib import Path

    from orchestration.dbt.in_process import Dbt

_COMMANDS = {
    "build": "builds models and runs their tests, unit tests included",
    "run": "builds models",
    "test": "runs tests and unit tests",
    "show": "shows rows of a model, or of --inline SQL",
    "compile": "prints the SQL of a model",
    "ls": "lists models, tests, metrics",
    "docs": "writes dbt's pages",
    "own": "builds the models of `models/` beside scrm.yml, and says what a run would make of each",
}
_EVERYTHING = ["build", "--exclude-resource-type", "test", "unit_test", "--quiet"]
_NEED_TABLES = ("run", "test", "show", "build", "own")  # what needs tables of the warehouse
_EPILOG = """\
What stands after the command goes to dbt as it is: --select, --exclude, --limit, --inline, --output …

It works on a build of its own (`workbench` in the home folder), made of the publication that serves: its inputs,
its links, and the lake as it is now. The first command builds every table there, later ones what they select. The
next publication and `scrm withdraw` remove it.

Exit codes: 0 all well · 1 a model or a test failed · 2 no such command, or nothing is published yet · 4 a run is
going on.

Examples:

    scrm dbt build --select segment_size

    scrm dbt show --select segment_presence --limit 20

    scrm dbt show --inline "select segment, customers from {{ ref('segment_size') }}"

    scrm dbt test --select marts

    scrm dbt own

    scrm dbt own show --select my_mart

    scrm dbt docs
"""


class NotADbtCommand(ScrmError):
    """`scrm dbt` knows no such command, or dbt could not begin."""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    passed_on = {"allow_extra_args": True, "ignore_unknown_options": True, "allow_interspersed_args": False}
    app.command(context_settings=passed_on, epilog=_EPILOG)(dbt)


def dbt(
    context: typer.Context,
    command: Annotated[
        str, typer.Argument(help="; ".join(f"**{name}** {said}" for name, said in _COMMANDS.items()))
    ],
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Run dbt on the publication that serves: build, test, look at a model. Nothing is published."""
    _refuse_other(command)
    from orchestration.dbt.in_process import Dbt, DbtBroken
    from orchestration.running.lock import exclusive
    from warehouse.builds.workbench import open_workbench

    settings = load_settings(config)
    home, options = Home(settings.home), config_option(settings.path)
    with exclusive(home.root, "dbt"):
        bench = open_workbench(home, options)
        project = Dbt.of(settings)
        try:
            if command in _NEED_TABLES:
                _build_everything_once(project, bench, options)
            if command == "own":
                is_well = _own(settings, bench, context.args)
            elif command == "docs":
                typer.echo(f"Open {project.write_docs(bench) / 'index.html'}")
                is_well = True
            else:
                is_well = project.command(bench, [command, *context.args], bench)
        except DbtBroken as error:
            raise NotADbtCommand(
                str(error), next_step=f"What dbt knows: scrm dbt{options} COMMAND --help"
            ) from error
    raise typer.Exit(int(ExitCode.DONE if is_well else ExitCode.REFUSED))


def _build_everything_once(project: Dbt, bench: Path, options: str) -> None:
    from warehouse.builds.workbench import is_built, mark_as_built

    if is_built(bench):
        return
    typer.echo("The first command builds every table; later ones what they select.", err=True)
    if not project.command(bench, _EVERYTHING, bench):
        typer.echo(
            "Not every table could be built, for the reasons above. Mend the models named there, then: "
            f"scrm dbt{options} build --select MODEL+",
            err=True,
        )
    mark_as_built(bench)


def _own(settings: Settings, bench: Path, arguments: list[str]) -> bool:
    """Build the company's own models, and say what a run would make of each; or let dbt do what is asked."""
    from orchestration.dbt.own_models import build_own_models, prepare
    from warehouse.own_models.outcome import own_files

    if not own_files(settings):
        raise NotADbtCommand(
            f"{settings.folder / MODELS_NAME} holds no models.",
            next_step="A model is a file such as models/my_mart.sql: select … from {{ ref('segment_size') }}",
        )
    if arguments:
        project, problems = prepare(settings)
        for file, problem in problems.items():
            typer.echo(f"{file} is left out: {problem}", err=True)
        return project is not None and project.command(bench, arguments, bench)
    models = build_own_models(settings, bench, lambda *_: None)
    for model in models:
        typer.echo(model.sentence if model.problem else f"{model.schema}.{model.name} would be published")
    return not any(model.problem for model in models)


def _refuse_other(command: str) -> None:
    if command in _COMMANDS:
        return
    near = difflib.get_close_matches(command, _COMMANDS, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(_COMMANDS)}."
    raise NotADbtCommand(
        f"scrm dbt has no command {command!r}; {hint}",
        next_step="For example: scrm dbt show --select segment_presence",
    )
