"""What staging takes from the lake: rows of configured sources, and nothing that the CRM says it deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from tests.integration.hand_made_lake import database, instant, run_dbt, write_inputs, write_lake

MAY, JUNE, JULY = instant("2026-05-01"), instant("2026-06-01"), instant("2026-07-01")


def order(number: str, **changes: Any) -> dict[str, Any]:
    return {"order_id": number, "ordered_at": MAY, "amount": 10, **changes}


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Orders as exported at the end of May, June and July; scrm.yml names the source `export`, no longer `old`."""
    home = tmp_path_factory.mktemp("home")
    may, june, july = (
        {"observed_at": at, "source_file_sha256": name}
        for at, name in ((MAY, "may"), (JUNE, "june"), (JULY, "july"))
    )
    orders = [
        order("kept", **may),
        order("deleted", **may),
        order("brought back", **may),
        order("deleted", is_deleted=True, **june),
        order("brought back", is_deleted=True, **june),
        order("never living", is_deleted=True, **june),
        order("brought back", is_deleted=False, **july),
        order("of a source taken out", source="old", **may),
    ]
    contacts = [{"contact_id": "ada", "contact_type": "contact", "is_deleted": True, **june}]
    write_lake(home, {"orders": orders, "contacts": contacts}, observed_at=MAY)
    write_inputs(home, {})
    selected = ("--select", "+int_staged_rows", "--exclude", "resource_type:test")
    run_dbt(home, *selected, sources=("export", "another"))
    with duckdb.connect(str(database(home)), read_only=True) as connection:
        yield connection


def test_what_the_crm_deleted_is_no_longer_living(staged: duckdb.DuckDBPyConnection) -> None:
    orders = staged.execute("select order_id from staging.stg_orders order by 1").fetchall()
    assert orders == [("brought back",), ("kept",)]


def test_a_deleted_contact_stays_and_says_so(staged: duckdb.DuckDBPyConnection) -> None:
    assert staged.execute("select contact_id, is_deleted from staging.stg_contacts").fetchall() == [
        ("ada", True)
    ]


def test_every_row_of_a_configured_source_is_kept_deleted_or_superseded(
    staged: duckdb.DuckDBPyConnection,
) -> None:
    """May: 3 orders, of which 1 is still the newest and 2 were seen again; June: 3 that say deleted."""
    rows = staged.execute(
        """
        select source, source_file_sha256, rows_landed, rows_deleted, rows_kept
        from intermediate.int_staged_rows where canonical_table = 'orders' order by all
        """
    ).fetchall()
    assert rows == [
        ("export", "july", 1, 0, 1),
        ("export", "june", 3, 3, 0),
        ("export", "may", 3, 0, 1),
    ]
