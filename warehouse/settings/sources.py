"""A source of `scrm.yml`: one configured instance of a format.

Must not live here: what a format makes of it (ingestion/formats/), options of one format (there, too).
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from warehouse.settings.section import Name, Section


class Source(Section):
    """One configured instance of a format."""

    name: Name = Field(
        description="Yours to choose: lower case, digits, underscores. What landed is kept under it."
    )
    format: str = Field(
        description="How the export is laid out; one page of the reference lists all formats."
    )
    path: str = Field(
        min_length=1,
        description="Pattern of the files, relative to scrm.yml: exports/crm/*.csv are those of that folder, "
        "exports/crm/**/*.csv those of its sub-folders, too. Never outside of its folder.",
    )
    network: Name | None = Field(
        default=None,
        description="The network or community that is observed; without it, the format's own. Not 'all'.",
    )
    ids: Name | None = Field(
        default=None,
        description="The CRM whose ids the files hold; sources without it share one. A second CRM needs one.",
    )
    table: str | None = Field(
        default=None, description="Of format 'table': the canonical table that the rows become."
    )
    columns: dict[str, str] = Field(
        default={},
        description="Of format 'table': column of the warehouse → column of the file; case does not count.",
    )
    constants: dict[str, str] = Field(
        default={},
        description="Column of the warehouse → a value for all rows, or where the mapped cell is empty.",
    )
    time_zone: str = Field(
        default="UTC", description="Zone of times that are written without one, as IANA names it."
    )
    delimiter: str = Field(
        default=",", description="What parts the cells of delimited text: one ASCII character."
    )
    encoding: str = Field(
        default="utf-8", description="Encoding of text, as Python names it; Excel's files are mostly cp1252."
    )
    observed_on: dt.date | None = Field(
        default=None,
        description="Day of the export, where neither its records nor the names of its files tell it.",
    )
    deletions_by: Literal["author", "platform"] | None = Field(
        default=None,
        description="Whose Delete counts: the author's alone, or that of whoever the platform lets delete; "
        "without it the format says.",
    )
    options: dict[str, Any] = Field(
        default={}, description="Options of the format; its page of the reference lists them."
    )

    @field_validator("path")
    @classmethod
    def _stays_inside(cls, value: str) -> str:
        if ".." in Path(value).parts:
            raise ValueError("must not climb out of its folder with '..'")
        return value

    @field_validator("constants", mode="before")
    @classmethod
    def _as_written(cls, value: Any) -> Any:
        """Take a number, a day, true or false for the text that stands there."""
        if not isinstance(value, dict):
            return value
        plain = {True: "true", False: "false"}
        return {
            column: plain[said]
            if isinstance(said, bool)
            else str(said)
            if isinstance(said, (int, float, dt.date))
            else said
            for column, said in value.items()
        }

    @field_validator("network")
    @classmethod
    def _is_one_network(cls, value: str | None) -> str | None:
        if value == "all":
            raise ValueError("is what marts call all networks together; choose another name")
        return value

    @field_validator("time_zone")
    @classmethod
    def _is_iana(cls, value: str) -> str:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("is not an IANA time zone, such as Europe/Berlin") from error
        return value

    @model_validator(mode="after")
    def _table_needs_a_map(self) -> Source:
        if self.format == "table" and not (self.table and self.columns):
            raise ValueError("format 'table' needs 'table' (a canonical table) and 'columns'")
        if self.format != "table" and (self.table or self.columns):
            raise ValueError(f"'table' and 'columns' belong to format 'table', not '{self.format}'")
        return self
