"""The dbt project that a company's own models are built in: theirs, our macros and tests, our tables as sources.

A project of its own, so that nothing in it can break ours; `{{ ref('segment_presence') }}` finds our table all the
same. It builds into a database of its own, to which the build's is attached read-only. Must not live here: how dbt
is called (orchestration/dbt/own_models.py).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from warehouse.lake import make_folder
from warehouse.own_models.outcome import DATABASE, SCHEMA

_NOT_TAKEN = {"generate_schema_name.sql", "keep_set_apart.sql"}
_BUILD = "{{ env_var('SCRM_BUILD') }}"
_MACROS = """\
{%- macro generate_schema_name(custom_schema_name, node) -%}@schema{%- endmacro -%}
{%- macro generate_alias_name(custom_alias_name=none, node=none) -%}{{ node.name }}{%- endmacro -%}
{%- macro generate_database_name(custom_database_name=none, node=none) -%}{{ target.database }}{%- endmacro -%}
{%- macro ref(name) -%}
    {%- set ours = @ours -%}
    {{ return(builtins.source(ours[name], name) if name in ours else builtins.ref(name)) }}
{%- endmacro -%}
"""


def our_tables(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Name → schema of everything that our project builds."""
    built = ("model", "seed")
    return {n["name"]: n["schema"] for n in manifest["nodes"].values() if n["resource_type"] in built}


def write_project(
    folder: Path, models: Path, files: Iterable[Path], ours: Mapping[str, str], shipped: Path
) -> Path:
    """Write the project anew, of these files of the folder `models`; `shipped` is our own project. Returns it."""
    shutil.rmtree(folder, ignore_errors=True)
    for file in files:
        copy = folder / "models" / file.relative_to(models)
        make_folder(copy.parent)
        shutil.copyfile(file, copy)
    make_folder(folder / "models")
    leave_out = shutil.ignore_patterns(*_NOT_TAKEN)
    shutil.copytree(shipped / "macros", folder / "macros", ignore=leave_out, copy_function=shutil.copyfile)
    shutil.copytree(
        shipped / "tests" / "generic", folder / "tests" / "generic", copy_function=shutil.copyfile
    )
    macros = _MACROS.replace("@schema", SCHEMA).replace("@ours", json.dumps(dict(sorted(ours.items()))))
    (folder / "macros" / "own_models.sql").write_text(macros, encoding="utf-8")
    sources = [
        {
            "name": schema,
            "database": "warehouse",
            "tables": [{"name": n} for n, s in ours.items() if s == schema],
        }
        for schema in sorted(set(ours.values()))
    ]
    _write(folder / "models" / "_ours.yml", {"version": 2, "sources": sources})
    _write(folder / "profiles.yml", _profile(shipped))
    _write(
        folder / "dbt_project.yml",
        {
            "name": "own_models",
            "version": "1.0.0",
            "config-version": 2,
            "profile": "social_crm",
            "flags": {"send_anonymous_usage_stats": False},
            "models": {"own_models": {"+materialized": "table"}},
        },
    )
    return folder


def _profile(shipped: Path) -> dict[str, Any]:
    """Our profile, on the database of the own models."""
    profile: dict[str, Any] = yaml.safe_load((shipped / "profiles.yml").read_text(encoding="utf-8"))
    output = profile["social_crm"]["outputs"]["duckdb"]
    output["path"], output["schema"] = f"{_BUILD}/{DATABASE}", SCHEMA
    output["attach"] = [{"path": f"{_BUILD}/warehouse.duckdb", "alias": "warehouse", "read_only": True}]
    return profile


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
