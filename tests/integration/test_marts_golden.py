"""The marts over the company of golden_company.py: every figure is as in golden_figures.py, typed by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import yaml

from tests.integration.golden_company import write_golden_company
from tests.integration.golden_figures import ALL_CUSTOMERS, JUNE, MEASURES, MIN_CELL, SHOWN_IN_JUNE
from tests.integration.hand_made_lake import PROJECT, database, run_dbt
from warehouse.canonical.register import TABLES

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The built warehouse; the build runs every dbt test, unit tests included."""
    home = tmp_path_factory.mktemp("golden")
    write_golden_company(home, min_cell=MIN_CELL)
    result = run_dbt(home, "build")
    failed = [r.node.unique_id for r in result.results if r.status not in ("success", "pass", "no-op")]
    assert failed == []
    with duckdb.connect(str(database(home)), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


def test_all_customers_by_network_and_month(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        f"""
        select period_month, network, {", ".join(MEASURES)}
        from marts.segment_presence where segmentation = 'all'
        """
    ).fetchall()
    found = {
        tuple(r[:2]): {m: v for m, v in zip(MEASURES, r[2:], strict=True) if v is not None} for r in rows
    }
    assert found == ALL_CUSTOMERS


def test_segments_are_shown_only_where_nobody_can_be_singled_out(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rows = warehouse.execute(
        """
        select segmentation, segment, network, customers, customers_present, presence_rate_expected,
               customers_active, active_per_week, local_time_unknown
        from marts.segment_presence
        where period_month = ? and segmentation <> 'all' and not is_suppressed
        """,
        [JUNE],
    ).fetchall()
    assert {tuple(r[:3]): tuple(r[3:]) for r in rows} == SHOWN_IN_JUNE


def test_the_mart_is_dense(warehouse: duckdb.DuckDBPyConnection) -> None:
    """2 months, 3 networks and all; segments: all 1, value 5, region 2 and unassigned (Fay; Eli and Kim)."""
    rows = warehouse.execute("select count(*) from marts.segment_presence").fetchall()
    assert rows == [(2 * 4 * (1 + 5 + 3),)]


def test_the_size_and_value_of_segments(warehouse: duckdb.DuckDBPyConnection) -> None:
    """June, by golden_figures.py: Ada 200 and Ben 80 north, Cem 30, Dee 500 and Gus (unknown) south: 280 and 530
    of 810. Ada's last order is 10 days old, Ben's 20: 15; they ordered 3 and 2 times. One order is nobody's."""
    rows = warehouse.execute(
        """
        select segment, customers, customer_share, buyers, order_value_amount, value_share, recency_days_median,
               frequency_median, orders_without_owner
        from marts.segment_size where period_month = ? and segmentation = 'region' order by segment
        """,
        [JUNE],
    ).fetchall()
    assert rows == [
        ("north", 2, 0.285714286, 2, Decimal(280), 0.345679012, 15.0, 2.5, 1),
        ("south", 3, 0.428571429, 3, Decimal(530), 0.654320988, 61.0, 1.0, 1),
        ("unassigned", 2, 0.285714286, 0, Decimal(0), 0.0, None, None, 1),
    ]


def test_value_of_customers(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        """
        select person_id, recency_days, frequency, monetary_amount, value_segment
        from people.customers order by 1
        """
    ).fetchall()
    assert rows == [
        ("ada", 10, 3, Decimal(200), "top"),
        ("ben", 20, 2, Decimal(80), "high"),
        ("cem", 61, 1, Decimal(30), "low"),
        ("dee", 30, 1, Decimal(500), "medium"),
        ("eli", None, 0, None, "inactive"),
        ("gus", 171, 1, None, "low"),
        ("kim", None, 0, None, "inactive"),
    ]


def test_what_is_known_of_a_customer_beside_value(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Ada is on one network with two profiles, the larger with 300 followers. Ben's case is open, Ida's
    (hers) was closed in February; his last touch is the draft order of 25 June."""
    rows = warehouse.execute(
        """
        select person_id, segments, networks, profiles, followers, best_channel, best_hour, open_cases,
               last_touch_channel
        from people.customers where person_id in ('ada', 'ben') order by 1
        """
    ).fetchall()
    assert rows == [
        ("ada", "all: all customers; region: north; value: top", 1, 2, 300, "x", 22, 0, "x"),
        ("ben", "all: all customers; region: north; value: high", 1, 1, 50, "x", None, 1, "commerce"),
    ]


def test_the_heat_map_of_ada(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Tuesdays at 23: five of 122 posts whose hour is known. Fridays at 8 (12:00 UTC): Ben's photo."""
    rows = warehouse.execute(
        """
        select iso_weekday, hour_local, activities, activity_share from marts.segment_active_hours
        where period_month = ? and segmentation = 'all' and network = 'x' and mode = 'active'
          and (iso_weekday, hour_local) in ((2, 23), (5, 8), (5, 9)) order by 1, 2
        """,
        [JUNE],
    ).fetchall()
    assert rows == [(2, 23, 5, 0.040983607), (5, 8, 1, 0.008196721), (5, 9, 0, 0.0)]


def test_reads_of_the_forum_are_too_few_to_show(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Cem alone reads there: one contributor of the two that a cell needs."""
    rows = warehouse.execute(
        """
        select distinct is_suppressed, customers, activities from marts.segment_active_hours
        where period_month = ? and segmentation = 'all' and network = 'forum' and mode = 'passive'
        """,
        [JUNE],
    ).fetchall()
    assert rows == [(True, None, None)]


def test_formats_and_the_answer_to_them(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Of 123 posts two are photos: Ben's had 4 likes and 1 reply after 3 days (50 likes after 8 days are too
    late), Eli's 1 like and 1 share after exactly 7: (5 + 2)/2 = 3.5. The texts have no counters: unknown."""
    rows = warehouse.execute(
        """
        select format, activities, activity_share, originals, originals_counted, interactions_per_post
        from marts.segment_content_formats
        where period_month = ? and segmentation = 'all' and network = 'x' and activities > 0 order by 1
        """,
        [JUNE],
    ).fetchall()
    assert rows == [("photo", 2, 0.016260163, 2, 2, 3.5), ("text", 121, 0.983739837, 121, 0, None)]


def test_the_time_line_tells_everything_in_order(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Ben's undone like and his post of 2031 are not on it; the order of another's bill-to address is."""
    rows = warehouse.execute(
        """
        select event_kind, event_id, link_probability
        from people.timeline where person_id = 'ben' order by event_number
        """
    ).fetchall()
    assert rows == [
        ("order", "o4", 1.0),
        ("post", "b6", 0.96),
        ("post", "b1", 0.96),
        ("post", "b2", 0.96),
        ("order", "o3", 1.0),
        ("call", "t1", 1.0),
        ("case", "k1", 1.0),
        ("order", "o4d", 1.0),
    ]


def test_orders_of_nobody_and_without_a_rate_are_counted(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Of 11 counted orders o13 is nobody's and o7 has no rate; of 13 looks at contacts Fay's first is old; Ben
    undid his like."""
    rows = warehouse.execute(
        """
        select stage, sum(read), sum(accepted), sum(duplicate), sum(rejected) from marts.reconciliation
        group by stage order by stage
        """
    ).fetchall()
    assert {r[0]: tuple(int(v) for v in r[1:]) for r in rows} == {
        "landing": (15, 12, 1, 2),
        "order_amount": (11, 10, 0, 1),
        "order_owner": (11, 10, 0, 1),
        "staging": (200, 199, 1, 0),
        "withdrawal": (1, 1, 0, 0),
    }


def test_brand_staff_and_strangers_are_nobodys_customers(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        """
        select profile_id, account_role, link_status, is_customer
        from people.profiles inner join people.persons using (person_id, account_role)
        where profile_id in ('xbrand', 'fs', 'xq', 'xh') order by 1
        """
    ).fetchall()
    assert rows == [
        ("fs", "staff", "unlinked", False),
        ("xbrand", "brand", "unlinked", False),
        ("xh", "person", "accepted", False),
        ("xq", "person", "unlinked", False),
    ]


def test_building_again_gives_equal_marts(tmp_path: Path, warehouse: duckdb.DuckDBPyConnection) -> None:
    """Same inputs, same content: only the order of rows is free, and publication sorts them."""
    write_golden_company(tmp_path, min_cell=MIN_CELL)
    run_dbt(tmp_path, "build", "--exclude-resource-type", "test", "unit_test")
    with duckdb.connect(str(database(tmp_path)), read_only=True) as again:
        for mart in (
            "marts.segment_presence",
            "marts.segment_active_hours",
            "marts.segment_content_formats",
            "people.customers",
            "people.timeline",
        ):
            query = f"select * from {mart} order by all"
            assert again.execute(query).fetchall() == warehouse.execute(query).fetchall(), mart


def test_staging_has_exactly_the_canonical_columns(warehouse: duckdb.DuckDBPyConnection) -> None:
    for name, table in TABLES.items():
        columns = warehouse.execute(f"select * from staging.stg_{name} limit 0").description
        assert [column[0] for column in columns] == table.schema.names, name


def test_buying_organization_behind_a_forum_post(warehouse: duckdb.DuckDBPyConnection) -> None:
    """The query in the description of people.organizations.

    Cem's forum account names the Dees, who bought (o6, by their account); cem himself is no contact of theirs.
    """
    models = yaml.safe_load((PROJECT / "models/marts/people/_marts_people.yml").read_text(encoding="utf-8"))
    description = next(m["description"] for m in models["models"] if m["name"] == "organizations")
    query = description[description.index("select ") : description.index(". One row")]
    assert warehouse.execute(query).fetchall() == [
        ("The Dees", True, False, dt.datetime(2026, 6, 8, 10, tzinfo=dt.UTC))
    ]


def test_person_and_organization_by_source(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "select person_id, organization_id, source, account_id from people.organizations "
        "where organization_id = 'dees' order by 1"
    ).fetchall()
    assert rows == [
        ("cem", "dees", "profile_field", "a4"),
        ("dee", "dees", "crm_account", "a4"),
        ("lee", "dees", "crm_account", "a4"),
    ]
