"""Two CRMs that number alike are told from two exports of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from quality.check import Check, Limits
from quality.relations import Relations
from quality.suites.landed_namespaces import _RECORDS, suite
from tests.unit.quality.healthy import healthy_tables, in_memory

Find = Callable[[Relations, Check], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def two_exports() -> Iterator[Relations]:
    """Every record of the CRM a second time, as an export of half a year later."""
    relations = in_memory(healthy_tables())
    for table in _RECORDS:
        relations.connection.execute(
            f"insert into landed.{table} by name select * replace ('later' as source,"
            f" observed_at + interval 180 day as observed_at) from landed.{table}"
        )
    yield relations
    relations.connection.close()


@pytest.fixture
def company(two_exports: Relations) -> Iterator[Relations]:
    """The same, to be changed."""
    two_exports.connection.execute("begin")
    yield Relations(two_exports.connection)
    two_exports.connection.execute("rollback")


def found(company: Relations, unexpected: Find, most: float = 0.5) -> dict[str, tuple[int, int]]:
    (check,) = suite(Limits({"landed.files.contradicting_ids": most}))
    rows = unexpected(Relations(company.connection), check)
    return {row["canonical_table"]: (row["shared_ids"], row["contradicting_ids"]) for row in rows}


def test_two_exports_of_one_crm_agree(company: Relations, unexpected: Find) -> None:
    assert found(company, unexpected) == {}


@pytest.mark.parametrize(
    "change",
    [
        "contacts set family_name = 'Married', full_name = 'Ann Married'",
        "contacts set full_name = upper(full_name), given_name = null, family_name = null",
        "contacts set full_name = 'Someone Else', given_name = null, family_name = null",  # at the same address
        "contacts set full_name = null, given_name = null, family_name = null, nickname = null, email = 'x@y.z'",
        "orders set amount = 1, status = 'Returned', ordered_at = ordered_at + interval 1 day",
        "order_lines set amount = 1, product_id = 'another'",
        "accounts set domain = 'renamed.example', website = null",
        "products set name = 'Renamed ' || name",
    ],
)
def test_what_changes_in_the_life_of_a_record_contradicts_nothing(
    company: Relations, unexpected: Find, change: str
) -> None:
    company.connection.execute(f"update landed.{change} where source = 'later'")
    assert found(company, unexpected) == {}


OTHERS = {
    "contacts": "full_name = 'Zoë Quist', given_name = 'Zoë', family_name = 'Quist', nickname = null,"
    " former_family_name = null, email = 'zoe@quist.example', other_emails = null, phone = null,"
    " other_phones = null",
    "accounts": "name = 'Quist AG', domain = 'quist.example', website = null, phone = null",
    "users": "full_name = 'Zoë Quist', email = null",
    "opportunities": "name = 'Roof', created_at = created_at - interval 300 day",
    "campaigns": "name = 'Autumn', starts_on = starts_on - 300",
    "products": "name = 'Gutter', synonyms = null",
    "orders": "ordered_at = ordered_at - interval 300 day",
    "cases": "opened_at = opened_at - interval 300 day",
    "case_comments": '"at" = "at" - interval 300 day',
    "touchpoints": '"at" = "at" - interval 300 day',
    "ideas": "submitted_at = submitted_at - interval 300 day, title = 'Gutters'",
    "web_visits": '"at" = "at" - interval 300 day',
    "order_lines": "order_id = 'order-x'",
    "opportunity_contacts": "opportunity_id = 'opportunity-x'",
    "campaign_members": "campaign_id = 'campaign-x'",
}


def test_records_that_have_nothing_in_common_are_of_two_crms(company: Relations, unexpected: Find) -> None:
    """60 ids in two sources, table by table; up to half of them may be odd."""
    for half in (True, False):
        for table, (key, _) in _RECORDS.items():
            first = f"select distinct {key} from landed.{table} order by {key} limit 30"
            odd = f"update landed.{table} set {OTHERS[table]} where source = 'later'"
            company.connection.execute(f"{odd} and {key} in ({first})" if half else odd)
        assert found(company, unexpected) == ({} if half else dict.fromkeys(_RECORDS, (60, 60)))
    assert found(company, unexpected, most=1) == {}
