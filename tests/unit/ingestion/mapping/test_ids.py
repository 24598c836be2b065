"""Ids of a CRM that has a name of its own: every id and every reference begins with it, and nothing else."""

from __future__ import annotations

from typing import Any

from ingestion.formats import table
from ingestion.formats.registry import format_of
from warehouse.canonical.register import CRM_IDS, TABLES
from warehouse.settings import Source

# Ids of networks, which `network` tells apart; of browsers, which are drawn by lot; and one of either kind.
OTHER_IDS = {
    *(
        "profile_id",
        "activity_id",
        "alias_id",
        "actor_profile_id",
        "follower_profile_id",
        "followed_profile_id",
    ),
    *("object_id", "in_reply_to_id", "quote_of_id", "root_id", "target_id"),
    *("session_id", "visitor_id"),
}


def test_every_id_is_a_crms_or_a_networks() -> None:
    ids = {column for table in TABLES.values() for column in table.types if column.endswith("_id")}
    assert ids == CRM_IDS | OTHER_IDS
    assert CRM_IDS.isdisjoint(OTHER_IDS)


def source(canonical: str, *columns: str, **said: Any) -> Source:
    given = {"name": "shop", "format": "table", "path": "x", "table": canonical, **said}
    return Source(**given, columns={column: column for column in columns})


def test_ids_and_references_get_the_name_and_empty_ones_stay_empty(load_records: Any) -> None:
    form = table.format_of(source("orders", "order_id", "contact_id", "account_id", "ordered_at", "amount"))
    csv = (
        b"order_id,contact_id,account_id,ordered_at,amount",
        b"1,7,,2026-01-01T00:00:00Z,1",
        b",7,8,2026-01-01T00:00:00Z,1",
    )
    done = load_records(form, *csv, file_name="orders.csv", ids="shop2")
    (row,) = done.rows("orders")
    assert (row["order_id"], row["contact_id"], row["amount"]) == ("shop2:1", "shop2:7", 1)
    assert "account_id" not in row
    assert [code for _, _, code in done.rejected()] == ["missing_order_id"]
    assert load_records(form, *csv, file_name="orders.csv").rows("orders")[0]["order_id"] == "1"


def test_profiles_and_activities_are_the_networks(load_records: Any) -> None:
    form = format_of(
        source(
            "activities",
            "activity_id",
            "actor_profile_id",
            "published_at",
            network="forum",
            constants={"activity_type": "Create"},
        )
    )
    csv = (b"activity_id,actor_profile_id,published_at", b"1,7,2026-01-01T00:00:00Z")
    (row,) = load_records(form, *csv, file_name="posts.csv", ids="shop2").rows("activities")
    assert (row["activity_id"], row["actor_profile_id"]) == ("1", "7")


def test_an_id_made_of_the_record_gets_the_name_too(load_records: Any) -> None:
    form = table.format_of(source("touchpoints", "touchpoint_type", "at", "contact_id"))
    csv = (b"touchpoint_type,at,contact_id", b"call,2026-01-01T00:00:00Z,7")
    (row,) = load_records(form, *csv, file_name="calls.csv", ids="shop2").rows("touchpoints")
    assert row["touchpoint_id"].startswith("shop2:")
