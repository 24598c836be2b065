"""Who wrote, and of whom no record landed, is a persona; who is gone, or was only named, is none.

Four exports, none of which shows a profile:

    wall      a CSV of activities: ann twice, bob, and two cells that name nobody ('[deleted]', ''); gus deletes
              the account, hal the only post
    fediverse an outbox without actor.json: ann of m.example, accounts of PeerTube, Lemmy and WordPress, and one of
              a blog whose address shows no name; gone@m.example posts and deletes the account, which is a record
              of it; named@ is mentioned only
    x         a page of posts whose author (2244) is suspended: no user object; it mentions 99
    members   only in the second build: the record of ann on the wall
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.landing import land
from tests.integration.hand_made_lake import database, run_dbt, write_inputs
from warehouse.lake import Home
from warehouse.settings import Brand, Settings, Source

pytestmark = pytest.mark.integration

_CSV = """\
id,type,who,object,at,text
1,Create,ann,,2026-06-02T10:00:00Z,hello again
2,Create,ann,,2026-06-01T10:00:00Z,hello
3,Create,bob,,2026-06-03T10:00:00Z,hi
4,Create,[deleted],,2026-06-04T10:00:00Z,taken away
5,Create,,,2026-06-05T10:00:00Z,nobody's
6,Create,gus,,2026-06-06T10:00:00Z,bye
7,Delete,gus,gus,2026-06-07T10:00:00Z,
8,Create,hal,,2026-06-06T10:00:00Z,never said that
9,Delete,hal,8,2026-06-07T10:00:00Z,
"""
_TO_ALL = "https://www.w3.org/ns/activitystreams#Public"
_AUTHORS = (
    "https://m.example/users/ann",
    "https://tube.example/accounts/chan",
    "https://lemmy.example/u/dee",
    "https://blog.example/author/eve/",
    "https://blog.example/?author=3",
    "https://m.example/users/gone",
)
_SOURCES = (
    Source(
        name="wall",
        format="table",
        network="wall",
        path="wall.csv",
        table="activities",
        columns={
            **{
                "activity_id": "id",
                "activity_type": "type",
                "actor_profile_id": "who",
                "object_id": "object",
            },
            **{"published_at": "at", "content": "text"},
        },
    ),
    Source(name="outbox", format="activitystreams", network="fediverse", path="outbox.json"),
    Source(name="x", format="x_api_v2", path="x.json"),
)
_MEMBERS = Source(
    name="members",
    format="table",
    network="wall",
    path="members.csv",
    table="profiles",
    columns={"profile_id": "id", "handle": "handle", "display_name": "name"},
)


def _activity(number: int, author: str) -> dict[str, Any]:
    note = {
        "type": "Note",
        "id": f"{author}#note{number}",
        "attributedTo": author,
        "content": "words",
        "to": [_TO_ALL],
        "published": "2026-06-01T10:00:00Z",
        "tag": [{"type": "Mention", "href": "https://m.example/users/named", "name": "@named"}],
    }
    return {
        **{"type": "Create", "id": f"{author}#{number}", "actor": author, "to": [_TO_ALL]},
        **{"published": "2026-06-01T10:00:00Z", "object": note},
    }


def _write(folder: Path) -> None:
    (folder / "wall.csv").write_text(_CSV, encoding="utf-8")
    gone = _AUTHORS[-1]
    delete = {
        **{"type": "Delete", "id": f"{gone}#delete", "actor": gone, "object": gone, "to": [_TO_ALL]},
        "published": "2026-06-09T10:00:00Z",
    }
    items = [*(_activity(n, author) for n, author in enumerate(_AUTHORS)), delete]
    outbox = {"@context": "https://www.w3.org/ns/activitystreams", "type": "OrderedCollection"}
    (folder / "outbox.json").write_text(
        json.dumps({**outbox, "id": "outbox", "orderedItems": items}), encoding="utf-8"
    )
    post = {
        **{"id": "1700000000000000001", "author_id": "2244", "text": "hello @who"},
        **{"created_at": "2026-06-01T10:00:00.000Z", "edit_history_tweet_ids": ["1700000000000000001"]},
        "entities": {"mentions": [{"start": 6, "end": 10, "username": "who", "id": "99"}]},
    }
    suspended = {"value": "2244", "resource_type": "user", "title": "Forbidden", "parameter": "author_id"}
    suspended["detail"] = "User has been suspended: [2244]."
    (folder / "x.json").write_text(json.dumps({"data": [post], "errors": [suspended]}), encoding="utf-8")
    (folder / "members.csv").write_text("id,handle,name\nann,ann_lee,Ann Lee\n", encoding="utf-8")


def _built(home: Path, sources: tuple[Source, ...]) -> duckdb.DuckDBPyConnection:
    settings = Settings(brand=Brand(name="B"), sources=sources)
    settings._path = home / "scrm.yml"
    for source in sources:
        report = land(source, settings, Home(home))
        assert (report.failed, report.records_rejected) == ((), 0)
    configured = [{"source": s.name, "network": s.network, "deletions_by": "author"} for s in sources]
    write_inputs(home, {}, configured_sources=configured)
    tests = ("--exclude-resource-type", "test", "unit_test")
    run_dbt(home, "--select", "+int_personas", *tests)
    return duckdb.connect(str(database(home)), read_only=True)


def _personas(built: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    rows = built.execute("select persona_id, handle from intermediate.int_personas where is_linkable")
    return dict(rows.fetchall())


WITHOUT_A_RECORD = {
    "profile:wall:ann": None,
    "profile:wall:bob": None,
    "profile:fediverse:https://m.example/users/ann": "ann",
    "profile:fediverse:https://tube.example/accounts/chan": "chan",
    "profile:fediverse:https://lemmy.example/u/dee": "dee",
    "profile:fediverse:https://blog.example/author/eve/": "eve",
    "profile:fediverse:https://blog.example/?author=3": None,
    "profile:x:2244": None,
}


def test_authors_are_personas_until_a_record_takes_their_place(tmp_path: Path) -> None:
    """8 are known by what they did, none twice; the ninth account is gone, and so no linkable persona."""
    _write(tmp_path)
    with _built(tmp_path, _SOURCES) as built:
        assert _personas(built) == WITHOUT_A_RECORD
        first = "select source, source_record from intermediate.int_authors where profile_id = 'ann'"
        assert built.execute(first).fetchall() == [("wall", "2")]  # the earliest of her two
        lines = "select has_record, count(*) from intermediate.int_profiles group by 1 order by 1"
        assert built.execute(lines).fetchall() == [(False, 8), (True, 1)]
    with _built(tmp_path, (*_SOURCES, _MEMBERS)) as built:
        assert _personas(built) == WITHOUT_A_RECORD | {"profile:wall:ann": "annlee"}
        lines = "select has_record, count(*) from intermediate.int_profiles group by 1 order by 1"
        assert built.execute(lines).fetchall() == [(False, 7), (True, 2)]
