"""`scrm identity`: train the linkage model, and measure it."""

from __future__ import annotations

import typer
from rich.console import Console

from orchestration.commands.options import DEFAULT_CONFIG, Config
from orchestration.run import run_job
from warehouse.settings import load_settings


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(help="Train the linkage model, and measure it.", no_args_is_help=True)
    group.command()(train)
    app.add_typer(group, name="identity")


def train(config: Config = DEFAULT_CONFIG) -> None:
    """Train a model on the personas of what has landed (the job `train_identity`), without labels."""
    settings = load_settings(config)
    report = run_job("train_identity", settings, Console(stderr=True), force=True)
    if report.error is not None:
        typer.secho(report.error, err=True, fg="red")
        raise typer.Exit(int(report.exit_code))
    path = settings.home / "identity" / "models" / "trained.json"
    typer.echo(f"{path} is written. To use it, say in {settings.path}: identity: {{model: {path}}}")
