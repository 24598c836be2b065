"""The sections of `scrm.yml`: what a company may say in each, and what holds where it says nothing.

Must not live here: reading the file (loading.py), the default values themselves (warehouse/policy.py), paths
inside the home folder (warehouse/lake.py), and secrets (they come from the environment).
"""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from warehouse import policy
from warehouse.settings.section import Name, Probability, Section

Accounts = dict[str, tuple[str, ...]]


class Brand(Section):
    """The company: its name, its own accounts, its staff's accounts, its sites."""

    name: str = Field(min_length=1, description="Your company, as people write it.")
    accounts: Accounts = Field(
        default={}, description="Its own accounts, network → handles or ids: never counted as customers."
    )
    staff_accounts: Accounts = Field(
        default={}, description="Accounts of staff who speak in public, network → handles or ids."
    )
    domains: tuple[str, ...] = Field(default=(), description="Its sites, such as example.com.")


class Competitor(Section):
    """A competitor: listened to, never a customer."""

    name: str = Field(min_length=1, description="The competitor, as people write it.")
    accounts: Accounts = Field(default={}, description="Its accounts, network → handles or ids.")


class Segmentation(Section):
    """A segmentation of the company's own, as named in `segment_assignments`."""

    name: Name = Field(
        description="As the rows of segment_assignments name it; 'all' and 'value' are built in."
    )
    description: str = Field(default="", description="What it divides by, for readers of the report.")

    @field_validator("name")
    @classmethod
    def _not_built_in(cls, value: str) -> str:
        if value in {"all", "value"}:
            raise ValueError("is built in; choose another name")
        return value


class Crm(Section):
    """How the CRM's own words map to the warehouse's."""

    customer_stages: tuple[str, ...] = Field(
        default=policy.CUSTOMER_STAGES,
        description="Stages of a contact that make a customer, as your CRM names them; case does not count.",
    )
    counted_order_statuses: tuple[str, ...] = Field(
        default=policy.COUNTED_ORDER_STATUSES,
        description="Statuses of orders that are sales; whoever has such an order is a customer.",
    )
    staff_email_domains: tuple[str, ...] = Field(
        default=(), description="Contacts with an address there are staff, and no customers."
    )
    stage_since: Literal["created", "observed"] | None = Field(
        default=None,
        description="Since when a stage holds that nobody dated: since the contact was created, or since it was "
        "first observed; without it, created where the source tells no history of stages.",
    )


class Identity(Section):
    """Thresholds on `probability` (marts.md, Link doubt), rules of cardinality, and further evidence."""

    join: Probability = Field(
        default=policy.JOIN, description="A link is made from this probability on; not below keep."
    )
    keep: Probability = Field(
        default=policy.KEEP, description="A link once made stays from this probability on; above review."
    )
    review: Probability = Field(
        default=policy.REVIEW, description="Between this probability and join a person decides."
    )
    max_accounts_per_network: int = Field(
        default=policy.MAX_ACCOUNTS_PER_NETWORK,
        ge=1,
        description="So many accounts on one network a person may have; the weakest link beyond it is cut.",
    )
    model: str = Field(
        default="standard",
        description="The model of linkage: 'standard' ships; else a .json that 'scrm identity train' "
        "wrote, by its path.",
    )
    avatars: str | None = Field(
        default=None,
        description="Folder of profile pictures, relative to scrm.yml: <network>/<profile_id>.png, .jpg or .webp.",
    )
    excluded_values: tuple[str, ...] = Field(
        default=(),
        description="Addresses and numbers that prove nothing, such as info@ or a switchboard's.",
    )

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


class Linking(Section):
    """Legal basis of linking: legitimate interest (all but objectors) or consent (only consenters)."""

    basis: Literal["legitimate_interest", "consent"] = Field(
        default="legitimate_interest",
        description="legitimate_interest: all but objectors are linked; consent: only those who consented.",
    )
    purpose: str = Field(default="linking", description="The purpose in consents that speaks of linking.")


class Privacy(Section):
    """Rules that protect the people in the data."""

    min_cell: int = Field(
        default=policy.MIN_CELL, ge=1, description="A figure that rests on fewer customers is suppressed."
    )
    linking: Linking = Field(default=Linking(), description="On which basis people are linked.")
    landed_visibilities: tuple[str, ...] = Field(
        default=policy.LANDED_VISIBILITIES,
        description="Posts of these visibilities land, and those that say none; add followers only where you may.",
    )


class Publication(Section):
    """How many publications are kept, and the group that may read them."""

    keep: int = Field(
        default=policy.KEPT_PUBLICATIONS, ge=2, description="Publications kept, for 'scrm rollback'."
    )
    group: str | None = Field(
        default=None,
        description="Group of this machine that may read what is published; without it nobody else.",
    )


class History(Section):
    """How much of Dagster's history of runs is kept; the ledger, which lasts, is not touched by it."""

    runs: int = Field(default=policy.KEPT_RUNS, ge=1, description="Runs kept in Dagster's history.")
    days: int = Field(
        default=policy.KEPT_DAYS,
        ge=1,
        description="No run is kept that is so many days older than the last one.",
    )


class Notify(Section):
    """Whom to tell of a publication, a refusal, what was set apart, and files that could not be read."""

    command: tuple[str, ...] = Field(
        default=(),
        description="A program and its arguments, run without a shell, in the folder of scrm.yml; it is "
        "given what "
        "happened as JSON on stdin. What it does never changes a run.",
    )
    timeout: int = Field(
        default=policy.NOTIFY_SECONDS,
        ge=1,
        le=policy.MOST_NOTIFY_SECONDS,
        description="Seconds after which it is ended.",
    )


class Containment(Section):
    """How many rows, or persons, may be set apart before the publication is refused instead (`most_of`)."""

    share: float = Field(
        default=policy.CONTAINED_SHARE, ge=0, le=1, description="At most this share of the rows, or persons."
    )
    at_least: int = Field(
        default=policy.CONTAINED_AT_LEAST, ge=0, description="In small tables, so many may be all the same."
    )
    at_most_share: float = Field(
        default=policy.CONTAINED_AT_MOST_SHARE,
        ge=0,
        le=1,
        description="Though never more than this share; beyond it nothing is published.",
    )

    def most_of(self, count: int) -> int:
        """Give the most of `count` rows or persons: `share` of them, in small tables up to `at_least`.

        These must themselves not be more than `at_most_share`. Exact: 0.05 of 140 is 7, not 7.000000000000001.
        """
        few = min(self.at_least, math.ceil(Fraction(str(self.at_most_share)) * count))
        return max(math.floor(Fraction(str(self.share)) * count), few)


class Quality(Section):
    """Thresholds of the checks; every other one has its default beside the check."""

    max_rejected_share: float = Field(
        default=policy.MAX_REJECTED_SHARE,
        ge=0,
        le=1,
        description=f"A file with a larger share of rejected records (at least {policy.LEAST_REJECTED}) is set "
        "aside whole.",
    )
    containment: Containment = Field(
        default=Containment(), description="How much may be set apart so that the rest is published."
    )
    thresholds: dict[str, float] = Field(
        default={},
        description="Limit of a check → another value than its own; the page of checks lists them.",
    )
