"""`scrm init` and `scrm check`: a configuration to begin with, and what it would read."""

from __future__ import annotations

import importlib.resources
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.filesize import decimal
from rich.markup import escape

from orchestration.commands.options import DEFAULT_CONFIG, AsJson, Config, print_json
from orchestration.console.forecast import print_forecast
from orchestration.handbook import SCHEMA
from warehouse import policy
from warehouse.errors import ExitCode
from warehouse.settings import CONFIG_NAME, SettingsError, load_settings

SCHEMA_NAME = "scrm.schema.json"  # beside scrm.yml, whose first line names it

if TYPE_CHECKING:
    from ingestion.preview import FilePreview, SourcePreview


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog="Example:\n\n    scrm init company && scrm check --config company/scrm.yml")(init)
    app.command(epilog="Examples:\n\n    scrm check\n\n    scrm check --config company --json")(check)


def init(
    folder: Annotated[Path, typer.Argument(help="Folder of the new scrm.yml; made if need be.")] = Path("."),
) -> None:
    """Write a commented scrm.yml to fill in, and the schema from which editors complete it.

    An existing scrm.yml is never overwritten.
    """
    path = folder / CONFIG_NAME
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(template())
    except FileExistsError:
        raise SettingsError(
            f"{path} exists already and stays as it is. Name another folder, or move that file away."
        ) from None
    (folder / SCHEMA_NAME).write_text(SCHEMA.read_text(encoding="utf-8"), encoding="utf-8")
    typer.echo(
        f"{path} is written. Put your exports where its sources look (or change the paths), "
        f"then: scrm check --config {path}"
    )


def template() -> str:
    """Return the scrm.yml to begin with: every format, and the numbers of policy that hold where it is silent."""
    from ingestion.formats.registry import format_names

    text = importlib.resources.files("orchestration.commands").joinpath("template.yml").read_text("utf-8")
    return Template(text).substitute(vars(policy), formats=", ".join(format_names()))


def check(config: Config = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Say what a run would read, what is wrong with it, and what would be published, before anything runs.

    Only the beginning of each file is looked at. Exit codes: 0 all well · 1 something is wrong with a source
    or file, pictures are not where they should be, or no source tells of anybody · 2 scrm.yml or checks.yml is
    wrong.
    """
    from ingestion.preview import preview
    from orchestration.configuration.forecast import foretell
    from orchestration.configuration.wording import (
        NEEDED,
        networks_of_unknown_accounts,
        refuse_wrong_words,
        sources_no_longer_read,
        unfilled_tables,
        withdrawn_files_still_there,
    )
    from orchestration.configuration.words_that_count import words_that_count_for_nothing
    from quality.suites import own_checks_that_cannot_be_run
    from warehouse.builds.avatars import missing_folder

    settings = load_settings(config)
    refuse_wrong_words(settings)
    broken_checks = own_checks_that_cannot_be_run(settings)
    previews = [preview(source, settings) for source in settings.sources]
    unfilled, without_pictures = unfilled_tables(settings), missing_folder(settings)
    forecast = foretell(settings, previews)
    said = [
        *without_pictures,
        *broken_checks,
        *networks_of_unknown_accounts(settings),
        *words_that_count_for_nothing(settings, previews),
        *sources_no_longer_read(settings),
        *withdrawn_files_still_there(settings),
        *(f"No source fills {table}: {reason}." for table, reason in unfilled.items()),
    ]
    is_fine = NEEDED not in unfilled and not without_pictures and not broken_checks
    is_fine &= all(each.is_fine for each in previews)
    if as_json:
        print_json({"is_fine": is_fine, "sources": previews, "would_publish": forecast, "remarks": said})
    else:
        console = Console(emoji=False)
        for each in previews:
            _print_preview(each, console)
        if NEEDED not in unfilled:
            print_forecast(forecast, console)
            console.print(_verdict(previews, config, without_pictures), highlight=False, soft_wrap=True)
    for sentence in said:
        typer.echo(sentence, err=True)
    raise typer.Exit(int(ExitCode.DONE if is_fine else ExitCode.REFUSED))


def _print_preview(preview: SourcePreview, console: Console) -> None:
    size = sum(file.bytes for file in preview.files)
    console.print(
        f"[bold]{preview.source}[/] ({preview.format}): {preview.path}: "
        f"{_count(len(preview.files), 'file')}, {decimal(size)}",
        highlight=False,
        soft_wrap=True,
    )
    if preview.problem:
        console.print(f"  [red]✗[/] {escape(preview.problem)}", highlight=False, soft_wrap=True)
    for file in preview.files:
        console.print(_file_line(file), highlight=False, soft_wrap=True)
    for note in preview.notes:
        console.print(f"  [yellow]![/] {escape(note)}", highlight=False, soft_wrap=True)


def _file_line(file: FilePreview) -> str:
    details = "".join(f"\n      {escape(reason)}" for reason in file.reasons)
    details += "".join(f"\n  [yellow]![/] {escape(note)}" for note in file.notes)
    name = escape(file.name)
    if file.problem:
        problem = escape(file.problem.removesuffix("."))
        return f"  [red]✗[/] {problem if problem.startswith(name) else f'{name}: {problem}'}.{details}"
    if file.rejected:
        rejected = sum(file.rejected.values())
        seen = f"of the first {file.records_seen:,} records {rejected:,} would be rejected"
        return f"  [yellow]![/] {name}: {seen}{details}"
    size = f"{decimal(file.bytes)}, {_count(file.records_seen, 'record')} looked at"
    return f"  [green]✓[/] {name} ({size}){details}"


def _verdict(previews: list[SourcePreview], config: Path, without_pictures: list[str]) -> str:
    refused = sum(file.problem is not None for each in previews for file in each.files)
    empty = sum(each.problem is not None for each in previews)
    rejecting = sum(bool(file.rejected) and file.problem is None for each in previews for file in each.files)
    noted = any(each.notes or any(file.notes for file in each.files) for each in previews)
    if not (refused or empty or rejecting):
        if any(each.has_wrong_words for each in previews):
            return "\nAll files can be read, but words in them are not known: a run may be refused for them."
        all_well = "All files can be read." if without_pictures or noted else "All well."
        return f"\n{all_well} Next: scrm run --config {config}"
    return (
        f"\n{_count(refused, 'file')} would be refused, {_count(rejecting, 'file')} would have records rejected, "
        f"{_count(empty, 'source')} would find no file. A run would publish the rest, if the checks pass."
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
