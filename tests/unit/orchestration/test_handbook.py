"""The handbook: what is made from the code is current and complete, and every command in it can be typed."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from jsonschema import Draft7Validator
from pydantic import BaseModel

from ingestion.file_reasons import FILE_REASONS
from ingestion.sample.writing import _DEFECTS
from orchestration.cli import app
from orchestration.commands.project import template
from orchestration.handbook import GUIDES, REFERENCE, SCHEMA, pages
from orchestration.handbook.commands import commands, examples_of
from orchestration.handbook.configuration import section_of
from orchestration.handbook.formats import lacking
from orchestration.handbook.marts import marts_page, metrics_page
from orchestration.handbook.writing import derived_pages
from warehouse.errors import ExitCode
from warehouse.mart_register import marts
from warehouse.settings import Settings

ROOT = Path(__file__).parents[3]
HOW_TO_MEND = "python -m orchestration.handbook writes it anew"
# A code that is computed, or is another file's, is named here with the constant that it is.
CONSTANTS = {"CHANGED": "changed_while_read", "NOT_PERMITTED": "not_permitted"}
NOT_RAISED = {"empty", "lost", "too_many_rejected"}
WRITTEN_BY_HAND = [ROOT / "README.md", *sorted(GUIDES.glob("*.md"))]


def test_every_page_is_what_the_code_says_now() -> None:
    made = derived_pages()
    assert {path for path in REFERENCE.iterdir() if path.suffix in (".md", ".json")} == made.keys()
    stale = [path.name for path, text in made.items() if path.read_text(encoding="utf-8") != text]
    assert not stale, f"{', '.join(stale)}: {HOW_TO_MEND}"


def test_every_key_of_the_configuration_says_what_it_means() -> None:
    silent = [
        f"{model.__name__}.{name}"
        for model in sections(Settings)
        for name, field in model.model_fields.items()
        if not field.description
    ]
    assert not silent


def sections(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """A section and all inside of it, found by their types and not by the schema that the page is made of."""
    yield model
    for field in model.model_fields.values():
        for kind in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from sections(kind)


def test_every_key_stands_in_the_page_and_in_the_schema() -> None:
    page = (REFERENCE / "configuration.md").read_text(encoding="utf-8")
    said = schema()
    for model in sections(Settings):
        inside = said if model is Settings else said["$defs"][model.__name__]
        assert inside["properties"].keys() == model.model_fields.keys()
        assert not [name for name in model.model_fields if f"| `{name}`" not in page]
        assert all(section_of(field, said) or field["description"] for field in inside["properties"].values())


def test_every_option_of_a_format_says_what_it_means() -> None:
    assert lacking() == []


def test_every_mart_and_metric_has_its_place() -> None:
    tables, formulas = marts_page(), metrics_page()
    for mart in marts().values():
        assert f"## {mart.schema}.{mart.name}\n" in tables
        assert not [column for column in mart.columns if f"`{column}`" not in tables]
    assert (
        formulas.count("\n| `") == len((ROOT / "dbt_project/seeds/metrics.csv").read_text().splitlines()) - 1
    )


def test_every_code_of_a_file_says_what_it_means() -> None:
    raised = {code for path in (ROOT / "ingestion").rglob("*.py") for code in codes_raised(path)}
    assert raised | NOT_RAISED == FILE_REASONS.keys()


def codes_raised(path: Path) -> Iterator[str]:
    """The codes that a module gives to UnreadableFile."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "UnreadableFile" and node.args:
            first = node.args[0]
            for each in (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,):
                if isinstance(each, ast.Constant):
                    yield str(each.value)
                elif isinstance(each, ast.Name):
                    yield CONSTANTS[each.id]


def test_every_exit_code_says_what_it_means() -> None:
    assert all(code.meaning for code in ExitCode)


@pytest.mark.parametrize(
    ("words", "command"), commands(), ids=lambda each: each if isinstance(each, str) else ""
)
def test_every_command_says_what_it_does_and_shows_an_example(words: str, command: Any) -> None:
    assert command.help
    examples = examples_of(command)
    assert any(words in example for example in examples), f"{words} has no example in its epilog"
    for example in examples:
        refuse_what_cannot_be_typed(example)


@pytest.mark.parametrize("path", WRITTEN_BY_HAND, ids=lambda path: path.name)
def test_every_command_of_the_guides_can_be_typed(path: Path) -> None:
    typed = re.findall(r"^ {4}(?:\.venv/bin/)?(scrm .*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    for line in typed:
        refuse_what_cannot_be_typed(line)


@pytest.mark.parametrize("line", ["scrm rum", "scrm run --forse", "scrm rollback one two", "scrm accept x"])
def test_a_command_that_cannot_be_typed_is_found(line: str) -> None:
    with pytest.raises(Exception, match=r"No such|unexpected|Missing"):
        refuse_what_cannot_be_typed(line)


@cache
def the_command() -> Any:
    return typer.main.get_command(app)


def refuse_what_cannot_be_typed(line: str) -> None:
    """Parse a line as the shell and `scrm` would, without doing anything."""
    words = shlex.split(re.split(r" {3,}", line)[0], comments=True)
    for part in " ".join(map(shlex.quote, words)).split("'&&'"):
        typed = [word for word in shlex.split(part) if word != "2>&1"]
        typed = typed[: typed.index(">")] if ">" in typed else typed
        if typed[:1] == ["scrm"]:
            parse(the_command(), typed[1:], None)


def parse(command: Any, words: list[str], parent: Any) -> None:
    context = command.make_context(command.name, list(words), parent=parent)
    rest = [*getattr(context, "_protected_args", ()), *context.args]
    if getattr(command, "commands", None) and rest:
        _, inner, left = command.resolve_command(context, rest)
        parse(inner, left, context)


def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return found


def wrong(configuration: str) -> list[str]:
    """What an editor would underline."""
    return [error.message for error in Draft7Validator(schema()).iter_errors(yaml.safe_load(configuration))]


def test_an_editor_takes_what_init_writes_and_its_first_line_names_the_schema() -> None:
    text = template().replace("[example.com]", "['example.com']")
    assert text.startswith("# yaml-language-server: $schema=scrm.schema.json\n")
    assert wrong(text) == []


MINIMAL = """
brand: {{name: A}}
sources: [{{name: a, format: {format}, path: x/*, {rest}}}]
{more}
"""
TABLE = "table: orders, columns: {{order_id: Nr{extra}}}"


@pytest.mark.parametrize(
    ("format", "rest", "more", "said"),
    [
        ("x_api_v3", "", "", "'x_api_v3' is not one of"),
        ("discourse", "options: {header_row: 2}", "", "'header_row' was unexpected"),
        ("x_api_v2", "options: {relation: friends}", "", "'friends' is not one of"),
        ("table", TABLE.format(extra=", shipped: S"), "", "'shipped' was unexpected"),
        ("table", TABLE.format(extra=""), "monts: 3", "'monts' was unexpected"),
        ("table", TABLE.format(extra=""), "months: 0", "0 is less than the minimum"),
        (
            "table",
            TABLE.format(extra=""),
            "quality: {thresholds: {landed.order: 1}}",
            "'landed.order' was unexpected",
        ),
    ],
)
def test_an_editor_underlines_what_is_wrong(format: str, rest: str, more: str, said: str) -> None:
    assert any(said in each for each in wrong(MINIMAL.format(format=format, rest=rest, more=more)))


def test_every_page_can_be_asked_for() -> None:
    assert {
        "configuration",
        "formats",
        "tables",
        "marts",
        "metrics",
        "checks",
        "commands",
        "codes",
        "schema",
    } <= (pages().keys())
    assert all(path.exists() for path in pages().values())


def test_every_reason_that_the_sample_plants_is_among_the_codes() -> None:
    """Planted by the formats' own words, so it is no copy of what the page is made from."""
    page = (REFERENCE / "codes.md").read_text(encoding="utf-8")
    planted = {defect.reason for defect in _DEFECTS}
    assert len(planted) > 5
    assert not [reason for reason in planted if f"| `{reason}` |" not in page]
