"""`scrm run` and `scrm demo`: the main job, on one's own exports or on the sample company."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from orchestration.commands.options import DEFAULT_CONFIG, AsJson, Config, config_option, print_json
from orchestration.commands.sample import make_sample
from orchestration.console.report import RunReport
from orchestration.console.summary import print_summary
from warehouse.homes.version import refuse_older
from warehouse.lake import Home
from warehouse.publication.ledger_proof import refuse_altered_ledger
from warehouse.settings import Settings, load_settings

DEMO_SCALE, DEMO_SEED = 0.01, 1  # 1,000 customers

_EXIT_CODES = """\
Exit codes: 0 published, or nothing new · 1 a critical check failed, or the ledger was altered: nothing was
switched · 2 scrm.yml or the command line is wrong · 3 published, or nothing new, though some files cannot be
read or were lost (every run says so until they are mended or taken away) · 4 another run is going on ·
5 the run broke · 130 stopped by Ctrl-C (143 by SIGTERM), nothing was switched.

Examples:

    scrm run
    scrm run --config company/scrm.yml --json > run.json
"""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog=_EXIT_CODES)(run)
    app.command(epilog="Example:\n\n    scrm demo --folder sample")(demo)


def run(
    config: Config = DEFAULT_CONFIG,
    force: Annotated[bool, typer.Option("--force", help="Run even if nothing is new.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read new exports, link people, build and check the marts, publish them. Nothing new: nothing done."""
    settings = load_settings(config)
    report = run_and_tell(settings, force=force, as_json=as_json)
    raise typer.Exit(int(report.exit_code))


def demo(
    folder: Annotated[Path, typer.Option(help="Where the sample company goes.")] = Path("sample"),
) -> None:
    """Make up a sample company (1,000 customers) and run the main job on it."""
    console = Console(emoji=False, stderr=True)
    if not (folder / "scrm.yml").exists():
        make_sample(folder, DEMO_SCALE, DEMO_SEED, console)
        console.print(f"[green]✓[/] A made-up company with its exports is in {folder}", highlight=False)
    report = run_and_tell(load_settings(folder))
    raise typer.Exit(int(report.exit_code))


def run_and_tell(settings: Settings, *, force: bool = False, as_json: bool = False) -> RunReport:
    """Run `refresh` with progress on stderr; print the summary, or JSON, on stdout.

    Raises LedgerBroken where the ledger was deleted, cut off or altered, HomeOfAnotherVersion for a home that
    has to be upgraded first.
    """
    from orchestration.configuration.wording import sources_no_longer_read
    from orchestration.running.run import run_refresh

    home = Home(settings.home)
    refuse_altered_ledger(home)
    refuse_older(home)
    for sentence in sources_no_longer_read(settings):
        typer.echo(sentence, err=True)
    report = run_refresh(settings, Console(emoji=False, stderr=True, quiet=as_json), force=force)
    if as_json:
        print_json(report.as_json())
    else:
        print_summary(report, Console(emoji=False), settings.home, config_option(settings.path))
    return report
