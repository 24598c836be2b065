"""Checks between landed tables: references that lead nowhere, and things that happened in the wrong order.

Must not live here: content of one column (landed.py). Keys and uniqueness of staged tables are dbt's.
"""

from __future__ import annotations

from collections.abc import Iterator

from quality.check import Check, Limits, Severity

# table: column → table that holds it. The referred column is that table's own id.
REFERENCES: dict[str, dict[str, str]] = {
    "profile_counters": {"profile_id": "profiles"},
    "activity_counters": {"activity_id": "activities"},
    "web_visits": {"contact_id": "contacts"},
    "contacts": {"account_id": "accounts", "merged_into_id": "contacts"},
    "accounts": {"primary_contact_id": "contacts", "parent_account_id": "accounts"},
    "opportunities": {"account_id": "accounts"},
    "opportunity_contacts": {"opportunity_id": "opportunities", "contact_id": "contacts"},
    "campaign_members": {"campaign_id": "campaigns", "contact_id": "contacts"},
    "cases": {"contact_id": "contacts", "account_id": "accounts"},
    "case_comments": {"case_id": "cases"},
    "touchpoints": {"contact_id": "contacts", "case_id": "cases", "campaign_id": "campaigns"},
    "orders": {"contact_id": "contacts", "bill_to_contact_id": "contacts", "account_id": "accounts"},
    "order_lines": {"order_id": "orders", "product_id": "products"},
    "consents": {"contact_id": "contacts"},
    "segment_assignments": {"contact_id": "contacts"},
    "ideas": {"contact_id": "contacts"},
}

_IDS = {
    "profiles": "profile_id",
    "activities": "activity_id",
    "contacts": "contact_id",
    "accounts": "account_id",
    "opportunities": "opportunity_id",
    "campaigns": "campaign_id",
    "cases": "case_id",
    "orders": "order_id",
    "products": "product_id",
}
_BY_NETWORK = frozenset(("profiles", "activities"))

# table: (earlier, later), both of one row.
ORDER_OF_TIMES: dict[str, tuple[tuple[str, str], ...]] = {
    "profiles": (("created_at", "deleted_at"),),
    "connections": (("since", "until"),),
    "contacts": (("created_at", "modified_at"),),
    "accounts": (("created_at", "modified_at"),),
    "campaigns": (("starts_on", "ends_on"),),
    "cases": (("opened_at", "first_response_at"), ("opened_at", "resolved_at")),
    "segment_assignments": (("valid_from", "valid_to"),),
    "ideas": (("submitted_at", "adopted_at"),),
}


def suite(limits: Limits) -> tuple[Check, ...]:
    """Every check between landed tables, and between columns of one."""
    return (
        *_references(limits),
        *_orders_of_times(limits),
        *_contradictions(limits),
        _before_the_profile(limits),
        _one_primary(),
        _same_network(),
        _uncountable_currency(limits),
    )


def _references(limits: Limits) -> Iterator[Check]:
    """Two checks a table: a few orphans are reported, a reference that hardly ever holds blocks."""
    for table, columns in REFERENCES.items():
        orphans = "\nunion all\n".join(_orphans(column, target) for column, target in columns.items())
        severities: tuple[tuple[str, Severity, float], ...] = (
            ("orphans", "warning", 0.05),
            ("unrelated", "critical", 0.9),
        )
        for suffix, severity, share in severities:
            name = f"landed.{table}.{suffix}"
            yield Check(
                name=name,
                layer="landed",
                relation=f"landed.{table}",
                severity=severity,
                sentence="The id leads to no row of the table it refers to: what hangs on it counts for "
                "nobody. A few are normal in partial exports; nearly all means that ids were changed.",
                sql=orphans,
                columns=tuple(columns),
                tolerated_share=limits(name, share),
                cost="publication" if severity == "critical" else None,
                is_acceptable=severity == "critical",
            )


def _orphans(column: str, target: str) -> str:
    """Rows whose id leads nowhere; none where the other table is empty, since no source fills it."""
    match = f"there.{_IDS[target]} = here.{column}"
    if target in _BY_NETWORK:
        match += " and there.network = here.network"
    return f"""
select '{column}' as column_name, source, source_file_sha256, source_record
from @batch as here
where {column} is not null
    and exists (select 1 from landed.{target})
    and not exists (select 1 from landed.{target} as there where {match})"""


def _orders_of_times(limits: Limits) -> Iterator[Check]:
    for table, pairs in ORDER_OF_TIMES.items():
        name = f"landed.{table}.order_of_times"
        yield Check(
            name=name,
            layer="landed",
            relation=f"landed.{table}",
            severity="warning",
            sentence="A thing cannot end before it began: durations would be negative, and what held at a "
            "month's end would be wrong.",
            wrong_where={later: f"coalesce({later} < {earlier}, false)" for earlier, later in pairs},
            tolerated_share=limits(name, 0.01),
        )


def _contradictions(limits: Limits) -> Iterator[Check]:
    rules = {
        "orders": {
            "discount_amount": "coalesce(discount_amount > amount, false)",
            "tax_amount": "coalesce(tax_amount > amount, false)",
            "returned_amount": "coalesce(returned_amount > amount, false)",
        },
        "opportunities": {"is_won": "coalesce(is_won and not is_closed, false)"},
        "activities": {
            "in_reply_to_id": "coalesce(in_reply_to_id = activity_id, false)",
            "quote_of_id": "coalesce(quote_of_id = activity_id, false)",
        },
        "connections": {"followed_profile_id": "follower_profile_id = followed_profile_id"},
        "contacts": {"merged_into_id": "coalesce(merged_into_id = contact_id, false)"},
    }
    for table, bad in rules.items():
        name = f"landed.{table}.contradictions"
        yield Check(
            name=name,
            layer="landed",
            relation=f"landed.{table}",
            severity="warning",
            sentence="Two columns of one row contradict each other (a part larger than the whole, a thing "
            "that answers or follows itself): one of them was misread.",
            wrong_where=bad,
            tolerated_share=limits(name, 0.01),
        )


def _before_the_profile(limits: Limits) -> Check:
    name = "landed.activities.before_the_profile"
    return Check(
        name=name,
        layer="landed",
        relation="landed.activities",
        severity="warning",
        sentence="Nobody posts before the account exists: the times of posts, or of the account, are wrong. "
        "Imported archives do it in small numbers.",
        sql="""
with born as (
    select network, profile_id, max(created_at) as created_at
    from landed.profiles
    group by network, profile_id
)
select here.source, here.source_file_sha256, here.source_record
from @batch as here
join born on born.network = here.network and born.profile_id = here.actor_profile_id
where here.published_at < born.created_at - interval 1 day""",
        columns=("published_at",),
        needs=("landed.profiles",),
        tolerated_share=limits(name, 0.01),
    )


def _one_primary() -> Check:
    return Check(
        name="landed.opportunity_contacts.one_primary",
        layer="landed",
        relation="landed.opportunity_contacts",
        severity="warning",
        sentence="An opportunity has one primary contact; with several, its demand is credited to chance.",
        sql="""
select source, source_file_sha256, source_record
from @batch
where is_primary
qualify count(*) over (partition by source_file_sha256, opportunity_id) > 1""",
        columns=("is_primary",),
    )


def _same_network() -> Check:
    return Check(
        name="landed.activities.network_of_source",
        layer="landed",
        relation="landed.activities",
        severity="critical",
        sentence="A source observes one network, the one that scrm.yml or its format names. Activities filed "
        "under another meet the wrong profiles.",
        sql="""
select here.source, here.source_file_sha256, here.source_record
from @batch as here
join inputs.configured_sources as configured on configured.source = here.source
where configured.network is not null and configured.network <> here.network""",
        columns=("network",),
        cost="record",
        is_acceptable=True,
    )


def _uncountable_currency(limits: Limits) -> Check:
    name = "landed.orders.uncountable_currency"
    return Check(
        name=name,
        layer="landed",
        relation="landed.orders",
        severity="warning",
        sentence="An amount in another currency without an exchange rate cannot be added up: its buyer's "
        "value is too low.",
        sql="""
select source, source_file_sha256, source_record
from @batch
where currency is not null
    and currency not in (select currency from inputs.parameters)
    and currency not in (select currency from landed.exchange_rates)""",
        columns=("currency",),
        tolerated_share=limits(name, 0),
    )
