"""A small configuration of every format, from which the reference asks formats and checks what they know.

Must not live here: what they answer.
"""

from __future__ import annotations

from ingestion.formats.registry import format_names, format_of
from ingestion.mapping.format import Format
from warehouse.settings import Brand, Settings, Source

_MAP = {"table": "contacts", "columns": {"contact_id": "id"}, "constants": {"contact_type": "contact"}}


def example_source(name: str) -> Source:
    """Return a source of a format with nothing said that need not be."""
    return Source.model_validate(
        {
            "name": name,
            "format": name,
            "path": "exports/*",
            "network": name,
            **(_MAP if name == "table" else {}),
        }
    )


def example_of(name: str) -> Format:
    """Return a format as it is laid out for a source that says nothing of its own."""
    return format_of(example_source(name))


def example_settings() -> Settings:
    """Return a configuration with a source of each format."""
    return Settings(brand=Brand(name="Example"), sources=tuple(map(example_source, format_names())))
