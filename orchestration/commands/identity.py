"""`scrm identity`: train the linkage model, and measure it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from orchestration.commands.options import DEFAULT_CONFIG, AsJson, Config
from warehouse.settings import Settings, SettingsError, load_settings


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(help="Train the linkage model, and measure it.", no_args_is_help=True)
    group.command()(train)
    group.command()(evaluate)
    app.add_typer(group, name="identity")


def train(config: Config = DEFAULT_CONFIG) -> None:
    """Train a model on the personas of what has landed (the job `train_identity`), without labels."""
    settings = load_settings(config)
    _run("train_identity", settings)
    path = settings.home / "identity" / "models" / "trained.json"
    typer.echo(f"{path} is written. To use it, say in {settings.path}: identity: {{model: {path}}}")


def evaluate(config: Config = Path("sample"), as_json: AsJson = False) -> None:
    """Measure the links of the sample company against its truth (the job `evaluate_identity`)."""
    settings = load_settings(config)
    if not (settings.folder / "truth").is_dir():
        raise SettingsError(
            f"{settings.folder / 'truth'} does not exist: only the sample company knows who is who. "
            "'scrm sample --out DIR' writes one."
        )
    _run("evaluate_identity", settings)
    text = (settings.home / "identity" / "evaluation.json").read_text(encoding="utf-8")
    if as_json:
        print(text)
    else:
        _print(json.loads(text), Console())


def _run(job: str, settings: Settings) -> None:
    from orchestration.run import run_job

    report = run_job(job, settings, Console(stderr=True), force=True)
    if report.error is not None:
        typer.secho(report.error, err=True, fg="red")
        raise typer.Exit(int(report.exit_code))


def _print(figures: dict[str, Any], console: Console) -> None:
    table = Table(box=None, header_style="bold")
    for heading in ("pairs", "precision", "recall"):
        table.add_column(heading)
    rows = {
        "all": figures["pairs"],
        "with evidence": figures["pairs_with_evidence"],
        **{f"rule: {name}": quality for name, quality in figures["baselines"].items()},
        **{f"owners at {level}": quality for level, quality in figures["by_threshold"].items()},
    }
    for name, quality in rows.items():
        table.add_row(name, _share(quality["precision"]), _share(quality["recall"]))
    console.print(table)
    for name in ("b_cubed", "b_cubed_with_evidence", "ceiling_b_cubed"):
        precision, recall, f1 = figures[name]
        console.print(f"{name}: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}", highlight=False)


def _share(share: dict[str, int]) -> str:
    found = share["hits"] / share["of"] if share["of"] else float("nan")
    return f"{found:.3f} ({share['hits']:,} of {share['of']:,})"
