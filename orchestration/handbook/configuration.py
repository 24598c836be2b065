"""The page of `scrm.yml`: every key with type, default and meaning, read from the models that validate it.

Must not live here: a key (warehouse/settings/), the schema for editors (schema.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from orchestration.handbook.markdown import code, page, table
from warehouse.settings import Settings

_INTRODUCTION = """\
One file describes a company: `scrm.yml`, in YAML. `scrm init` writes one to begin with, `scrm check` says what
is wrong with it, by line. Keys with * must be given. A key that is not listed is refused. Paths are relative
to the file. Editors complete the keys and show these sentences where the first line of the file is
`# yaml-language-server: $schema=scrm.schema.json`; `scrm init` writes it, and the schema beside it."""
_ENVIRONMENT = (
    ("SCRM_CONFIG", "The scrm.yml of commands that are given no --config."),
    ("SCRM_HOME", "Folder of everything the warehouse keeps; without it .scrm beside scrm.yml."),
    ("SCRM_HASH_KEY", "Key under which addresses and numbers are hashed; keep it where the backups are not."),
)


def configuration_page() -> str:
    """Return the page."""
    schema = Settings.model_json_schema()
    sections = [
        f"## {title}\n\n{described}\n\n{_keys(schema, found)}"
        for title, described, found in _sections(schema)
    ]
    return page(
        "scrm.yml, key by key",
        _INTRODUCTION,
        *sections,
        "## Environment\n\n" + table(("variable", "meaning"), [(code(n), said) for n, said in _ENVIRONMENT]),
    )


def _sections(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    yield "The file itself", "What stands at the beginning of a line.", schema
    yield from _below("", schema, schema)


def _below(
    path: str, found: dict[str, Any], schema: dict[str, Any]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the sections inside of one, with their paths, as they stand in the file."""
    for name, said in found["properties"].items():
        section = section_of(said, schema)
        if section is not None:
            inner = f"{path}{name}{'[]' if said.get('type') == 'array' else ''}"
            yield inner, " ".join(section.get("description", "").split("\n\n")[0].split()), section
            yield from _below(f"{inner}.", section, schema)


def section_of(said: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any] | None:
    """Return the section that a key holds, or a list of them; None where it holds plain values."""
    reference = said.get("$ref") or said.get("items", {}).get("$ref")
    return schema["$defs"][reference.rpartition("/")[2]] if reference else None


def _keys(schema: dict[str, Any], found: dict[str, Any]) -> str:
    required = set(found.get("required", ()))
    rows = [
        (
            code(name) + (" *" if name in required else ""),
            _type(said, schema),
            _default(said, is_section=section_of(said, schema) is not None),
            said["description"],
        )
        for name, said in found["properties"].items()
    ]
    return table(("key", "type", "default", "meaning"), rows)


def _type(said: dict[str, Any], schema: dict[str, Any]) -> str:
    if "anyOf" in said:
        return _type(next(each for each in said["anyOf"] if each.get("type") != "null"), schema)
    if section_of(said, schema) is not None:
        return "list of sections" if said.get("type") == "array" else "section"
    if "enum" in said:
        return " or ".join(map(code, said["enum"]))
    if said.get("format") == "date":
        return "day"
    if said.get("type") == "array":
        return f"list of {_type(said['items'], schema)}s"
    if said.get("type") == "object":
        inner = said.get("additionalProperties")
        return f"map to {_type(inner, schema)}" if isinstance(inner, dict) else "map"
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "yes or no"}
    return words[said["type"]] + _bounds(said)


def _bounds(said: dict[str, Any]) -> str:
    """Say between what a number must lie."""
    words = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to", "exclusiveMaximum": "below"}
    given = " ".join(f"{word} {said[key]:g}" for key, word in words.items() if key in said)
    return f", {given}" if given else ""


def _default(said: dict[str, Any], *, is_section: bool) -> str:
    if "default" not in said or said["default"] is None or is_section:
        return "–"
    return code(json.dumps(said["default"], ensure_ascii=False))
