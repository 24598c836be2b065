"""Cases that users of tools reported, as files in the shared folder: each lands as its `case.md` says is right."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.landed_tables import Warehouse

CASES = Path(os.environ.get("SCRM_REAL_DATA") or Path(__file__).parents[3] / "shared" / "data") / "cases"


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    if not CASES.is_dir():
        pytest.skip(f"the cases are not at {CASES} (SCRM_REAL_DATA names another folder)")
    monkeypatch.delenv("SCRM_HOME", raising=False)
    return Warehouse(tmp_path)


def land_case(warehouse: Warehouse, name: str) -> None:
    """Land the files of a case as its `case.md` configures them; nothing of them may be rejected."""
    text = (CASES / name / "case.md").read_text(encoding="utf-8")
    (configured,) = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)[0])
    for path in (CASES / name).glob("*.csv"):
        warehouse.put(path.name, path.read_bytes())
    report = warehouse.land(**{key: value for key, value in configured.items() if key != "name"})
    assert not report.failed
    assert report.records_rejected == 0


@pytest.mark.parametrize("name", ["sf-lower-case-header", "sf-upper-case-header"])
def test_a_header_in_capitals_or_small_letters_is_read(warehouse: Warehouse, name: str) -> None:
    land_case(warehouse, name)
    columns = "contact_id, family_name, email, account_id, is_deleted, merged_into_id"
    assert warehouse.rows("contacts", columns) == [
        ("003Hv00000AAAAAIAX", "Doe", "jo@doe.example", "001Hv00000BBBBBIAZ", False, None)
    ]


def test_the_word_null_means_nothing(warehouse: Warehouse) -> None:
    land_case(warehouse, "sf-null-words")
    assert warehouse.rows("contacts", "family_name, email, account_id, merged_into_id") == [
        ("Nixon", None, None, None),
        ("Nullby", None, None, None),
    ]


def test_zeros_mean_no_reference(warehouse: Warehouse) -> None:
    land_case(warehouse, "sf-zero-ids")
    assert warehouse.rows("users", "user_id") == [
        ("005Hv00000AAAA1IAX",)
    ]  # staff, not a customer of a portal
    contacts = "count(*), count(account_id), count(merged_into_id)"
    assert warehouse.rows("contacts", contacts) == [(5, 0, 0)]
    assert warehouse.rows("orders", "order_id, contact_id, bill_to_contact_id, account_id") == [
        ("801Hv00000ZAAA1IAX", None, "003Hv00000ZAAA1IAX", None),
        ("801Hv00000ZAAA2IAX", None, None, None),
    ]


def test_accounts_of_persons_are_accounts(warehouse: Warehouse) -> None:
    land_case(warehouse, "sf-person-account-soql")
    assert warehouse.rows("accounts", "account_id, name") == [
        ("001Hv00000QAAA1IAX", "Pat Personson"),
        ("001Hv00000QAAA2IAX", "Business Ltd"),
    ]
    assert warehouse.rows("contacts") == []


def test_guards_and_fillers_around_ids_are_undone(warehouse: Warehouse) -> None:
    land_case(warehouse, "t-guard-orders")
    orders: dict[str, Any] = dict(warehouse.rows("orders", "order_id, contact_id"))
    # o1 is of 00001, o2 of 00002 …; o28 is written ="00028", o29 ends in a character without width, o30 is \N
    assert orders == {**{f"o{i}": f"{i:05d}" for i in range(1, 30)}, "o30": None}
