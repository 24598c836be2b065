"""What a build says of its months, its customers, and what it lacks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from warehouse.builds.coverage import Coverage

FULL = Coverage(
    as_of_on=dt.date(2024, 4, 15),
    is_as_of_configured=False,
    months=("2024-01", "2024-02", "2024-03"),
    first_fact_on=dt.date(2024, 1, 3),
    last_fact_on=dt.date(2024, 4, 15),
    activities=40,
    customers=20,
    contacts=30,
    orders=9,
    orders_counted=9,
)
NOBODY = replace(FULL, customers=0)


def test_a_company_that_has_everything_lacks_nothing() -> None:
    assert FULL.notes == ()
    assert FULL.months_in_words == "3, 2024-01 to 2024-03; each holds facts"
    assert FULL.customers_in_words == "20"


def test_a_month_that_is_not_over_is_named_where_most_facts_lie_in_it() -> None:
    assert replace(FULL, facts=100, facts_of_open_month=50).notes == ()
    (said,) = replace(FULL, facts=100, facts_of_open_month=51).notes
    assert said.startswith("Most of what came in (51 of 100 dated facts) happened after 2024-03")


@pytest.mark.parametrize(
    ("empty", "said"),
    [
        (("2024-02",), "without a fact: 2024-02"),
        (("2024-01", "2024-02"), "without a fact: 2024-01 to 2024-02"),
        (("2024-01", "2024-03"), "without a fact: 2024-01, 2024-03"),
        (FULL.months, "none holds a fact"),
    ],
)
def test_published_months_without_facts_are_named(empty: tuple[str, ...], said: str) -> None:
    assert replace(FULL, empty_months=empty).months_in_words.endswith(f"; {said}")


def test_customers_by_an_assumed_date_are_counted_with_the_keys_that_would_date_them() -> None:
    said = replace(FULL, customers_assumed=20).customers_in_words
    assert said.startswith("20, of them 20 since their contact was made")
    assert "stage_from" in said
    assert "crm.stage_since" in said


@pytest.mark.parametrize(
    ("lacking", "named"),
    [
        # as_of is set years after the last fact
        (
            replace(FULL, as_of_on=dt.date(2029, 12, 31), is_as_of_configured=True, empty_months=FULL.months),
            ("as_of is set to 2029-12-31", "from 2024-01-03 to 2024-04-15", "'observed_on'"),
        ),
        # all facts lie in a month that is still running
        (replace(FULL, empty_months=FULL.months), ("the last full day with a fact, 2024-04-15", "'as_of'")),
        # every fact is dated after the look at it, or none is dated
        (Coverage(None, False), ("has a date of its own", "'observed_on'", "'as_of'")),
        # the only days with facts were still running
        (
            Coverage(None, False, first_fact_on=dt.date(2024, 1, 3), last_fact_on=dt.date(2024, 1, 3)),
            ("2024-01-03", "no such day was over", "'observed_on'", "'as_of'"),
        ),
        (replace(NOBODY, contacts=0), ("no contact has come in",)),
        (
            replace(NOBODY, orders_counted=0, statuses=("Won",), stages=("Kunde", "Lead")),
            ("'crm.counted_order_statuses' (seen: Won)", "'crm.customer_stages' (seen: Kunde, Lead)"),
        ),
        (replace(NOBODY, orders_of_nobody=9), ("9 of 9 counted orders name no known contact",)),
        (
            replace(
                NOBODY,
                contacts_of_customer_stage=12,
                customer_stage_first_from=dt.datetime(2026, 11, 28, tzinfo=dt.UTC),
            ),
            ("the stage of 12", "2026-11-28", "'stage_from'", "'observed_on'", "'crm.stage_since: created'"),
        ),
        (replace(FULL, orders=0, orders_counted=0), ("'inactive'",)),
        (replace(FULL, activities=0), ("No activity has come in",)),
    ],
)
def test_what_is_missing_is_said_with_the_key_that_would_bring_it(
    lacking: Coverage, named: tuple[str, ...]
) -> None:
    (note,) = lacking.notes
    assert all(part in note for part in named), note


def test_the_manifest_gets_months_and_notes_as_plain_values() -> None:
    plain = replace(FULL, empty_months=("2024-02",), customers_assumed=3).plain()
    assert plain["as_of"] == "2024-04-15"
    assert plain["months_without_facts"] == ["2024-02"]
    assert plain["customers_by_an_assumed_date"] == 3
    assert plain["notes"] == []
