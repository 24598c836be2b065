"""What `scrm check` foretells of a publication, from rows that were looked at."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ingestion.preview import SourcePreview
from ingestion.seen_rows import Seen, together
from orchestration.configuration.forecast import foretell
from warehouse.settings import Brand, Settings, Source

DAY, LATER = dt.date(2026, 1, 2), dt.date(2026, 3, 4)
CUSTOMERS = {"contacts.stage": ("Customer",)}


def looked(*seen: Seen, words: dict[str, tuple[str | None, ...]] | None = None) -> list[SourcePreview]:
    return [SourcePreview("a", "discourse", "x", seen=seen, words=words or {})]


def settings(**said: Any) -> Settings:
    source = Source(name="a", format="discourse", path="x", network="forum")
    return Settings.model_validate({"brand": Brand(name="A"), "sources": (source,), **said})


def test_of_a_network_it_says_what_is_observed_and_from_when_to_when() -> None:
    seen = (
        Seen("profiles", "forum", 3),
        Seen("activities", "forum", 9, DAY, LATER, has_posts=True),
        Seen("contacts", None, 2),
    )
    foretold = foretell(settings(), looked(*seen, words=CUSTOMERS))
    (forum,) = foretold.networks
    assert forum.observed == ("profiles", "posts and answers")
    assert forum.not_observed == ("reads and views", "likes and shares", "who follows whom")
    assert (forum.first_on, forum.last_on, foretold.until) == (DAY, LATER, LATER)
    assert foretold.empty_marts == {}


def test_of_marts_without_figures_it_says_why() -> None:
    nobody = foretell(settings(), looked(Seen("profiles", "forum", 3))).empty_marts
    assert nobody["segment_size"] == "no source tells of contacts, so there are no customers"
    assert "persons" not in nobody
    prospects = {"contacts.stage": ("Lead", None)}
    no_customer = foretell(settings(), looked(Seen("contacts", None, 2), words=prospects)).empty_marts
    assert "nobody has a stage of crm.customer_stages" in no_customer["customers"]
    alone = foretell(settings(), looked(Seen("contacts", None, 2), words=CUSTOMERS)).empty_marts
    assert alone["segment_presence"] == "no network is observed"
    assert alone["segment_active_hours"] == "no activity was seen"
    assert "segment_size" not in alone


def test_of_segmentations_it_says_which_nothing_fills_and_of_months_whether_they_are_fixed() -> None:
    said = settings(segmentations=({"name": "life"}, {"name": "dead"}), as_of=DAY)
    words = {"segment_assignments.segmentation": ("life",)}
    foretold = foretell(said, looked(Seen("orders", None, 1, DAY, LATER), words=words))
    assert {each.name: bool(each.lacks) for each in foretold.segmentations} == {
        **{"all": False, "value": False},
        **{"life": False, "dead": True},
    }
    assert (foretold.until, foretold.until_is_fixed) == (DAY, True)


def test_files_of_one_network_count_together() -> None:
    first = Seen("activities", "x", 2, DAY, DAY, has_reads=True)
    second = Seen("activities", "x", 3, LATER, LATER, has_posts=True)
    assert together([first, second]) == (Seen("activities", "x", 5, DAY, LATER, True, True),)
