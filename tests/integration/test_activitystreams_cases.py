"""ActivityStreams as reported from the field: each case comes out as its `case.md` says is right.

Landed as configured there, and staged, since edits win and withdrawals act only in staging.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.landing import land
from ingestion.report import LandingReport
from tests.integration.hand_made_lake import database, run_dbt, write_inputs
from warehouse.lake import Home
from warehouse.settings import Brand, Settings, Source

DATA = Path(os.environ.get("SCRM_REAL_DATA", Path(__file__).parents[2] / ".." / "shared" / "data")).resolve()
CASES, EXPORTS = DATA / "cases", DATA / "exports" / "activitypub"
STAGED = (
    *("content_map", "followers_only_reply", "tags", "undo", "undo_without_ids", "update"),
    *("visibility", "wrapped_announce"),
)
M = "https://m.example"
ANN, CAT = f"{M}/users/ann", f"{M}/users/cat"

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"the cases are not at {CASES}")

Row = dict[str, Any]


def landed(home: Path, folder: Path, *sources: Source) -> dict[str, LandingReport]:
    settings = Settings(brand=Brand(name="B"), sources=sources)
    settings._path = folder / "scrm.yml"
    return {source.name: land(source, settings, Home(home)) for source in sources}


class Cases:
    """The cases, each landed as a network of its own, as staging gives them."""

    def __init__(self, home: Path) -> None:
        sources = [
            Source(
                name=f"a_{case}",
                format="activitystreams",
                path=f"a-{case.replace('_', '-')}/*.jsonl",
                network=case,
            )
            for case in STAGED
        ]
        self.reports = landed(home, CASES, *sources)
        write_inputs(home, {}, configured_sources=[{"source": s.name, "network": s.network} for s in sources])
        tests = ("--exclude-resource-type", "test", "unit_test")
        run_dbt(home, "--select", "+stg_activities", "+stg_profiles", *tests)
        self._database = database(home)

    def staged(self, case: str, table: str = "activities") -> dict[str, Row]:
        """The rows of a case by their ids, NULLs left out."""
        with duckdb.connect(str(self._database), read_only=True) as connection:
            query = f"from staging.stg_{table} where network = '{case}'"
            rows = connection.execute(query).to_arrow_table().to_pylist()
        key = {"activities": "activity_id", "profiles": "profile_id"}[table]
        return {row[key]: {k: v for k, v in row.items() if v is not None} for row in rows}

    def rejected(self, case: str) -> dict[str, int]:
        (file,) = self.reports[f"a_{case}"].landed
        return dict(file.rejected_by_reason)


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Cases:
    return Cases(tmp_path_factory.mktemp("cases"))


def test_words_come_from_the_map_of_languages(cases: Cases) -> None:
    rows = cases.staged("content_map")
    assert {row.get("content") for row in rows.values()} >= {"only in map", "Guten Tag", "words", "und"}
    assert "language" not in rows[f"{M}/n/36"]  # und is none
    assert rows[f"{M}/n/30"]["language"] == "de"


def test_an_undo_takes_back_with_and_without_ids(cases: Cases) -> None:
    rows = cases.staged("undo")
    assert cases.rejected("undo") == {}
    reversed_ = {id_ for id_, row in rows.items() if row["is_reversed"]}
    assert reversed_ == {f"{M}/an/10", f"Like:{CAT}:{M}/n/1", f"{M}/n/2"}
    undated = rows[f"{M}/like/2"]
    assert (undated["activity_type"], undated["is_time_observed"]) == ("Like", False)


def test_two_undos_without_ids_are_two(cases: Cases) -> None:
    rows = cases.staged("undo_without_ids")
    assert Counter(row["activity_type"] for row in rows.values()) == {"Create": 2, "Like": 2, "Undo": 2}
    assert {id_ for id_, row in rows.items() if row["is_reversed"]} == {
        f"Like:{CAT}:{M}/n/70",
        f"Like:{CAT}:{M}/n/71",
    }


def test_an_update_replaces_words_and_profile_and_is_no_second_activity(cases: Cases) -> None:
    ((id_, row),) = cases.staged("update").items()
    assert (id_, row["activity_type"]) == (f"{M}/n/20", "Create")
    assert (row["content"], row["hashtags"]) == ("better words #new", ["new"])
    assert row["published_at"] == dt.datetime(2024, 3, 1, 10, tzinfo=dt.UTC)
    profile = cases.staged("update", "profiles")[ANN]
    assert (profile["display_name"], profile["bio"]) == ("Ann New", "new bio")


def test_addressing_of_posts_says_who_may_read_them(cases: Cases) -> None:
    rows = cases.staged("visibility")
    assert cases.rejected("visibility") == {"not_public": 3}  # n/53, n/54 and the trap n/58
    assert {id_.rsplit("/", 1)[1]: row.get("visibility") for id_, row in rows.items() if "/n/" in id_} == {
        "50": None,
        "52": "unlisted",
        **dict.fromkeys(("51", "55", "56", "57"), "public"),
    }
    assert rows[f"{M}/like/50"]["activity_type"] == "Like"


def test_a_like_sent_to_its_author_alone_is_a_like(cases: Cases) -> None:
    rows = cases.staged("followers_only_reply")
    assert cases.rejected("followers_only_reply") == {}
    assert rows["https://pl.example/likes/1"]["activity_type"] == "Like"
    assert rows["https://gs.example/likes/2"]["object_id"] == f"{M}/n/1"
    assert rows[f"{M}/acc/1"]["object_id"] == f"{M}/follows/1"
    article = rows["https://w.example/?p=1"]
    assert (article["title"], article["content"]) == ("WP & friends", "Body – text\nnext")


def test_links_and_tags_are_read_from_where_they_stand(cases: Cases) -> None:
    rows = cases.staged("tags")
    assert rows[f"{M}/n/42"]["links"] == ["https://real.example/x"]
    assert not rows[f"{M}/n/43"].get("links")
    assert [rows[f"{M}/n/{n}"]["hashtags"] for n in (40, 41, 42, 43)] == [
        ["single"],
        ["two"],
        ["foo"],
        ["bar"],
    ]
    assert rows[f"{M}/n/41"]["mentions"] == ["https://o.example/u/z"]


def test_what_an_announce_wraps_lands_and_is_what_it_names(cases: Cases) -> None:
    rows = cases.staged("wrapped_announce")
    page = rows["https://lem.example/post/1"]
    assert (page["actor_profile_id"], page["title"], page["content"]) == (
        "https://lem.example/u/joe",
        "Title",
        "body",
    )
    shared = [row["object_id"] for row in rows.values() if row["activity_type"] == "Announce"]
    assert sorted(shared) == [
        "https://lem.example/post/1",
        *(f"{M}/n/{n}" for n in (1, 2, 77)),
    ]
    assert rows[f"{M}/n/77"]["content"] == "embedded note"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> LandingReport:
    source = Source(name="s", format="activitystreams", path="*/*.json")
    return landed(tmp_path_factory.mktemp("real"), EXPORTS, source)["s"]


def test_every_real_object_is_accounted_for_and_unknown_types_are_named(real: LandingReport) -> None:
    assert real.files == 61
    reasons: Counter[str] = Counter()
    for file in real.landed:
        rejected = sum(file.rejected_by_reason.values())
        assert file.records_read == file.records_accepted + file.records_duplicate + rejected > 0
        reasons.update(file.rejected_by_reason)
    # by hand: 10 notes and Creates of fedify and 14 of granary say not when; three activities name no actor; one
    # organisation has neither id nor address
    assert reasons == {"missing_published_at": 24, "missing_actor_profile_id": 3, "missing_profile_id": 1}
    failed = {Path(file.file_name).name: file for file in real.failed}
    assert sorted(failed) == ["example.com__object.json", "example.com__test.json"]
    unknown = failed["example.com__object.json"]
    assert unknown.reason_code == "no_known_record"
    assert "of type Object" in unknown.reason
    assert "it looks like" not in unknown.reason


def test_a_real_object_of_each_type_becomes_its_rows(real: LandingReport) -> None:
    rows = {file.file_name: dict(file.rows) for file in real.landed}
    wanted = {
        "fedify/example.com__orderedcollectionpage.json": {"activities": 1},  # Create of a Note
        "fedify/example.com__paged-collection.json": {},
        "fedify/example.com__person.json": {"profiles": 1},
        "granary/accept_follow.as2.json": {"activities": 1},
        "granary/comment.as2.json": {"activities": 1},
        "granary/event.as2.json": {"activities": 1},
        "granary/follow.as2.json": {"activities": 1, "connections": 1},
        "granary/invite.as2.json": {"activities": 1, "profiles": 1},
        "granary/like.as2.json": {"activities": 1, "profiles": 1},
        "granary/repost.as2.json": {"activities": 1, "profiles": 1},
        "granary/rsvp.as2.json": {"activities": 1, "profiles": 1},
        "granary/undo_repost.as2.json": {"activities": 1},
        "granary/unfollow.as2.json": {"activities": 1, "connections": 1},
        "granary/update_person.as2.json": {"profiles": 1},
    }
    assert {name: rows[name] for name in wanted} == wanted
