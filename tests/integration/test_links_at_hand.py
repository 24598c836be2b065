"""Whose links a question is about: those that serve, or those of the run that was refused last."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest

from tests.unit.warehouse.publishing import publish_small
from warehouse.builds.folders import begin_build, end_builds
from warehouse.engine import connect, quote_text
from warehouse.identity.explain.lookup import NoSuchPersona, find_member, find_persona
from warehouse.identity.review.links_at_hand import (
    NothingPublished,
    NothingRefused,
    RefusedLinks,
    open_links,
    open_refused,
)
from warehouse.lake import Home, make_folder
from warehouse.publication.refusals import record_refusal

# One person of two personas, and one alone; two pairs wait.
FILES = {
    "personas": """
        values
        ('contact:1', 'p1', 1.0::double, 'accepted', 'model', null),
        ('profile:x:1', 'p1', 0.97, 'accepted', 'model', null),
        ('profile:x:2', 'p2', 1.0, 'unlinked', 'none', null)
        """,
    "review_queue": """
        values
        ('contact:1', 'profile:x:2', 'doubtful', null, 0.95, 0.2, ''),
        ('profile:x:1', 'profile:x:2', 'doubtful', null, 0.6, 0.9, '')
        """,
    "scored_pairs": "values ('contact:1', 'profile:x:1', 0.97), ('contact:1', 'profile:x:2', 0.95)",
    "link_evidence": """
        values
        ('contact:1', 'profile:x:1', 'prior', 'starting weight', 'before', -9.0),
        ('contact:1', 'profile:x:1', 'place', 'places', 'another', -1.0),
        ('contact:1', 'profile:x:1', 'name', 'names', 'same', 15.04)
        """,
    **dict.fromkeys(("violations", "person_id_history", "link_candidates"), "values (1)"),
}
COLUMNS = {
    "personas": "(persona_id, person_id, person_probability, link_status, decided_by, rule)",
    "review_queue": (
        "(left_persona_id, right_persona_id, reason, rule_sentence, probability, uncertainty, evidence)"
    ),
    "scored_pairs": "(left_persona_id, right_persona_id, pair_probability)",
    "link_evidence": "(left_persona_id, right_persona_id, comparison, meaning, label, weight)",
}


def md5(word: str) -> str:
    """What a check calls a person or persona."""
    return hashlib.md5(word.encode(), usedforsecurity=False).hexdigest()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def refuse(home: Home, run_id: str, *, linked: bool = True) -> Path:
    """A build as a run leaves it that a check refused, entered into the ledger."""
    build = begin_build(home, run_id)
    with connect(build / "warehouse.duckdb") as connection:
        connection.execute(
            """
            create schema intermediate;
            create table intermediate.int_persona_descriptions as
            select
                persona_id, split_part(persona_id, ':', 1) as persona_type, 'x' as network,
                split_part(persona_id, ':', -1) as native_id, name, 'h' as handle, 'Aarhus' as place
            from (values ('contact:1', 'Jo'), ('profile:x:1', 'Jo'), ('profile:x:2', 'Bo')) as t (persona_id, name)
            """
        )
        if linked:
            folder = make_folder(build / "identity")
            for name, rows in FILES.items():
                columns = COLUMNS.get(name, "(nothing)")
                path = quote_text(folder / f"{name}.parquet")
                connection.execute(f"copy (from ({rows}) as t {columns}) to {path} (format parquet)")
    at = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
    record_refusal(
        home, run_id, [{"name": "identity/personas: c", "found": "1 row"}], code_version="1", now=at
    )
    return build


def test_before_anything_is_published_the_refused_links_are_asked_about(home: Home) -> None:
    with pytest.raises(NothingPublished, match="Next: scrm run"), open_links(home):
        pass
    refuse(home, "r1")
    with open_links(home) as links:
        assert isinstance(links, RefusedLinks)
        assert links.whose == "run r1, refused at 2026-07-01T00:00:00+00:00"
        queue = links.connection.execute("select left_persona_id, queue_rank from review_queue order by 2")
        assert queue.fetchall() == [("profile:x:1", 1), ("contact:1", 2)]  # the less certain first
        people = links.connection.execute(
            "select name, person_id, probability from personas order by persona_id"
        )
        assert people.fetchall() == [("Jo", "p1", 1.0), ("Jo", "p1", 0.97), ("Bo", "p2", 1.0)]


def test_where_something_serves_refused_links_are_asked_about_on_request_alone(home: Home) -> None:
    publish_small(home, "r1")
    refuse(home, "r2")
    with pytest.raises(NothingPublished, match=r"r1 lacks"), open_links(home):
        pass  # it is the small publication that was looked into
    with open_links(home, refused=True) as links:
        assert links.whose.startswith("run r2")


@pytest.mark.parametrize("named", ["p1", "profile:x:1"])
def test_links_inside_a_person_that_a_check_found_are_asked_about_first(home: Home, named: str) -> None:
    refuse(home, "r1")
    with open_links(home, named=[md5(named)]) as links:
        queue = links.connection.execute(
            "select left_persona_id, right_persona_id, reason, evidence, queue_rank from review_queue order by 5"
        ).fetchall()
    assert queue == [
        ("contact:1", "profile:x:1", "refused", "names: same (+15.0 bits); places: another (-1.0 bits)", 1),
        ("profile:x:1", "profile:x:2", "doubtful", "", 2),
        ("contact:1", "profile:x:2", "doubtful", "", 3),
    ]


def test_the_last_refused_run_counts(home: Home) -> None:
    refuse(home, "r1")
    refuse(home, "r2")
    with open_refused(home) as links:
        assert links.refusal.run_id == "r2"


def test_after_a_publication_nothing_is_refused_any_more(home: Home) -> None:
    refuse(home, "r1")
    publish_small(home, "r2")
    with pytest.raises(NothingRefused, match="leave --refused out"), open_links(home, refused=True):
        pass


@pytest.mark.parametrize(
    ("linked", "kept", "said"),
    [(False, True, "before anybody was linked"), (True, False, "its build is gone")],
)
def test_a_refused_run_without_links_says_so(home: Home, linked: bool, kept: bool, said: str) -> None:
    refuse(home, "r1", linked=linked)
    if not kept:
        end_builds(home)
    with pytest.raises(NothingRefused, match=said), open_links(home):
        pass


def test_people_go_by_what_checks_call_them(home: Home) -> None:
    """A check names nobody: it gives the MD5 of an id."""
    refuse(home, "r1")
    with open_refused(home) as links:
        assert find_member(links, md5("p1")) == find_member(links, "p1") == "contact:1"
        assert (
            find_member(links, md5("profile:x:1")) == find_persona(links, md5("profile:x:1")) == "profile:x:1"
        )
        with pytest.raises(NoSuchPersona):
            find_persona(links, md5("p1"))  # who of them leaves?
