"""An acceptance holds until something is published, and makes the next run run."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from warehouse.lake import Home
from warehouse.ledger import Ledger
from warehouse.publication.acceptances import open_acceptances, record_acceptance
from warehouse.publication.publications import PUBLICATION
from warehouse.publication.refusals import REFUSAL

NOW = dt.datetime(2026, 7, 1, 8, tzinfo=dt.UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def accept(home: Home, check: str, reason: str = "known") -> None:
    record_acceptance(home, check, by="ann", reason=reason, now=NOW)


def test_who_why_and_when_are_kept_and_the_last_word_on_a_check_counts(home: Home) -> None:
    assert open_acceptances(home) == {}
    accept(home, "landed.orders.amounts", "first")
    accept(home, "landed.files.most_unread")
    accept(home, "landed.orders.amounts", "second")
    found = open_acceptances(home)
    assert set(found) == {"landed.orders.amounts", "landed.files.most_unread"}
    amounts = found["landed.orders.amounts"]
    assert (amounts.by, amounts.reason, amounts.accepted_at) == ("ann", "second", "2026-07-01T08:00:00+00:00")
    assert Ledger(home.ledger).verify() == 3


def test_a_refusal_leaves_it_open_and_a_publication_uses_it_up(home: Home) -> None:
    accept(home, "landed.orders.amounts")
    Ledger(home.ledger).append(REFUSAL, {"run_id": "r1"})
    assert set(open_acceptances(home)) == {"landed.orders.amounts"}
    Ledger(home.ledger).append(PUBLICATION, {"publication_id": "r2"})
    assert open_acceptances(home) == {}
    accept(home, "landed.files.most_unread")
    assert set(open_acceptances(home)) == {"landed.files.most_unread"}
