"""Every figure of `segment_presence`, from exports written by hand (hand_made_company.py) to the mart.

The arithmetic, for June 2026 (30 days: 30/7 weeks; T is its end):

Value segments. Ten customers bought in the year before T, so percent_rank = (rank − 1)/9 and the score is
1 + floor(5 × percent_rank), at most 5. Recency and amount rank 1…10 in the order of the contacts' numbers:
scores 1 1 2 2 3 3 4 4 5 5. Orders are 1 1 1 1 2 2 2 3 3 4: ranks 1 1 1 1 5 5 5 8 8 10, scores
1 1 1 1 3 3 3 4 4 5. Sums: 3 3 5 5 (low) 9 9 (medium) 11 12 (high) 14 15 (top). Number 11 last bought in 2024:
inactive. Number 12 never bought: no customer. So low 4, medium 2, high 2, top 2, inactive 1, all 11.

X. Present: 5 (medium), 8 (high), 9 and 10 (top; 10 by two accounts). Not 2, whose account went on 15 June, and its
post of 12 June with it, and not 6, whose account was made on 2 July. Active in June: 5 with one reply; 9 with a
post and a reshare (its other post was deleted); 10 with 4 × 30 posts and 3 on the second account = 123. 8 wrote in
May only.
    active_per_week, all: (1 + 2 + 123) / 4 present / (30/7) = 126/4 × 7/30 = 7.35; top: 125/2 × 7/30 = 14.5833…
    Hours in Warsaw: number 10 writes at 19, 20, 20 and 7 every day, all else falls at 12. The windows from 18 and
    from 19 both hold 90; the smaller start wins: 18. Share 90/126 in all, 90/125 in top.
    Mondays and Tuesdays come five times in June 2026: 20 posts each of number 10; the three drills fell on
    Tuesday 9 June: 23, so Tuesday (2) leads.
    followers_median, all: 10, 50, 100, 500 → 75; top: 100 and 500 (the larger of two accounts) → 300.

Forum. Present: 1 (low), 7 (high), 10 (top). Active: 1 with one answer, 10 with a topic and an answer. The staff
member's answer counts for nobody. all: 3 / 3 × 7/30 = 0.2333…; top: 2 / 1 × 7/30 = 0.4666…
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.fixtures.companies import HandMade
from tests.integration.published_home import client_of
from tests.recorded_marts import differences
from warehouse.dashboard import pages as registry
from warehouse.lake import Home

pytestmark = pytest.mark.integration

JUNE = dt.date(2026, 6, 1)

# (network, segment): customers, present, presence_rate, customers_active, active_rate, active_per_week,
#                     primary_hour_active, primary_share_active, followers_median
PRESENCE = {
    ("x", "all", "all customers"): (11, 4, 0.363636364, 3, 0.272727273, 7.35, 18, 0.714285714, 75),
    ("x", "value", "top"): (2, 2, 1.0, 2, 1.0, 14.583333333, 18, 0.72, 300),
    ("x", "value", "high"): (2, 1, 0.5, 0, 0.0, 0.0, None, None, 50),
    ("x", "value", "medium"): (2, 1, 0.5, 1, 0.5, 0.233333333, None, None, 10),
    ("x", "value", "low"): (4, 0, 0.0, 0, 0.0, None, None, None, None),
    ("x", "value", "inactive"): (1, 0, 0.0, 0, 0.0, None, None, None, None),
    ("discourse", "all", "all customers"): (
        11,
        3,
        0.272727273,
        2,
        0.181818182,
        0.233333333,
        None,
        None,
        None,
    ),
    ("discourse", "value", "top"): (2, 1, 0.5, 1, 0.5, 0.466666667, None, None, None),
    ("discourse", "value", "high"): (2, 1, 0.5, 0, 0.0, 0.0, None, None, None),
    ("discourse", "value", "medium"): (2, 0, 0.0, 0, 0.0, None, None, None, None),
    ("discourse", "value", "low"): (4, 1, 0.25, 1, 0.25, 0.233333333, None, None, None),
    ("discourse", "value", "inactive"): (1, 0, 0.0, 0, 0.0, None, None, None, None),
    # Over both, each customer once: one of top is on both. 126 activities on x and 3 on the forum, 125 and 2 of
    # top; of these 90 and 3, 90 and 2 lie between 18 and 21 o'clock.
    ("all", "all", "all customers"): (11, 6, 0.545454545, 4, 0.363636364, 5.016666667, 18, 0.720930233, 75),
    ("all", "value", "top"): (2, 2, 1.0, 2, 1.0, 14.816666667, 18, 0.724409449, 300),
    ("all", "value", "high"): (2, 2, 1.0, 0, 0.0, 0.0, None, None, 50),
    ("all", "value", "medium"): (2, 1, 0.5, 1, 0.5, 0.233333333, None, None, 10),
    ("all", "value", "low"): (4, 1, 0.25, 1, 0.25, 0.233333333, None, None, None),
    ("all", "value", "inactive"): (1, 0, 0.0, 0, 0.0, None, None, None, None),
}


@pytest.fixture(scope="module")
def current(hand_made: HandMade) -> Path:
    """The publication of the company."""
    return hand_made.current


@pytest.fixture(scope="module")
def marts(current: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published marts, opened read-only as a BI tool would."""
    with duckdb.connect(str(current / "marts.duckdb"), read_only=True) as connection:
        connection.execute(f"attach '{current / 'people.duckdb'}' as people_file (read_only)")
        yield connection


def test_the_published_rows_are_those_recorded(current: Path) -> None:
    """Whoever moves a figure on purpose records anew, and says in DECISIONLOG which rows moved and why."""
    assert differences("hand_made", current) == []


def test_segment_presence_is_the_figures_worked_out_by_hand(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        """
        select network, segmentation, segment, customers, customers_present, presence_rate, customers_active,
               active_rate, active_per_week, primary_hour_active, primary_share_active, followers_median
        from marts.segment_presence where period_month = ?
        """,
        [JUNE],
    ).fetchall()
    assert {tuple(row[:3]): tuple(row[3:]) for row in rows} == PRESENCE


def test_the_leading_weekday_counts_both_accounts_of_one_customer(marts: duckdb.DuckDBPyConnection) -> None:
    (weekday,) = marts.execute(
        "select primary_weekday_active from marts.segment_presence where network = 'x' and segment = 'top'"
    ).fetchall()[0]
    assert weekday == 2


def test_what_no_export_can_observe_is_null_and_not_zero(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        """
        select distinct passive_observed, passive_per_week, primary_hour_passive, connections_avg,
               brand_follower_rate
        from marts.segment_presence where network = 'x'
        """
    ).fetchall()
    assert rows == [(False, None, None, None, None)]


def test_recall_that_nobody_audited_is_the_models(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select distinct link_recall_method, link_recall_is_upper_bound from marts.segment_presence"
        " where link_recall is not null"
    ).fetchall()
    assert rows == [("model", True)]


def test_link_doubt_stands_around_the_rate(marts: duckdb.DuckDBPyConnection) -> None:
    low, expected, high, rate = marts.execute(
        """
        select presence_rate_expected_low, presence_rate_expected, presence_rate_expected_high, presence_rate
        from marts.segment_presence where network = 'x' and segment = 'all customers'
        """
    ).fetchall()[0]
    assert 0 <= low <= expected <= high <= 1
    assert expected == pytest.approx(rate, abs=0.05)


def test_active_hours_of_wednesdays(marts: duckdb.DuckDBPyConnection) -> None:
    """June 2026 has Wednesdays on 3, 10, 17, 24. Number 10 writes at 7, 19, 20, 20: 4, 4, 8 in all; number 9
    once at 12. Of the 125 activities of the segment: 4/125 = 0.032, 8/125 = 0.064, 1/125 = 0.008."""
    rows = marts.execute(
        """
        select hour_local, activities, activity_share from marts.segment_active_hours
        where network = 'x' and segment = 'top' and mode = 'active' and iso_weekday = 3 and activities > 0
        order by hour_local
        """
    ).fetchall()
    assert rows == [(7, 4, 0.032), (12, 1, 0.008), (19, 4, 0.032), (20, 8, 0.064)]


def test_formats_are_text_but_for_one_reshare(marts: duckdb.DuckDBPyConnection) -> None:
    """top: 124 texts and 1 reshare of 125; all: 125 and 1 of 126. Index of text: 100 × (124/125) / (125/126)."""
    rows = marts.execute(
        """
        select format, activities, activity_share, index_vs_all from marts.segment_content_formats
        where network = 'x' and segment = 'top' and activities > 0 order by format
        """
    ).fetchall()
    assert rows == [("reshare", 1, 0.008, 100.8), ("text", 124, 0.992, 99.9936)]


def test_who_is_who(marts: duckdb.DuckDBPyConnection) -> None:
    """Both X accounts and the forum account of Halina Szulc are one person; brand and staff are nobody's."""
    rows = marts.execute(
        """
        select network, handle, account_role, link_status from people_file.profiles
        order by network, handle
        """
    ).fetchall()
    roles = {(network, handle): (role, status) for network, handle, role, status in rows}
    assert roles[("x", "domatik")][0] == "brand"
    assert roles[("discourse", "helpdesk_anna")][0] == "staff"
    assert roles[("x", "nightowl77")] == ("person", "unlinked")
    halina = marts.execute(
        """
        select count(distinct person_id), count(*) from people_file.profiles
        where handle in ('halina_szulc', 'szulc_diy', 'halinaszulc') and link_status = 'accepted'
        """
    ).fetchall()
    assert halina == [(1, 3)]


def test_every_record_is_accounted_for(marts: duckdb.DuckDBPyConnection) -> None:
    """X: 1 account at the end of May, 8 at the end of June; 133 posts in three pages with 9 accounts each, of
    which only the one made in July is new: 1 + 8 + 133 + 27 + 2 compliance lines read, 27 − 1 seen before.
    Forum: 4 members and 4 posts (the topic is the page around them). CRM: 12 contacts and 21 orders."""
    rows = marts.execute(
        """
        select source, sum(read), sum(accepted), sum(duplicate), sum(rejected) from marts.reconciliation
        where stage = 'landing' and withdrawn_at is null group by source order by source
        """
    ).fetchall()
    assert {r[0]: tuple(int(v) for v in r[1:]) for r in rows} == {
        "crm": (33, 33, 0, 0),
        "forum": (8, 8, 0, 0),
        "x_export": (171, 145, 26, 0),
    }


def test_a_withdrawn_export_stands_in_the_account_with_its_time(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select outcome, stage, withdrawn_at > timestamptz '2026-01-01 00:00:00+00' from marts.reconciliation"
        " where withdrawn_at is not null"
    ).fetchall()
    assert rows == [("withdrawn", "landing", True)]


def test_the_publication_says_how_many_customers_a_cell_needs(marts: duckdb.DuckDBPyConnection) -> None:
    path = marts.execute("select path from duckdb_databases() where database_name = 'marts'").fetchall()[0][0]
    manifest = json.loads((Path(path).parent / "manifest.json").read_text())
    assert manifest["min_cell"] == 1


def test_a_deleted_account_takes_its_posts_along(marts: duckdb.DuckDBPyConnection) -> None:
    """Marek Jabłoński's post of 12 June is on no time line; that of 2 July, the last fact, is on Łucja Baran's."""
    found = marts.execute(
        "select event_id from people_file.timeline where event_id in ('7008', '7009')"
    ).fetchall()
    assert found == [("7008",)]


def test_the_dashboard_fills_every_page_from_it(hand_made: HandMade, tmp_path: Path) -> None:
    """Halina Szulc (10) is top, with one other of 11 customers; she wrote on X in June."""
    home = Home(hand_made.copy(tmp_path / "company") / ".scrm")
    with client_of(home) as client:
        pages = {name: client.get(f"/{name}") for name in registry.pages()}
        assert {name for name, page in pages.items() if page.status_code != 200} == set()
        assert not [name for name, page in pages.items() if "This publication lacks" in page.text]
        assert "Top customers are <b>18\u202f%</b> of all" in pages["segments"].text
        (person,) = set(re.findall(r'href="(/customer/person_\w+)"', client.get("/customer?q=szulc").text))
        page = client.get(person)
        assert "Halina Szulc" in page.text
        assert "x (1" in page.text  # the channel and its events
