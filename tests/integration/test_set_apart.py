"""Records that checks set apart count nowhere in what dbt builds, and the parts still add up."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.integration.hand_made_lake import (
    database,
    instant,
    run_dbt,
    write_identity,
    write_inputs,
    write_lake,
)

pytestmark = pytest.mark.integration

OBSERVED = instant("2026-07-01")
SHA = "0a" * 32


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file of three orders, order 2 seen twice, and two cases; the second order and a case are set apart."""
    home = tmp_path_factory.mktemp("home")
    place = {"source": "shop", "source_file_sha256": SHA}
    orders = [
        {**place, "source_record": str(n), "order_id": str(min(n, 3)), "ordered_at": OBSERVED, "amount": 10}
        for n in (1, 2, 3, 4)
    ]
    cases = [{**place, "source_record": f"c{n}", "case_id": str(n), "opened_at": OBSERVED} for n in (1, 2)]
    write_lake(home, {"orders": orders, "cases": cases}, observed_at=OBSERVED)
    bad = [("2", "orders", "amounts"), ("c2", "cases", "events")]
    write_inputs(
        home,
        {},
        set_apart=[
            {
                **place,
                "source_record": record,
                "relation": f"landed.{table}",
                "check_name": f"landed.{table}.{family}",
                "row_count": 1,
            }
            for record, table, family in bad
        ],
    )
    write_identity(home)
    run_dbt(home, "--select", "+int_later_stages", "--exclude-resource-type", "unit_test")
    return home


def rows(home: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(database(home)), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_a_record_set_apart_is_in_no_staged_table(built: Path) -> None:
    shutil.rmtree(database(built).parent / "inputs")  # a staged view does not need the inputs of the run
    assert rows(built, "select order_id from staging.stg_orders order by 1") == [("1",), ("3",)]
    assert rows(built, "select case_id from staging.stg_cases") == [("1",)]


def test_the_stages_add_up_from_the_rows_landed(built: Path) -> None:
    """6 rows landed, 2 set apart, and of the 4 left two say the same order 3."""
    stages = rows(
        built,
        "select stage, reason_code, read, accepted, duplicate, rejected from intermediate.int_later_stages"
        " where stage in ('containment', 'staging') order by 1",
    )
    assert stages == [
        ("containment", "landed.cases.events, landed.orders.amounts", 6, 4, 0, 2),
        ("staging", "deleted_in_crm", 4, 3, 1, 0),
    ]
