"""The whole of `scrm.yml`, and where it and its home lie.

Must not live here: a section (sections.py, sources.py), reading the file (loading.py), paths inside the home
folder (warehouse/lake.py), and secrets (they come from the environment).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from pathlib import Path

from pydantic import Field, model_validator

from warehouse import policy
from warehouse.settings.section import Section, SettingsError
from warehouse.settings.sections import (
    Brand,
    Competitor,
    Crm,
    History,
    Identity,
    Notify,
    Privacy,
    Publication,
    Quality,
    Segmentation,
)
from warehouse.settings.sources import Source

CONFIG_NAME = "scrm.yml"
CHECKS_NAME = "checks.yml"  # a company's own checks, beside it
MODELS_NAME = "models"  # a folder of its own models, beside it


def home_beside(config: Path) -> Path:
    """Folder of everything the warehouse keeps: `$SCRM_HOME`, else `.scrm` beside `scrm.yml`."""
    return Path(os.environ.get("SCRM_HOME") or config.parent / ".scrm").absolute()


class Settings(Section):
    """The whole of `scrm.yml`."""

    brand: Brand = Field(description="The company itself.")
    competitors: tuple[Competitor, ...] = Field(
        default=(), description="Who else is listened to; never linked, never a customer."
    )
    sources: tuple[Source, ...] = Field(min_length=1, description="One entry per kind of export.")
    as_of: dt.date | None = Field(
        default=None,
        description="Fixes the last day counted; without it, the last day with a dated fact that was over.",
    )
    months: int = Field(
        default=policy.MONTHS, ge=1, le=policy.MOST_MONTHS, description="How many months back the marts go."
    )
    currency: str = Field(
        default=policy.CURRENCY,
        pattern=r"^[A-Z]{3}$",
        description="Of all amounts; orders in another one need a source for exchange_rates.",
    )
    segmentations: tuple[Segmentation, ...] = Field(
        default=(), description="Ways of your own to divide customers, beside 'all' and 'value'."
    )
    crm: Crm = Field(default=Crm(), description="How the CRM's own words are read.")
    identity: Identity = Field(default=Identity(), description="When personas are linked to one person.")
    privacy: Privacy = Field(default=Privacy(), description="What protects the people in the data.")
    publication: Publication = Field(default=Publication(), description="What is kept, and who may read it.")
    quality: Quality = Field(default=Quality(), description="Thresholds of the checks.")
    history: History = Field(default=History(), description="How much of Dagster's history is kept.")
    notify: Notify = Field(default=Notify(), description="A command that is told how runs ended.")
    memory_limit: str = Field(
        default="2GB",
        pattern=r"^\d+(\.\d+)?\s?[KMGT]i?B$",
        description="Memory that DuckDB takes before it spills to disk.",
    )

    _path: Path = Path(CONFIG_NAME)

    @model_validator(mode="after")
    def _names_are_unique(self) -> Settings:
        for what, names in (
            ("source", [s.name for s in self.sources]),
            ("segmentation", [s.name for s in self.segmentations]),
        ):
            twice = sorted({n for n in names if names.count(n) > 1})
            if twice:
                raise ValueError(f"two {what}s have the name {twice[0]!r}; each needs its own")
        return self

    @property
    def path(self) -> Path:
        """The file itself."""
        return self._path

    @property
    def folder(self) -> Path:
        """Folder of `scrm.yml`: source paths are relative to it."""
        return self._path.parent

    @property
    def home(self) -> Path:
        """Folder of everything the warehouse keeps: `$SCRM_HOME`, else `.scrm` beside `scrm.yml`."""
        return home_beside(self._path)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what the configuration means for figures: comments, layout, history, notify do not count."""
        canonical = json.dumps(self.model_dump(mode="json", exclude={"history", "notify"}), sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()

    def source(self, name: str) -> Source:
        for source in self.sources:
            if source.name == name:
                return source
        known = ", ".join(s.name for s in self.sources)
        raise SettingsError(f"no source is called {name!r}; known are {known}; see {self._path}")
