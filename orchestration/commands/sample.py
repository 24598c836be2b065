"""`scrm sample`: the made-up company, and the marts held against its truth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from orchestration.commands.options import AsJson, print_json
from warehouse.errors import ExitCode
from warehouse.settings import SettingsError, load_settings

if TYPE_CHECKING:
    from ingestion.sample import Noise
    from orchestration.commands.comparison import Compared, Comparison

_EXAMPLES = """\
Examples:

    scrm sample --scale 0.01 --seed 1 --out sample

    scrm sample --scale 0.1 --hard-class low --out uneven

    scrm sample compare --config sample/scrm.yml

    scrm review export --limit 0 --audit 1000 --out audit.csv --config sample && scrm sample review audit.csv &&
    scrm review import audit.csv --config sample && scrm run --config sample
"""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(
        help="Make up a company with exports in real formats, and a truth to hold marts against."
    )
    group.callback(invoke_without_command=True, epilog=_EXAMPLES)(sample)
    group.command(epilog="Example:\n\n    scrm sample compare --config sample")(compare)
    group.command(epilog="Example:\n\n    scrm sample review audit.csv --config sample")(review)
    app.add_typer(group, name="sample")


def sample(
    context: typer.Context,
    scale: Annotated[
        float, typer.Option(min=0.001, help="1 is 100,000 customers, 5 million activities.")
    ] = 0.01,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    out: Annotated[Path, typer.Option(help="Folder to write; must be new or empty.")] = Path("sample"),
    hard: Annotated[bool, typer.Option("--hard", help="Dirtier data: linking finds less.")] = False,
    hard_class: Annotated[
        list[str] | None,
        typer.Option(help="Dirtier data for one value class alone, such as low; may be given again."),
    ] = None,
) -> None:
    """Make up a company with exports in real formats, and a truth to hold the marts against."""
    if context.invoked_subcommand is not None:
        return
    if out.exists() and any(out.iterdir()):
        raise typer.BadParameter(f"{out} is not empty; name a new folder.", param_hint="--out")
    make_sample(out, scale, seed, Console(emoji=False, stderr=True), _noise(hard, hard_class or []))
    typer.echo(f"{out} is written. Next: scrm run --config {out / 'scrm.yml'}")


def _noise(hard: bool, hard_classes: list[str]) -> Noise:
    from ingestion.sample import HARD, Noise

    if hard and hard_classes:
        raise typer.BadParameter(
            "--hard is for all classes; leave one of the two out.", param_hint="--hard-class"
        )
    try:
        return HARD if hard else Noise(by_class=dict.fromkeys(hard_classes, HARD))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--hard-class") from error


def make_sample(out: Path, scale: float, seed: int, console: Console, noise: Noise | None = None) -> None:
    """Write the sample company, saying what is being made."""
    from ingestion.sample import write_sample

    if not console.is_terminal:
        write_sample(out, scale, seed, noise=noise)
        return
    with console.status("Making up a company") as status:
        write_sample(out, scale, seed, lambda what: status.update(f"Making up a company: {what}"), noise)


def compare(
    config: Annotated[Path, typer.Option("--config", "-c", help="The sample's scrm.yml.")] = Path("sample"),
    every: Annotated[bool, typer.Option("--all", help="Show every month, not the last one alone.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print planted against found. Exit codes: 0 everything holds · 1 something does not.

    Presence: the mart's bounds, widened by 2 points, meet what lies between the presence that a whole shared key
    shows and the actual one. Order: segments whose observable rates differ by more than 2 points stand in the
    same order. Hours: at most 1 hour off where 1,000 activities were planted. Doubt: the links' probabilities are
    off by 0.05 at most beyond luck (expected calibration error). What luck may have decided is listed apart as
    too small to judge. Suppressed figures are left out; a question without any figure fails, unless the sample
    is too small to have one.
    """
    from orchestration.commands.comparison import compare as hold_against
    from warehouse.lake import Home

    settings = load_settings(config)
    compared = hold_against(settings.folder, Home(settings.home).current)
    if as_json:
        print_json(compared.figures)
    else:
        _print(compared, Console(emoji=False), every=every)
    for silent in compared.unanswered:
        typer.secho(
            f"{silent.question}: {silent.reason}", err=True, fg="red" if silent.is_failure else "yellow"
        )
    raise typer.Exit(int(ExitCode.DONE if compared.holds else ExitCode.REFUSED))


def review(
    sheet: Annotated[
        Path, typer.Argument(help="A sheet of 'scrm review export'; its empty decisions are filled.")
    ],
    config: Annotated[Path, typer.Option("--config", "-c", help="The sample's scrm.yml.")] = Path("sample"),
    truth: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Its truth; beside scrm.yml by default.")
    ] = None,
) -> None:
    """Let the sample company's truth answer a sheet, and measure what blocking and links have missed."""
    from warehouse.identity.evaluation.sample_review import answer_sheet, record_truth
    from warehouse.identity.review.links_at_hand import open_published
    from warehouse.lake import Home

    settings = load_settings(config)
    known = truth or settings.folder / "truth"
    if not (known / "personas.parquet").exists():
        raise SettingsError(
            f"{known / 'personas.parquet'} does not exist: only a sample company knows who is who."
        )
    answered = answer_sheet(sheet, known)
    home = Home(settings.home)
    with open_published(home) as published:
        loss = record_truth(home, published, known)
    typer.echo(
        f"{answered:,} answers in {sheet}; blocking proposed {loss.of - loss.hits:,} of {loss.of:,} true links. "
        f"Next: scrm review import {sheet} --config {config}"
    )


def _print(compared: Comparison, console: Console, *, every: bool) -> None:
    from orchestration.commands.comparison import LEAST

    last = max((each.period_month for each in compared.figures), default="")
    asked: dict[str, list[Compared]] = {}
    for each in compared.figures:
        asked.setdefault(each.question, []).append(each)
    for question, figures in asked.items():
        judged = [each for each in figures if each.holds is not None]
        small = [each for each in figures if each.holds is None]
        shown = [each for each in judged if every or each.period_month == last or not each.holds]
        console.print(_table(question, shown))
        console.print(
            f"{sum(each.holds is True for each in judged):,} of {len(judged):,} hold\n", highlight=False
        )
        if small:
            shown = [each for each in small if every or each.period_month == last]
            console.print(_table(f"{question}: too small to judge", shown))
            console.print(
                f"{len(small):,} are too small to judge: {LEAST[question]} are needed\n", highlight=False
            )


def _table(title: str, figures: list[Compared]) -> Table:
    table = Table(title=title, title_justify="left", box=None, header_style="bold")
    for heading in ("month", "of", "planted", "found", "holds"):
        table.add_column(heading, overflow="fold")
    marks = {True: "[green]yes[/]", False: "[red]no[/]", None: "-"}
    for each in figures:
        table.add_row(each.period_month, each.subject, each.planted, each.found, marks[each.holds])
    return table
