"""`scrm identity`: train the linkage model, and measure it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from orchestration.commands.options import DEFAULT_CONFIG, AsJson, Config, print_columns, print_json
from warehouse.lake import Home
from warehouse.settings import Settings, SettingsError, load_settings

SHIPPED = "standard"


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(help="Train the linkage model, and measure it.", no_args_is_help=True)
    group.command(epilog="Example:\n\n    scrm identity train --config company")(train)
    group.command(epilog="Example:\n\n    scrm identity evaluate --config sample")(evaluate)
    group.command(epilog="Example:\n\n    scrm identity quality --json")(quality)
    app.add_typer(group, name="identity")


def train(config: Config = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Train a model on the personas of what has landed (the job `train_identity`), without labels.

    It is written where it finds what is known (reviewed pairs, shared addresses and numbers, declared links) no
    worse than the model that ships and the configured one. Else nothing changes, and the exit code is 1.
    """
    settings = load_settings(config)
    _run("train_identity", settings)
    from warehouse.identity.training.retrain import REPORT

    text = (settings.home / "identity" / REPORT).read_text(encoding="utf-8")
    training = json.loads(text)
    if as_json:
        print(text)
    else:
        _print_training(training, settings, Console(emoji=False))
    if training["outcome"] != "trained":
        raise typer.Exit(1)


def quality(config: Config = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Show what is published of the quality of links: precision and recall, measured on the blind audit."""
    from warehouse.identity.measure.published import published_quality

    rows = published_quality(Home(load_settings(config).home))
    if as_json:
        print_json(rows)
        return
    print_columns(("measure", "of", "network", "basis", "value", "95 %", "pairs"), map(_quality_cells, rows))
    if not any(row["basis"] == "audit_sample" for row in rows):
        typer.echo(
            "No audit is reviewed: nothing was measured. Next: scrm review export --audit 400", err=True
        )


def _quality_cells(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        row["measure"],
        "all" if row["stratum"] == "all" else f"{row['stratum_kind']} {row['stratum']}",
        row["network"],
        row["basis"],
        "" if row["value"] is None else f"{row['value']:.4g}",
        "" if row["low"] is None else f"{row['low']:.4f} to {row['high']:.4f}",
        f"{row['pairs']:,}",
    )


def evaluate(
    config: Config = Path("sample"),
    public_figures: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="Measure on these people of the real world instead."),
    ] = None,
    standard_sets: Annotated[
        Path | None,
        typer.Option(
            exists=True, file_okay=False, help="Measure on the standard sets in this folder instead."
        ),
    ] = None,
    write_card: Annotated[
        bool, typer.Option("--write-card", help="Put the figures into the model card of the shipped model.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Measure the links of the sample company against its truth (the job `evaluate_identity`).

    With --public-figures, the folder holds contacts.json and handles.json; with --standard-sets, it holds
    febrl/ and splink/ with their files. Neither publishes anything.
    """
    settings = load_settings(config)
    if write_card and settings.identity.model != SHIPPED:
        raise SettingsError(
            f"identity.model is {settings.identity.model!r}: the model card is that of {SHIPPED!r}. "
            "Leave --write-card out, or evaluate with that model."
        )
    if public_figures is not None:
        text = _on_public_figures(public_figures, settings, write_card)
    elif standard_sets is not None:
        text = _on_standard_sets(standard_sets, settings, write_card)
    else:
        text = _on_sample(settings, write_card)
    if as_json:
        print(text)
    elif public_figures is not None:
        _print_public_figures(json.loads(text), Console(emoji=False))
    elif standard_sets is not None:
        _print_standard_sets(json.loads(text), Console(emoji=False))
    else:
        _print(json.loads(text), Console(emoji=False))


def _on_sample(settings: Settings, write_card: bool) -> str:
    if not (settings.folder / "truth").is_dir():
        raise SettingsError(
            f"{settings.folder / 'truth'} does not exist: only the sample company knows who is who. "
            "'scrm sample --out DIR' writes one."
        )
    _run("evaluate_identity", settings)
    text = (settings.home / "identity" / "evaluation.json").read_text(encoding="utf-8")
    if write_card:
        from pydantic import TypeAdapter

        from warehouse.identity.evaluation import model_card
        from warehouse.identity.evaluation.sample import SampleEvaluation

        found = TypeAdapter(SampleEvaluation).validate_json(text)
        model_card.record_sample(found, model_card.EVALUATIONS)
        _write_card()
    return text


def _on_public_figures(folder: Path, settings: Settings, write_card: bool) -> str:
    from warehouse.identity.evaluation import model_card
    from warehouse.identity.evaluation.public_figures import evaluate_public_figures

    for name in ("contacts.json", "handles.json"):
        if not (folder / name).is_file():
            raise SettingsError(f"{folder / name} does not exist: --public-figures needs it.")
    found = evaluate_public_figures(folder, settings)
    if write_card:
        model_card.record_public_figures(found, model_card.EVALUATIONS)
        _write_card()
    return json.dumps(asdict(found), indent=2)


def _on_standard_sets(folder: Path, settings: Settings, write_card: bool) -> str:
    from warehouse.identity.evaluation import model_card
    from warehouse.identity.evaluation.standard_sets import evaluate_standard_sets
    from warehouse.identity.model.linkage_model import load_model, model_path

    try:
        found = evaluate_standard_sets(folder, load_model(model_path(settings)), settings.identity.join)
    except FileNotFoundError as error:
        raise SettingsError(str(error)) from error
    if write_card:
        model_card.record_standard_sets(found, model_card.EVALUATIONS)
        _write_card()
    return json.dumps([asdict(e) for e in found], indent=2)


def _write_card() -> None:
    from warehouse.identity.evaluation import model_card
    from warehouse.identity.model.linkage_model import load_model

    model_card.write_model_card(load_model(SHIPPED), model_card.CARD, model_card.EVALUATIONS)
    typer.echo(f"{model_card.CARD} is written.", err=True)


def _run(job: str, settings: Settings) -> None:
    from orchestration.running.run import run_job

    report = run_job(job, settings, Console(emoji=False, stderr=True), force=True)
    if report.error is not None:
        typer.secho(report.error, err=True, fg="red")
        raise typer.Exit(int(report.exit_code))


def _print_training(training: dict[str, Any], settings: Settings, console: Console) -> None:
    asked = [question for question in training["questions"] if question["answers"]]
    if asked:
        console.print(_answers(asked))
    console.print(training["reason"], highlight=False, markup=False)
    if training["outcome"] == "trained":
        path = settings.home / "identity" / "models" / "trained.json"
        use = f"{path} is written. To use it, say in {settings.path}: identity: {{model: {path}}}"
        console.print(use, highlight=False, markup=False, soft_wrap=True)


def _answers(questions: list[dict[str, Any]]) -> Table:
    """Of each question, how many of the pairs of one person each model joins, and of those of two people."""
    table = Table(box=None, header_style="bold")
    models = list(questions[0]["answers"])
    for heading in ("known", "of", *models, "two people", *models):
        table.add_column(heading, justify="left" if heading == "known" else "right")
    for question in questions:
        answers = question["answers"]
        found, wrong = ([f"{answers[model][which]:,}" for model in models] for which in ("found", "wrong"))
        table.add_row(
            question["name"], f"{question['one_person']:,}", *found, f"{question['two_people']:,}", *wrong
        )
    return table


def _print_public_figures(figures: dict[str, Any], console: Console) -> None:
    rows = {
        **{f"owners at {level}": quality for level, quality in figures["by_threshold"].items()},
        "at precision 0.99": figures["at_precision_99"],
        **{f"rule: {name}": quality for name, quality in figures["simple_rules"].items()},
    }
    console.print(_qualities("handles", rows))
    for rank, share in figures["true_owner_in_first"].items():
        console.print(f"true owner among the first {rank}: {_share(share)}", highlight=False)


def _print_standard_sets(figures: list[dict[str, Any]], console: Console) -> None:
    for one in figures:
        rule, exact = one["exact"]
        rows = {
            f"this model at {one['model_threshold']:.3g}": one["model"],
            "this model at the join threshold": one["model_at_join"],
            f"stock Splink at {one['stock_threshold']:.3g}": one["stock_splink"],
            f"rule: {rule}": exact,
        }
        console.print(_qualities(f"{one['name']}: {one['true_pairs']} true pairs", rows))


def _print(figures: dict[str, Any], console: Console) -> None:
    rows = {
        "all": figures["pairs"],
        "with evidence": figures["pairs_with_evidence"],
        **{f"owners at {level}": quality for level, quality in figures["by_threshold"].items()},
    }
    console.print(_qualities("pairs", rows))
    for name in ("b_cubed", "b_cubed_with_evidence", "ceiling_b_cubed"):
        precision, recall, f1 = figures[name]
        console.print(f"{name}: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}", highlight=False)
    blocking, compared = figures["blocking"], figures["compared"]
    console.print(
        f"blocking proposes {_share(blocking['proposed'])} of the true pairs with evidence, "
        f"{blocking['per_persona']:.1f} pairs a persona",
        highlight=False,
    )
    rivals = {
        "this model": compared["model"][1],
        "stock Splink": compared["stock_splink"][1],
        **{f"exact: {name}": quality for name, quality in compared["exact"].items()},
    }
    console.print(_qualities("pairs, each at its best threshold", rivals))
    without = {row["left_out"]: row["pairs_with_evidence"] for row in figures["ablation"]}
    console.print(_qualities("links without", without))
    console.print(_moved(figures["ablation"]))


def _qualities(what: str, rows: dict[str, dict[str, dict[str, int]]]) -> Table:
    table = Table(box=None, header_style="bold")
    for heading in (what, "precision", "recall"):
        table.add_column(heading)
    for name, quality in rows.items():
        table.add_row(name, _share(quality["precision"]), _share(quality["recall"]))
    return table


def _moved(rows: list[dict[str, Any]]) -> Table:
    table = Table(box=None, header_style="bold")
    for heading in ("scores without", "pairs lower", "pairs higher"):
        table.add_column(heading)
    for row in rows:
        table.add_row(row["left_out"], f"{row['lowered']:,}", f"{row['raised']:,}")
    return table


def _share(share: dict[str, int]) -> str:
    found = share["hits"] / share["of"] if share["of"] else float("nan")
    return f"{found:.3f} ({share['hits']:,} of {share['of']:,})"
