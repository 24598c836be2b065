"""Reviews in the dashboard: answers land in the decisions file once, by whoever was first; the audit is blind."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from orchestration.running.lock import exclusive
from tests.integration.published_home import (
    ANN,
    DRAWN,
    HOST,
    KEYS,
    OTHER,
    SMYTH,
    client_of,
    decisions,
    draw_for_audit,
    write_publication,
)
from warehouse.dashboard import desk
from warehouse.lake import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    write_publication(made, "pub-1")
    return made


def answer(client: TestClient, right: str = SMYTH, **changed: str) -> tuple[int, str]:
    """Send an answer to the pair of Ann and another; status and page, redirects not followed."""
    form = {
        "form_key": KEYS.form,
        "kind": "review",
        "at": "1",
        "left": ANN,
        "right": right,
        "seen": "0",
        "reviewer": "ann",
        "reason": "same face",
        "decision": "match",
        **changed,
    }
    sent = client.post("/review", data=form, headers={"origin": HOST}, follow_redirects=False)
    return sent.status_code, sent.headers.get("location", sent.text)


def test_an_answer_is_a_decision_like_one_of_a_sheet_and_the_next_pair_comes(home: Home) -> None:
    client = client_of(home)
    page = client.get("/review").text
    assert SMYTH in page
    assert "3</b> pairs wait" in page
    assert "full name against full name, both sound alike: +20.0; together +2.0." in page
    status, address = answer(client)
    assert status == 303
    assert decisions(home) == [(ANN, SMYTH, "match", "ann", "same face", "review")]
    following = client.get(address).text
    assert OTHER in following
    assert "2</b> pairs wait" in following
    assert 'value="ann"' in following  # who reviews is not asked again


def test_a_pair_decided_meanwhile_is_said_and_not_overwritten(home: Home) -> None:
    first, second = client_of(home), client_of(home)
    assert answer(first, decision="no_match", reviewer="bob", reason="")[0] == 303
    status, page = answer(second)
    assert status == 409
    assert "bob decided on this pair meanwhile: two persons" in page
    assert "Your answer, one person, was not recorded" in page
    assert [row[2:4] for row in decisions(home)] == [("no_match", "bob")]
    # who still differs answers once more, knowing of it
    (seen,) = re.findall(r'name="seen" value="(\d+)"', page)
    assert answer(second, seen=seen)[0] == 303
    assert [row[2:4] for row in decisions(home)] == [("no_match", "bob"), ("match", "ann")]


def test_an_answer_that_is_sent_twice_is_recorded_once_and_no_quarrel(home: Home) -> None:
    client = client_of(home)
    assert [answer(client)[0], answer(client)[0]] == [303, 303]
    assert len(decisions(home)) == 1


def test_two_at_the_very_same_time_leave_one_decision(home: Home) -> None:
    def alone() -> contextlib.AbstractContextManager[None]:
        return exclusive(home.root, "a review")

    clients, found = [client_of(home, alone), client_of(home, alone)], []
    barrier = threading.Barrier(2)

    def send(client: TestClient, reviewer: str) -> None:
        barrier.wait()
        found.append(answer(client, reviewer=reviewer)[0])

    threads = [threading.Thread(target=send, args=pair) for pair in zip(clients, ("ann", "bob"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [303, 409]
    assert len(decisions(home)) == 1


def test_reviewers_of_different_pairs_lose_nothing(home: Home) -> None:
    def alone() -> contextlib.AbstractContextManager[None]:
        return exclusive(home.root, "a review")

    clients = [client_of(home, alone), client_of(home, alone)]  # two servers of one home
    threads = [
        threading.Thread(target=answer, args=pair) for pair in zip(clients, (SMYTH, OTHER), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {row[1] for row in decisions(home)} == {SMYTH, OTHER}


def test_while_a_run_is_at_work_nothing_is_recorded_and_it_is_said(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "_PATIENCE", 0.0)
    client = client_of(home, lambda: exclusive(home.root, "a review"))
    with exclusive(home.root, "run-7"):
        status, page = answer(client)
    assert status == 503
    assert "Nothing was recorded: Run run-7" in page
    assert decisions(home) == []
    assert answer(client)[0] == 303


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"reviewer": " "}, 422, "the reviewer is missing"),
        ({"decision": "perhaps"}, 422, "none of match, no_match, unsure"),
        ({"right": "profile:x:999"}, 422, "no persona of the publication that serves"),
        ({"right": ANN}, 422, "both sides are the same persona"),
        ({"form_key": "guessed"}, 403, "an earlier start"),
        ({"kind": "other"}, 404, "There is no list"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(
    home: Home, changed: Mapping[str, str], status: int, words: str
) -> None:
    found = answer(client_of(home), **changed)
    assert found[0] == status
    assert words in found[1].replace("&#39;", "'")
    assert decisions(home) == []


def test_forms_of_other_pages_and_of_strangers_are_refused(home: Home) -> None:
    client = client_of(home)
    form = {"form_key": KEYS.form, "left": ANN, "right": SMYTH, "decision": "match", "reviewer": "eve"}
    for headers in ({}, {"origin": "https://evil.example"}, {"origin": "null"}):
        assert client.post("/review", data=form, headers=headers).status_code == 403
    stranger = client_of(home, comes_in=False)
    assert stranger.post("/review", data=form, headers={"origin": HOST}).status_code == 403
    assert client.post("/segments", data=form, headers={"origin": HOST}).status_code == 405
    assert (
        client.post("/review", data={**form, "reason": "x" * 70_000}, headers={"origin": HOST}).status_code
        == 413
    )
    assert decisions(home) == []


def test_the_audit_is_blind_and_its_pair_stays_out_of_the_queue(home: Home) -> None:
    draw_for_audit(home)
    client = client_of(home)
    queue = client.get("/review").text
    assert "2</b> pairs wait" in queue
    assert DRAWN not in queue
    assert DRAWN not in client.get("/review?at=3").text
    blind = client.get("/review?kind=audit").text
    assert "Drawn &lt;b&gt;Person&lt;/b&gt;" in blind
    for told in (
        "bits",
        "likely",
        "person_a",
        "person_d",
        "0.6",
        "80 %",
        "65 %",
        "doubtful",
        "full name against",
    ):
        assert told not in re.sub(r'value="[^"]*"|\?[0-9a-f]{12}', "", blind).replace("\u202f", " "), told
    status, _ = answer(client, DRAWN, kind="audit", decision="no_match")
    assert status == 303
    assert decisions(home) == [(ANN, DRAWN, "no_match", "ann", "same face", "audit")]
    assert "No pair of the audit waits" in client.get("/review?kind=audit").text


def test_pairs_can_be_drawn_for_the_audit(home: Home) -> None:
    client = client_of(home)
    form = {"form_key": KEYS.form, "kind": "audit", "draw": "yes", "reviewer": "ann"}
    sent = client.post("/review", data=form, headers={"origin": HOST})
    assert sent.status_code == 200
    assert "4</b> pairs wait" in sent.text
    assert decisions(home) == []


@contextlib.contextmanager
def _never() -> Iterator[None]:
    raise AssertionError("a page that is only looked at holds nothing")
    yield


def test_looking_holds_nothing(home: Home) -> None:
    client = client_of(home, _never)
    assert client.get("/review").status_code == 200
    assert client.get("/review?at=999").text.count("That was the last one") == 1
