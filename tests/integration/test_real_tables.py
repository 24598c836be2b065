"""Public exports by column map: what is in them is known, so every record has its place."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from tests.integration.landed_tables import Warehouse

DATA = Path(os.environ.get("SCRM_REAL_DATA") or Path(__file__).parents[3] / "shared" / "data")
SHOP = DATA / "crm" / "adventureworks"
SEEDS = DATA / "crm" / "connector_seeds" / "dbt_salesforce" / "integration_tests" / "seeds"
REDDIT = DATA / "exports" / "reddit"


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    if not DATA.is_dir():
        pytest.skip(f"the public data sets are not at {DATA} (SCRM_REAL_DATA names another folder)")
    monkeypatch.delenv("SCRM_HOME", raising=False)
    return Warehouse(tmp_path)


CUSTOMERS = {
    "table": "contacts",
    "columns": {
        "contact_id": "CustomerKey",
        "given_name": "FirstName",
        "family_name": "LastName",
        "email": "EmailAddress",
        "birth_year": "BirthDate",
    },
    "options": {"header_row": 2, "timestamp_format": "%d/%m/%Y"},
}


def test_customers_with_junk_lines(warehouse: Warehouse) -> None:
    warehouse.put("customers.csv", (SHOP / "AdventureWorks_Customers.csv").read_bytes())
    (landed,) = warehouse.land(format="table", path="*.csv", encoding="latin-1", **CUSTOMERS).landed
    # 18,190 lines: one of junk above the header, the header, one of junk below it that is no customer
    assert landed.records_read == 18_190 - 2
    assert landed.rejected_by_reason == {"bad_birth_year": 1}
    assert warehouse.quarantined()[0][2].startswith(b"A,B,C,")
    assert landed.records_accepted + landed.records_duplicate == 18_187
    assert warehouse.rows("contacts", "count(distinct contact_id)") == [(landed.records_accepted,)]
    assert warehouse.rows("contacts", "given_name, birth_year", "contact_id")[0] == ("JON", 1966)


def test_the_wrong_header_row_is_said(warehouse: Warehouse) -> None:
    warehouse.put("customers.csv", (SHOP / "AdventureWorks_Customers.csv").read_bytes())
    (failed,) = warehouse.land(
        format="table", path="*.csv", encoding="latin-1", **{**CUSTOMERS, "options": {}}
    ).failed
    assert failed.reason_code == "missing_column"
    assert "Line 2 looks like the header. Set options.header_row: 2." in failed.reason


def test_without_its_encoding_the_names_with_accents_are_rejected_not_garbled(warehouse: Warehouse) -> None:
    warehouse.put("customers.csv", (SHOP / "AdventureWorks_Customers.csv").read_bytes())
    (landed,) = warehouse.land(format="table", path="*.csv", **CUSTOMERS).landed
    rejected = [raw for _, reason, raw in warehouse.quarantined() if reason == "bad_encoding"]
    assert len(rejected) > 10
    assert all(max(raw) > 127 for raw in rejected)
    assert landed.records_read == 18_188


def test_sales(warehouse: Warehouse) -> None:
    warehouse.put("sales.csv", (SHOP / "AdventureWorks_Sales_2016.csv").read_bytes())
    columns = {"order_id": "OrderNumber", "product_id": "ProductKey", "quantity": "OrderQuantity"}
    (landed,) = warehouse.land(format="table", path="*.csv", table="order_lines", columns=columns).landed
    assert landed.records_read == 23_935
    assert landed.records_read == landed.records_accepted + landed.records_duplicate


@pytest.mark.parametrize("name", ["netflix", "nexus4", "techsupport"])
def test_reddit_posts_with_newlines_inside_quotes(warehouse: Warehouse, name: str) -> None:
    path = REDDIT / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        posts = {post["name"]: post for post in csv.DictReader(file)}
    warehouse.put("posts.csv", path.read_bytes())
    (landed,) = warehouse.land(
        format="table",
        path="*.csv",
        network="reddit",
        table="activities",
        columns={
            "activity_id": "name",
            "published_at": "created_utc",
            "title": "title",
            "content": "selftext",
        },
        constants={"activity_type": "Create", "object_type": "Note", "visibility": "public"},
        options={"timestamps": "epoch_seconds"},
    ).landed
    assert landed.records_accepted == len(posts)
    found = warehouse.rows("activities", "activity_id, cast(epoch(published_at) as varchar), title, content")
    assert {row[0]: row[1:] for row in found} == {
        # a title is one line, and a text stays as it is
        key: (post["created_utc"], " ".join(post["title"].split()), post["selftext"] or None)
        for key, post in posts.items()
    }


SEED_COLUMNS = {
    "contacts": {"contact_id": "id", "created_at": "created_date", "is_deleted": "is_deleted"},
    "accounts": {"account_id": "id", "name": "name", "is_deleted": "is_deleted"},
    "opportunities": {"opportunity_id": "id", "amount": "amount", "closed_at": "close_date"},
    "products": {"product_id": "id", "name": "name", "is_active": "is_active"},
    "orders": {"order_id": "id", "ordered_at": "effective_date", "amount": "total_amount"},
}


@pytest.mark.parametrize(
    ("seed", "table"),
    [
        ("contact", "contacts"),
        ("account", "accounts"),
        ("opportunity", "opportunities"),
        ("product_2", "products"),
        ("order", "orders"),
    ],
)
def test_salesforce_as_a_connector_lands_it(warehouse: Warehouse, seed: str, table: str) -> None:
    path = SEEDS / f"sf_{seed}_data.csv"
    with path.open(encoding="utf-8", newline="") as file:
        expected = {row["id"] for row in csv.DictReader(file)}
    warehouse.put("seed.csv", path.read_bytes())
    (landed,) = warehouse.land(format="table", path="*.csv", table=table, columns=SEED_COLUMNS[table]).landed
    key = next(iter(SEED_COLUMNS[table]))
    assert {row[0] for row in warehouse.rows(table, key)} == expected
    assert not landed.rejected_by_reason
