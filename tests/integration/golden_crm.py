"""What the CRM and the shop know of the people of golden_company.py.

Must not live here: what they did on the networks (golden_social.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from tests.integration.hand_made_lake import instant

Row = Mapping[str, Any]


def _contact(contact_id: str, name: str, **more: Any) -> Row:
    return {
        "contact_id": contact_id,
        "contact_type": "contact",
        "given_name": name,
        "family_name": f"Of {name}",
        "email": f"{name.lower()}@post.example",
        "is_deleted": False,
        "modified_at": instant("2026-01-01"),
        **more,
    }


def crm_rows() -> dict[str, Sequence[Row]]:
    first_look = {"observed_at": instant("2026-06-01"), "record_hash": 900}
    return {
        "contacts": [
            _contact("c01", "Ada"),
            _contact("c02", "Ben", time_zone="America/New_York"),
            _contact("c03", "Cem", country="Deutschland"),
            _contact("c04", "Dee", account_id="a4"),
            _contact("c05", "Eli", stage="Customer", stage_from=instant("2026-06-10")),
            _contact("c06", "Fay", stage="customer ", **first_look),
            _contact("c06", "Fay", stage="Former"),
            _contact("c07", "Gus", country="USA"),
            _contact("c08", "Hal", stage="Lead"),
            _contact("c09", "Ida", is_deleted=True, merged_into_id="c01"),
            _contact("c10", "Jon", is_deleted=True),
            _contact("c12", "Kim"),
            _contact("c13", "Lee", account_id="a4"),
        ],
        "accounts": [{"account_id": "a4", "name": "The Dees", "primary_contact_id": "c04"}],
        "touchpoints": [
            {
                "touchpoint_id": "t1",
                "touchpoint_type": "call",
                "contact_id": "c02",
                "at": instant("2026-06-12T09:00"),
            }
        ],
        "cases": [
            {"case_id": "k1", "contact_id": "c02", "status": "New", "opened_at": instant("2026-06-12T09:05")},
            {
                "case_id": "k2",
                "contact_id": "c09",
                "status": "Closed",
                "opened_at": instant("2026-02-01T09:00"),
                "resolved_at": instant("2026-02-02T09:00"),
            },
        ],
    }


def _order(order_id: str, contact_id: str | None, at: str, amount: str, **more: Any) -> Row:
    amounts = {k: Decimal(v) for k, v in more.items() if k.endswith("_amount")}
    return {
        "order_id": order_id,
        "contact_id": contact_id,
        "ordered_at": instant(at),
        "status": "Paid",
        "amount": Decimal(amount),
        "currency": "EUR",
        **more,
        **amounts,
    }


def commerce_rows() -> dict[str, Sequence[Row]]:
    return {
        "orders": [
            _order(
                "o1",
                "c01",
                "2026-06-20T10:00",
                "100",
                discount_amount="10",
                tax_amount="15",
                returned_amount="5",
            ),
            _order("o2", "c01", "2026-05-15T10:00", "100", currency="USD"),
            _order("o9", "c09", "2026-03-01T10:00", "40", currency=None),
            _order("o3", None, "2026-06-10T10:00", "60", bill_to_contact_id="c02"),
            _order("o4", "c02", "2025-12-01T10:00", "20", status="paid"),
            _order("o4d", "c02", "2026-06-25T10:00", "999", status="Draft"),
            _order("o5", "c03", "2026-04-30T10:00", "30"),
            _order("o6", None, "2026-05-31T23:59", "500", account_id="a4"),
            _order("o7", "c07", "2026-01-10T10:00", "99", currency="GBP"),
            _order("o10", "c10", "2026-06-01T10:00", "70"),
            _order("o12", "c12", "2024-03-01T10:00", "800"),
            _order("o13", "c99", "2026-06-02T10:00", "5"),
        ],
        "exchange_rates": [
            {"currency": "USD", "valid_on": instant("2026-05-01").date(), "rate": 0.9},
            {"currency": "USD", "valid_on": instant("2026-05-16").date(), "rate": 0.5},
        ],
        "segment_assignments": [
            _assigned("c01", "north", "2020-01-01"),
            _assigned("c02", "north", "2020-01-01"),
            _assigned("c03", "north", "2020-01-01", to="2026-02-01"),
            _assigned("c03", "south", "2026-02-01"),
            _assigned("c04", "south", "2020-01-01"),
            _assigned("c07", "south", "2020-01-01"),
            _assigned("c08", "north", "2020-01-01"),
            _assigned("c12", "north", "2020-01-01", to="2026-06-01"),
        ],
    }


def _assigned(contact_id: str, segment: str, since: str, to: str | None = None) -> Row:
    return {
        "contact_id": contact_id,
        "segmentation": "region",
        "segment": segment,
        "valid_from": instant(since),
        "valid_to": instant(to) if to else None,
    }
