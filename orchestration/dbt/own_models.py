"""A company's own models, built after ours: each is built, tested and checked, or left out with its reason.

Must not live here: the project they are built in and where each belongs (warehouse/own_models/), what is checked
of those in `marts` (quality/own_marts.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from orchestration.dbt.in_process import PROJECT, Dbt, DbtBroken, NodeResult, Progress
from quality.own_marts import faults_of_own_marts
from warehouse.engine import connect
from warehouse.lake import Home
from warehouse.mart_register import Mart
from warehouse.own_models.outcome import DATABASE, SCHEMA, OwnModel, own_files, write_outcome
from warehouse.own_models.placing import Misplaced, place
from warehouse.own_models.project import our_tables, write_project
from warehouse.publication.meanings import meanings_of
from warehouse.settings import MODELS_NAME, Settings

# What DuckDB says of names and grammar is told; what it says of data may quote a value, and stays in the log.
_TOLD = {"Binder", "Catalog", "Parser", "Compilation", "Parsing", "Runtime", "Database"}
_KIND = re.compile(r"((?:[A-Z][A-Za-z]* )*[A-Z][A-Za-z]*) Error:")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
Problems = dict[Path, str]


def build_own_models(settings: Settings, build: Path, progress: Progress) -> list[OwnModel]:
    """Build the company's own models on a build, and keep in it what became of each; no fault of one raises."""
    dbt, problems = prepare(settings)
    files = own_files(settings)
    nodes: dict[str, Any] = {}
    broken: dict[str, str] = {}
    if dbt is not None:
        nodes = {n["name"]: n for n in dbt.manifest()["nodes"].values() if n["resource_type"] == "model"}
        try:
            results = dbt.build(build, [], progress)
            broken = _broken(results, dbt.manifest())
        except (DbtBroken, duckdb.Error) as error:
            broken = dict.fromkeys(nodes, _first_line(error))
    placed, misplaced = _place(build / DATABASE, {n: nodes[n] for n in nodes if n not in broken})
    marts = [mart for mart in placed.values() if mart.schema == "marts"]
    faults = faults_of_own_marts(build, settings, build / DATABASE, SCHEMA, marts) if marts else {}
    said = meanings_of(nodes.values())
    models = list(_outcome(settings, files, problems, {**faults, **misplaced, **broken}, placed, said))
    write_outcome(build, models)
    return models


def prepare(settings: Settings) -> tuple[Dbt | None, Problems]:
    """Write the project and parse it, leaving out what cannot be; return it, and why each file was left out.

    No project where nothing is left to build.
    """
    home, models = Home(settings.home), settings.folder / MODELS_NAME
    folder = home.root / "dbt" / "own_models"
    ours = our_tables(Dbt.of(settings).manifest())
    files = own_files(settings)
    problems = _misnamed(files, ours)

    def parse(kept: list[Path]) -> Dbt:
        project = write_project(folder / "project", models, kept, ours, PROJECT)
        dbt = Dbt(home, settings.memory_limit, (), project, folder)
        dbt.manifest_path()
        return dbt

    if not (folder / "target" / "partial_parse.msgpack").exists():
        parse(
            []
        )  # what is ours once: dbt then parses only what changes, however often something must be left out
    while True:
        kept = [file for file in files if file not in problems]
        if not any(file.suffix == ".sql" for file in kept):
            return None, problems
        try:
            dbt = parse(kept)
        except DbtBroken as error:
            named = [file for file in kept if _is_named(str(file.relative_to(models)), str(error))]
            problems |= dict.fromkeys(named or kept, _first_line(error))
        else:
            return dbt, problems


def _is_named(file: str, error: str) -> bool:
    """Whether dbt names the file as the one at fault: SQL with the folder before it, YAML without."""
    return re.search(rf"(models/|(?<![\w./-])){re.escape(file)}(?!\w)", error) is not None


def _misnamed(files: Iterable[Path], ours: Mapping[str, str]) -> Problems:
    """Models that have the name of one of ours, or no name that a table can have."""
    problems: Problems = {}
    for file in (file for file in files if file.suffix == ".sql"):
        if file.stem in ours:
            problems[file] = (
                f"{ours[file.stem]}.{file.stem} is a table of this warehouse; give it another name"
            )
        elif not _NAME.fullmatch(file.stem):
            problems[file] = f"{file.stem!r} is no name of a table: small letters, digits and _ (my_mart.sql)"
    return problems


def _broken(results: Iterable[NodeResult], manifest: Mapping[str, Any]) -> dict[str, str]:
    """Model → why it cannot be published: it failed, a test of it did, or one that it is made from."""
    broken: dict[str, str] = {}
    for result in sorted(results, key=lambda each: each.status == "skipped"):
        if result.status not in ("error", "fail", "skipped"):
            continue
        node = manifest["nodes"].get(result.unique_id) or manifest["unit_tests"][result.unique_id]
        made_of = [
            manifest["nodes"][i]["name"] for i in node["depends_on"]["nodes"] if i.startswith("model.")
        ]
        said = _first_line(result.message)
        if result.status != "skipped":
            is_model = result.unique_id.startswith("model.")
            failed = (
                {node["name"]: said}
                if is_model
                else dict.fromkeys(made_of, f"its test {node['name']}: {said}")
            )
            broken |= {name: broken.get(name, reason) for name, reason in failed.items()}
        elif result.unique_id.startswith("model."):
            broken.setdefault(node["name"], f"it is made from {' and '.join(made_of)}, which failed")
    return broken


def _place(database: Path, nodes: Mapping[str, Any]) -> tuple[dict[str, Mart], dict[str, str]]:
    """Model → the mart that it is, and model → why it is none."""
    placed: dict[str, Mart] = {}
    misplaced: dict[str, str] = {}
    columns = _columns(database) if nodes else {}
    for name, node in nodes.items():
        said = {
            c["name"]: (c.get("config") or {}).get("meta") or c.get("meta") or {}
            for c in node["columns"].values()
        }
        if name not in columns:
            misplaced[name] = (
                f"it is {node['config'].get('materialized')}, and so no table that could be published"
            )
            continue
        try:
            placed[name] = place(name, node["config"].get("meta") or {}, columns[name], said)
        except Misplaced as error:
            misplaced[name] = str(error)
    return placed, misplaced


def _columns(database: Path) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    with connect(database, read_only=True) as connection:
        for table, column, kind in connection.execute(
            "select table_name, column_name, data_type from duckdb_columns()"
            " where schema_name = ? order by table_name, column_index",
            [SCHEMA],
        ).fetchall():
            found.setdefault(table, {})[column] = kind
    return found


def _outcome(
    settings: Settings,
    files: Iterable[Path],
    problems: Problems,
    faults: Mapping[str, str],
    placed: Mapping[str, Mart],
    said: Mapping[str, Any],
) -> Iterator[OwnModel]:
    """One a model, and one a file that could not be read."""
    for file in files:
        if file.suffix != ".sql" and file not in problems:
            continue
        name, written = file.stem, str(file.relative_to(settings.folder / MODELS_NAME))
        problem = problems.get(file) or faults.get(name) or ("" if name in placed else "dbt did not build it")
        model = OwnModel(name, written, problem=problem)
        if not problem:
            mart = placed[name]
            model = replace(model, schema=mart.schema, meaning=replace(said[name], grain=mart.grain))
        yield model


def _first_line(error: object) -> str:
    """What was wrong, in one line, without values of rows and the paths that dbt's own sentence ends with."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = " ".join(lines[:4]).removeprefix("dbt parse failed: ").partition(" The whole log is in")[0]
    for kind in _KIND.finditer(said):
        if kind[1] not in _TOLD:
            return f"{said[: kind.end() - 1]} (on what says dbt/own_models/logs/dbt.log in the home folder)"
    return said or "no reason"
