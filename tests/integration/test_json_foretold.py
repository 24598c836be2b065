"""What `scrm check` says of a JSON file is what landing does with it, and neither contradicts itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingestion.preview import preview
from tests.integration.posts_company import Company, lines, post

PAGE = b'{"data":[%s],"includes":{"users":[{"id":"7","username":"a","name":"A"}]}}'
HALF, BAD = post(8).replace(b'"t"', b'"\\ud83d"'), post(9).replace(b'"t"', b'"\xff"')
FORTY = b",".join(post(n) for n in range(1, 40))
PRETTY = b"\n".join(
    json.dumps({"data": [json.loads(post(n))], "meta": {}}, indent=1).encode() for n in (1, 2)
)

LANDED: dict[str, tuple[bytes, int, dict[str, int]]] = {
    "lines": (lines(1, 2), 2, {}),
    "an array of pages": (b"[" + PAGE % post(1) + b"," + PAGE % post(2) + b"]", 3, {}),
    "pages laid out over lines": (PRETTY, 2, {}),
    "pages one right after another": (PAGE % post(1) + PAGE % post(2), 3, {}),
    "half a character in a page": (PAGE % (FORTY + b"," + HALF), 40, {"half_character": 1}),
    "a bad byte in a page": (PAGE % (FORTY + b"," + BAD), 40, {"bad_encoding": 1}),
    "a list given twice": (b'{"data":[],' + (PAGE % post(1))[1:], 2, {}),
    "a broken line first": (b"{broken\n" + PAGE % post(1), 2, {"not_json": 1}),
    "nothing but damaged records": (HALF + b"\n" + BAD, 0, {"half_character": 1, "bad_encoding": 1}),
    "a page whose only post is damaged": (PAGE % BAD, 1, {"bad_encoding": 1}),
    "a page that is cut off after others": (
        PAGE % post(1) + b"\n" + (PAGE % post(2))[:60],
        2,
        {"not_json": 1},
    ),
}
REFUSED: dict[str, tuple[bytes, str]] = {
    "one page, cut off": ((PAGE % FORTY)[:900], "it was cut off"),
    "one document, cut off": (PRETTY[: len(PRETTY) // 3], "it was cut off"),
    "one document with a mistake": (b'{\n"data":[\n{"author_id" 1}\n]\n}', "see line 3 of it"),
    "another format": (b'{"post_stream":{"posts":[]},"id":1}', "Discourse"),
}


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


@pytest.mark.parametrize("what", LANDED)
def test_what_lands_is_foretold(company: Company, what: str) -> None:
    data, accepted, rejected = LANDED[what]
    company.put("a.json", data)
    (looked_at,) = preview(company.settings.sources[0], company.settings).files
    (file,) = company.land().landed
    assert (file.records_accepted, dict(file.rejected_by_reason)) == (accepted, rejected)
    assert (looked_at.problem, dict(looked_at.rejected)) == (None, rejected)
    assert looked_at.records_seen == file.records_read
    assert all(row["raw"] in data for row in company.quarantined())


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_is_foretold_in_the_same_words(company: Company, what: str) -> None:
    data, said = REFUSED[what]
    company.put("a.json", data)
    (looked_at,) = preview(company.settings.sources[0], company.settings).files
    failed = company.only_failure()
    assert said in failed.reason
    assert looked_at.problem is not None
    assert looked_at.problem in failed.reason
    assert "(x_api_v2)" not in looked_at.looks_like  # which would be the very format that refuses it


def test_a_beginning_that_nobody_knows_does_not_speak_for_the_whole_file(company: Company) -> None:
    company.put("a.jsonl", b'{"unknown":1}\n' * 1_000 + lines(1, 2))
    (looked_at,) = preview(company.settings.sources[0], company.settings).files
    assert "begins with no record that this format knows" in (looked_at.problem or "")


def test_which_visibility_is_withheld_is_said_by_its_word(company: Company) -> None:
    source = {
        "format": "table",
        "table": "activities",
        "path": "in/a.csv",
        "network": "n",
        "columns": {
            "activity_id": "id",
            "actor_profile_id": "by",
            "activity_type": "what",
            "published_at": "at",
            "visibility": "seen by",
        },
    }
    company = Company(company.folder, **source)
    row = "{0},7,Create,2026-01-0{0}T00:00:00Z,{1}\n"
    words = ("Friends only", "public", "ann@x.example, bob@x.example", "direct")
    rows = "".join(row.format(n, f'"{word}"') for n, word in enumerate(words, 1))
    company.put("a.csv", f"id,by,what,at,seen by\n{rows}".encode())
    (looked_at,) = preview(company.settings.sources[0], company.settings).files
    (reason,) = looked_at.reasons
    assert dict(looked_at.rejected) == {"not_public": 3}
    assert reason.endswith("They say 'direct', 'friends only'.")  # addresses are not told
