"""What a build speaks of: its months and those without a fact, its customers, and what it lacks.

`read_coverage` counts in the build's own tables; `Coverage.notes` says in sentences what is missing and which key
of scrm.yml would bring it. Must not live here: how that looks on a terminal or a page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from warehouse.engine import connect

# Words of the CRM are shown from here on: fewer contacts or orders might bear a name by mistake.
_SHOWN_FROM = 10
_NOTHING_DATED = (
    "of what came in, no activity, order, case, touchpoint or web visit has a date of its own that lies before "
    "its file was looked at"
)
_DATED_WRONGLY = (
    "Set 'as_of', or, where a source's files are dated wrongly, its 'observed_on' to the day of their export."
)

_COUNTS = f"""
select
    parameters.as_of_on,
    parameters.is_as_of_configured,
    array(
        select strftime(period_month, '%Y-%m') from intermediate.int_periods order by period_month
    ) as months,
    array(
        select strftime(period_month, '%Y-%m') from intermediate.int_periods where facts = 0 order by period_month
    ) as empty_months,
    (select min(happened_on) from intermediate.int_fact_days) as first_fact_on,
    (select max(happened_on) from intermediate.int_fact_days) as last_fact_on,
    (select cast(coalesce(sum(facts), 0) as bigint) from intermediate.int_fact_days) as facts,
    (
        select cast(coalesce(sum(facts), 0) as bigint) from intermediate.int_fact_days
        where happened_on >= (select max(period_month) + interval 1 month from intermediate.int_periods)
    ) as facts_of_open_month,
    (
        select cast(coalesce(sum(facts), 0) as bigint) from intermediate.int_fact_days where fact_kind = 'activity'
    ) as activities,
    (select count(*) from people.customers) as customers,
    (select count(*) from people.customers where is_stage_date_assumed) as customers_assumed,
    (select count(*) from staging.stg_contacts) as contacts,
    (select count(*) from staging.stg_orders) as orders,
    (select count(*) from intermediate.int_orders where is_counted) as orders_counted,
    (select count(*) from intermediate.int_orders where is_counted and person_id is null) as orders_of_nobody,
    customer_stages.contacts as contacts_of_customer_stage,
    customer_stages.first_holds_from as customer_stage_first_from,
    array(
        select trim(stage) from staging.stg_contacts where stage is not null
        group by 1 having count(*) >= {_SHOWN_FROM} order by count(*) desc, 1 limit 3
    ) as stages,
    array(
        select trim(status) from staging.stg_orders where status is not null
        group by 1 having count(*) >= {_SHOWN_FROM} order by count(*) desc, 1 limit 3
    ) as statuses
from intermediate.int_parameters as parameters
cross join (
    select count(distinct contact_id) as contacts, min(holds_from) as first_holds_from
    from intermediate.int_contact_stages
    where lower(trim(stage)) in (
        select lower(trim(value)) from read_parquet($words) where kind = 'customer_stage'
    )
) as customer_stages
"""


@dataclass(frozen=True)
class Coverage:
    """Months are as '2024-01', in order. Customers are those at the end of the last month."""

    as_of_on: dt.date | None
    is_as_of_configured: bool
    months: tuple[str, ...] = ()
    empty_months: tuple[str, ...] = ()
    first_fact_on: dt.date | None = None
    last_fact_on: dt.date | None = None
    facts: int = 0
    facts_of_open_month: int = 0
    activities: int = 0
    customers: int = 0
    customers_assumed: int = 0
    contacts: int = 0
    orders: int = 0
    orders_counted: int = 0
    orders_of_nobody: int = 0
    contacts_of_customer_stage: int = 0
    customer_stage_first_from: dt.datetime | None = None
    stages: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()

    @property
    def months_in_words(self) -> str:
        """Which months are published, and how far they are empty."""
        if not self.months:
            return "none"
        said = f"{len(self.months)}, {self.months[0]} to {self.months[-1]}"
        if len(self.empty_months) == len(self.months):
            return f"{said}; none holds a fact"
        if self.empty_months:
            return f"{said}; without a fact: {', '.join(_runs(self.months, self.empty_months))}"
        return f"{said}; each holds facts"

    @property
    def customers_in_words(self) -> str:
        """How many customers there are, and how many by a date that nobody gave."""
        said = f"{self.customers:,}"
        if self.customers_assumed:
            said += (
                f", of them {self.customers_assumed:,} since their contact was made: no source dates their stage "
                "(stage_from; crm.stage_since)"
            )
        return said

    @property
    def notes(self) -> tuple[str, ...]:
        """What is missing, and which key would bring it; a sentence each."""
        return tuple(note for note in (*self._of_months(), *self._of_customers(), *self._of_facts()) if note)

    def plain(self) -> dict[str, Any]:
        """The coverage as values for manifest and run metadata."""
        return {
            "as_of": self.as_of_on.isoformat() if self.as_of_on else None,
            "is_as_of_configured": self.is_as_of_configured,
            "months": list(self.months),
            "months_without_facts": list(self.empty_months),
            "last_fact_on": self.last_fact_on.isoformat() if self.last_fact_on else None,
            "customers": self.customers,
            "customers_by_an_assumed_date": self.customers_assumed,
            "in_words": {"months": self.months_in_words, "customers": self.customers_in_words},
            "notes": list(self.notes),
        }

    def _of_months(self) -> Iterator[str]:
        if len(self.empty_months) < len(self.months):
            if 2 * self.facts_of_open_month > self.facts:
                yield (
                    f"Most of what came in ({self.facts_of_open_month:,} of {self.facts:,} dated facts) happened "
                    f"after {self.months[-1]}, the last month that was over at as_of {self.as_of_on}: a month is "
                    "published once it is over."
                )
            return
        facts = f"what came in happened from {self.first_fact_on} to {self.last_fact_on}"
        over = ", and no such day was over when anything was looked at"
        if self.last_fact_on is None:
            facts, over = _NOTHING_DATED, ""
        if self.as_of_on is None:
            yield f"No month is published: {facts}{over}. {_DATED_WRONGLY}"
        else:
            whose = "set to" if self.is_as_of_configured else "the last full day with a fact,"
            yield (
                f"No month published holds a fact: {facts}; as_of is {whose} {self.as_of_on}, and a month is "
                f"published once it is over. {_DATED_WRONGLY}"
            )

    def _of_customers(self) -> Iterator[str]:
        if self.customers or not self.months:
            return
        if not self.contacts:
            yield "No customer: no contact has come in; a CRM's contacts say who is one."
            return
        among = f"No customer at the end of {self.months[-1]} among {self.contacts:,} contacts"
        yield f"{among}: {self._why_not_by_order()}; {self._why_not_by_stage()}."

    def _why_not_by_order(self) -> str:
        if self.orders and not self.orders_counted:
            seen = _seen(self.statuses)
            return f"none of {self.orders:,} orders has a status of 'crm.counted_order_statuses'{seen}"
        if self.orders_of_nobody:
            return (
                f"{self.orders_of_nobody:,} of {self.orders_counted:,} counted orders name no known contact"
            )
        return "no order of theirs is counted by then"

    def _why_not_by_stage(self) -> str:
        if not self.contacts_of_customer_stage or self.customer_stage_first_from is None:
            return f"none is in a stage of 'crm.customer_stages'{_seen(self.stages)}"
        return (
            f"the stage of {self.contacts_of_customer_stage:,} is one of 'crm.customer_stages', but known since "
            f"{self.customer_stage_first_from:%Y-%m-%d} or later: map 'stage_from', set 'observed_on' to the day "
            "of the export, or 'crm.stage_since: created' where 'created_at' is known"
        )

    def _of_facts(self) -> Iterator[str]:
        if self.customers and not self.orders_counted:
            yield "No counted order has come in: every customer is 'inactive' in the segmentation 'value'."
        if self.months and not self.activities:
            yield "No activity has come in: what people do on the networks is observed in no month."


def read_coverage(build: Path) -> Coverage:
    """Count in a build whose marts are made."""
    words = {"words": str(build / "inputs" / "configured_words.parquet")}
    with connect(build / "warehouse.duckdb", read_only=True) as connection:
        (row,) = connection.execute(_COUNTS, words).to_arrow_table().to_pylist()
    counted: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
    return Coverage(**counted)


def _seen(words: Sequence[str]) -> str:
    return f" (seen: {', '.join(words)})" if words else ""


def _runs(months: Sequence[str], chosen: Sequence[str]) -> Iterator[str]:
    """Join chosen months that follow each other: '2024-01 to 2024-03', '2024-06'."""
    for is_chosen, run in groupby(months, key=set(chosen).__contains__):
        if is_chosen:
            listed = list(run)
            yield listed[0] if len(listed) == 1 else f"{listed[0]} to {listed[-1]}"
