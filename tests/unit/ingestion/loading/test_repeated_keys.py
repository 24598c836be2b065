"""Of one record the same key of a table lands once: the fuller row, then that of the format's earlier part."""

from __future__ import annotations

from typing import Any

from ingestion.containers.json.lines import JsonRecords
from ingestion.mapping.format import Format, RecordKind, Rows

_MEMBER = {"id": "VARCHAR", "name": "VARCHAR", "home": "VARCHAR", "since": "VARCHAR"}


def _profile(at: str, each: str | None = None) -> Rows:
    return Rows(
        "profiles",
        {
            "profile_id": f"{at}.id",
            "display_name": f"{at}.name",
            "location": f"{at}.home",
            "created_at": f"{at}.since",
        },
        when=f"{at}.id is not null",
        each=each,
    )


FORMAT = Format(
    name="members",
    description="members, each with friends",
    reference="https://members.example",
    network="members",
    container=JsonRecords(),
    kinds=(RecordKind("member", "r.id is not null", (_profile("r"), _profile("each", "r.friends"))),),
    shape={**_MEMBER, "friends": [_MEMBER]},
)


def member(identity: str = "1", **fields: Any) -> dict[str, Any]:
    return {"id": identity, **fields}


def test_the_fuller_row_lands(load_records: Any) -> None:
    friends = [member(name="A"), member(name="Ann", home="Bern"), member("2"), member("2", name="Bo")]
    rows = load_records(FORMAT, member(home="Genf", friends=friends)).rows("profiles")
    assert sorted((r["profile_id"], r["display_name"], r.get("location")) for r in rows) == [
        ("1", "Ann", "Bern"),
        ("2", "Bo", None),
    ]


def test_of_equally_full_rows_that_of_the_earlier_part_lands(load_records: Any) -> None:
    record = member(name="own words", friends=[member(name="another's words")])
    assert [r["display_name"] for r in load_records(FORMAT, record).rows("profiles")] == ["own words"]


def test_another_record_may_say_the_same_key_again(load_records: Any) -> None:
    done = load_records(FORMAT, member(name="A"), member(name="B"), member("2", friends=[member(name="C")]))
    assert sorted(r.get("display_name", "") for r in done.rows("profiles")) == ["", "A", "B", "C"]
    assert done.tally.accepted == 3


def test_a_bad_value_rejects_its_record_also_in_a_row_that_would_not_land(load_records: Any) -> None:
    record = member(name="A", home="Bern", friends=[member(since="soon")])
    done = load_records(FORMAT, record, member("2"))
    assert done.tally.rejected == {"bad_created_at": 1}
    assert [r["profile_id"] for r in done.rows("profiles")] == ["2"]
