"""The sections of `scrm.yml`: what a company may say in each, and what holds where it says nothing.

Must not live here: reading the file (loading.py), the default values themselves (warehouse/policy.py), paths
inside the home folder (warehouse/lake.py), and secrets (they come from the environment).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import os
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from warehouse import policy
from warehouse.errors import ScrmError

CONFIG_NAME = "scrm.yml"
CHECKS_NAME = "checks.yml"  # a company's own checks, beside it
MODELS_NAME = "models"  # a folder of its own models, beside it

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Probability = Annotated[float, Field(gt=0, lt=1)]


class SettingsError(ScrmError):
    """`scrm.yml` is missing, is not YAML, or says something that is not valid."""


def home_beside(config: Path) -> Path:
    """Folder of everything the warehouse keeps: `$SCRM_HOME`, else `.scrm` beside `scrm.yml`."""
    return Path(os.environ.get("SCRM_HOME") or config.parent / ".scrm").absolute()


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Brand(_Section):
    """The company: its name, its own accounts, its staff's accounts, its sites."""

    name: str = Field(min_length=1)
    accounts: dict[str, tuple[str, ...]] = {}
    staff_accounts: dict[str, tuple[str, ...]] = {}
    domains: tuple[str, ...] = ()


class Competitor(_Section):
    """A competitor: listened to, never a customer."""

    name: str = Field(min_length=1)
    accounts: dict[str, tuple[str, ...]] = {}


class Source(_Section):
    """One configured instance of a format. `path` is a glob, relative to `scrm.yml`.

    `ids` names the CRM whose ids the files hold; sources without it share one. `deletions_by` says whose Delete
    counts: that of the author alone, or of whoever the platform lets delete; without it the format says.
    """

    name: Name
    format: str
    path: str = Field(min_length=1)
    network: Name | None = None
    ids: Name | None = None
    table: str | None = None
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    time_zone: str = "UTC"
    delimiter: str = ","
    encoding: str = "utf-8"
    observed_on: dt.date | None = None
    deletions_by: Literal["author", "platform"] | None = None
    options: dict[str, Any] = {}

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


class Segmentation(_Section):
    """A segmentation of the company's own, as named in `segment_assignments`."""

    name: Name
    description: str = ""

    @field_validator("name")
    @classmethod
    def _not_built_in(cls, value: str) -> str:
        if value in {"all", "value"}:
            raise ValueError("is built in; choose another name")
        return value


class Crm(_Section):
    """How the CRM's own words map to the warehouse's.

    `stage_since` says since when a stage holds that nobody dated: since the contact was `created`, or since it
    was first `observed`; without it, created where the source tells no history of stages.
    """

    customer_stages: tuple[str, ...] = policy.CUSTOMER_STAGES
    counted_order_statuses: tuple[str, ...] = policy.COUNTED_ORDER_STATUSES
    staff_email_domains: tuple[str, ...] = ()
    stage_since: Literal["created", "observed"] | None = None


class Identity(_Section):
    """Thresholds on `probability` (marts.md, Link doubt), rules of cardinality, and further evidence.

    `avatars` is a folder of profile pictures, <network>/<profile_id>.<png|jpg|webp>, relative to `scrm.yml`.
    """

    join: Probability = policy.JOIN
    keep: Probability = policy.KEEP
    review: Probability = policy.REVIEW
    max_accounts_per_network: int = Field(default=policy.MAX_ACCOUNTS_PER_NETWORK, ge=1)
    model: str = "standard"
    avatars: str | None = None
    excluded_values: tuple[str, ...] = ()

    @field_validator("avatars")
    @classmethod
    def _stays_inside(cls, value: str | None) -> str | None:
        if value is not None and ".." in Path(value).parts:
            raise ValueError("must not climb out of its folder with '..'")
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Identity:
        if not self.review < self.keep <= self.join:
            raise ValueError(
                f"must keep review < keep <= join, but {self.review}, {self.keep}, {self.join} were given"
            )
        return self


class Linking(_Section):
    """Legal basis of linking: legitimate interest (all but objectors) or consent (only consenters)."""

    basis: Literal["legitimate_interest", "consent"] = "legitimate_interest"
    purpose: str = "linking"


class Privacy(_Section):
    """Rules that protect the people in the data."""

    min_cell: int = Field(default=policy.MIN_CELL, ge=1)
    linking: Linking = Linking()
    landed_visibilities: tuple[str, ...] = policy.LANDED_VISIBILITIES


class Publication(_Section):
    """How many publications are kept, and the group that may read them."""

    keep: int = Field(default=policy.KEPT_PUBLICATIONS, ge=2)
    group: str | None = None


class History(_Section):
    """How much of Dagster's history of runs is kept; the ledger, which lasts, is not touched by it."""

    runs: int = Field(default=policy.KEPT_RUNS, ge=1)
    days: int = Field(default=policy.KEPT_DAYS, ge=1)


class Containment(_Section):
    """How many rows, or persons, may be set apart before the publication is refused instead (`most_of`)."""

    share: float = Field(default=policy.CONTAINED_SHARE, ge=0, le=1)
    at_least: int = Field(default=policy.CONTAINED_AT_LEAST, ge=0)
    at_most_share: float = Field(default=policy.CONTAINED_AT_MOST_SHARE, ge=0, le=1)

    def most_of(self, count: int) -> int:
        """Give the most of `count` rows or persons: `share` of them, in small tables up to `at_least`.

        These must themselves not be more than `at_most_share`. Exact: 0.05 of 140 is 7, not 7.000000000000001.
        """
        few = min(self.at_least, math.ceil(Fraction(str(self.at_most_share)) * count))
        return max(math.floor(Fraction(str(self.share)) * count), few)


class Quality(_Section):
    """Thresholds of the checks; every other one has its default beside the check."""

    max_rejected_share: float = Field(default=policy.MAX_REJECTED_SHARE, ge=0, le=1)
    containment: Containment = Containment()
    thresholds: dict[str, float] = {}


class Settings(_Section):
    """The whole of `scrm.yml`."""

    brand: Brand
    competitors: tuple[Competitor, ...] = ()
    sources: tuple[Source, ...] = Field(min_length=1)
    as_of: dt.date | None = None
    months: int = Field(default=policy.MONTHS, ge=1, le=policy.MOST_MONTHS)
    currency: str = Field(default=policy.CURRENCY, pattern=r"^[A-Z]{3}$")
    segmentations: tuple[Segmentation, ...] = ()
    crm: Crm = Crm()
    identity: Identity = Identity()
    privacy: Privacy = Privacy()
    publication: Publication = Publication()
    quality: Quality = Quality()
    history: History = History()
    memory_limit: str = Field(default="2GB", pattern=r"^\d+(\.\d+)?\s?[KMGT]i?B$")

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
        """SHA-256 of what the configuration means for figures: comments, layout, history do not count."""
        canonical = json.dumps(self.model_dump(mode="json", exclude={"history"}), sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()

    def source(self, name: str) -> Source:
        for source in self.sources:
            if source.name == name:
                return source
        known = ", ".join(s.name for s in self.sources)
        raise SettingsError(f"no source is called {name!r}; known are {known}; see {self._path}")
