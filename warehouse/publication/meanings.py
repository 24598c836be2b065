"""What published tables and columns mean, in the words of the dbt YAML, and how it goes into the files themselves.

In a DuckDB file it is a comment on each table and column. In Parquet it is Arrow's metadata: `description` of the
file and of each field, which others than Arrow pass over. Must not live here: any meaning (the YAML beside the
models).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from warehouse.engine import quote_identifier, quote_text

_KEY = "description"


@dataclass(frozen=True)
class Meaning:
    """What a table holds, what each of its columns says, and the columns that say what a row is."""

    description: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    grain: tuple[str, ...] = ()


def read_meanings(dbt_manifest: Path | None) -> dict[str, Meaning]:
    """Model → its meaning, as dbt's manifest has it; none without a manifest."""
    if dbt_manifest is None or not dbt_manifest.exists():
        return {}
    return meanings_of(json.loads(dbt_manifest.read_bytes())["nodes"].values())


def meanings_of(nodes: Iterable[Mapping[str, Any]]) -> dict[str, Meaning]:
    """Model → its meaning, of nodes of a manifest."""
    return {
        node["name"]: Meaning(
            _in_one_line(node.get("description")),
            {name: _in_one_line(c.get("description")) for name, c in (node.get("columns") or {}).items()},
            tuple((node.get("meta") or {}).get("grain") or ()),
        )
        for node in nodes
        if node.get("resource_type", "model") == "model"
    }


def comments(relation: str, meaning: Meaning, columns: list[str]) -> Iterator[str]:
    """Statements that comment a table and those of its columns that are described; `relation` is quoted."""
    if meaning.description:
        yield f"comment on table {relation} is {quote_text(meaning.description)}"
    for column in columns:
        if said := meaning.columns.get(column):
            yield f"comment on column {relation}.{quote_identifier(column)} is {quote_text(said)}"


def parquet_metadata(schema: pa.Schema, meaning: Meaning) -> str:
    """The option of DuckDB's COPY that writes the meaning into a Parquet file of this schema."""
    fields = [
        each.with_metadata({_KEY: said}) if (said := meaning.columns.get(each.name)) else each
        for each in schema
    ]
    described = pa.schema(fields, metadata={_KEY: meaning.description} if meaning.description else None)
    as_arrow = base64.b64encode(described.serialize().to_pybytes()).decode()
    said = f", {_KEY}: {quote_text(meaning.description)}" if meaning.description else ""
    return f"kv_metadata {{'ARROW:schema': '{as_arrow}'{said}}}"


def _in_one_line(text: str | None) -> str:
    return " ".join((text or "").split())
