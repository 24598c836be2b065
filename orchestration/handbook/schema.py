"""The JSON Schema of `scrm.yml`, from which editors complete: the models that validate it, and words of formats.

Must not live here: a key (warehouse/settings/), an option (ingestion/formats/), a limit (quality/suites/).
"""

from __future__ import annotations

import json
from typing import Any

from ingestion.formats.registry import format_names, option_meanings
from ingestion.formats.table import OBSERVED_AT
from orchestration.handbook.examples import example_of, example_settings
from quality.suites import known_limits
from warehouse.canonical.register import TABLES
from warehouse.settings import Settings

_WRITTEN = {"type": ["string", "number", "boolean"]}  # YAML's own numbers and days are taken for texts


def schema() -> dict[str, Any]:
    """Return the schema of the whole file."""
    made = Settings.model_json_schema()
    made["$schema"] = "http://json-schema.org/draft-07/schema#"
    made["title"] = "scrm.yml"
    definitions = made["$defs"]
    source = definitions["Source"]
    source["properties"]["format"]["enum"] = list(format_names())
    source["properties"]["table"] = {"enum": list(TABLES), **_said(source["properties"]["table"])}
    source["properties"]["constants"]["additionalProperties"] = _WRITTEN
    source["properties"]["columns"]["additionalProperties"] = {"type": "string"}
    source["allOf"] = [*map(_of_format, format_names()), *map(_of_table, TABLES)]
    definitions |= {f"columns_of_{name}": _columns_of(name) for name in TABLES}
    limits = definitions["Quality"]["properties"]["thresholds"]
    limits["properties"] = {
        name: {"type": "number", "description": f"Without this: {value:g}."}
        for name, value in sorted(known_limits(example_settings()).items())
    }
    limits["additionalProperties"] = False
    return made


def schema_text() -> str:
    """Return the schema as it is written to a file."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _said(field: dict[str, Any]) -> dict[str, Any]:
    return {"description": field["description"]}


def _of_format(name: str) -> dict[str, Any]:
    """What a source of a format may give as options."""
    values = example_of(name).options
    valid = {
        option: {"description": said, **({"enum": list(values[option])} if values.get(option) else {})}
        for option, said in option_meanings(name).items()
    }
    return {
        "if": {"properties": {"format": {"const": name}}, "required": ["format"]},
        "then": {"properties": {"options": {"properties": valid, "additionalProperties": False}}},
    }


def _columns_of(name: str) -> dict[str, Any]:
    """The columns that a source of a table may map, with their meanings."""
    columns = {column.name: column.meaning for column in TABLES[name].columns}
    columns[OBSERVED_AT] = "when the platform was asked"
    return {
        "properties": {column: {"description": said} for column, said in columns.items()},
        "additionalProperties": False,
    }


def _of_table(name: str) -> dict[str, Any]:
    """Which columns a source of a table may map, and give constants for."""
    columns = {"$ref": f"#/$defs/columns_of_{name}"}
    return {
        "if": {"properties": {"table": {"const": name}}, "required": ["table"]},
        "then": {"properties": {"columns": columns, "constants": columns}},
    }
