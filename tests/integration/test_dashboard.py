"""The dashboard over a hand-made publication: pages, filters, downloads, errors, who is let in."""

from __future__ import annotations

import csv
import html
import io
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from tests.integration.command_line import in_one_line, run_scrm
from tests.integration.published_home import HOST, KEYS, client_of, write_publication
from warehouse.dashboard import pages as registry
from warehouse.dashboard.at_hand import Follower, NothingToShow
from warehouse.dashboard.pages.page import Page, Section, view_of_sections
from warehouse.dashboard.published import QUERIES, needed_by
from warehouse.dashboard.serve import PortTaken, _listen, serve
from warehouse.lake import Home
from warehouse.mart_register import marts

MARKUP = '<script>alert(1)</script> & "x" \'**'


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    made = Home(tmp_path_factory.mktemp("home"))
    write_publication(made, "pub-1")
    return made


@pytest.fixture(scope="module")
def client(home: Home) -> TestClient:
    return client_of(home)


DOWNLOADS = ("/segments", "/trust", "/customer/person_a", "/customer?q=smith", "/rows/segment_presence")


def page_of(client: TestClient) -> Callable[[str], str]:
    """What stands at an address."""
    return lambda address: client.get(address).text


def said(page: str) -> str:
    """What a page says, without markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).replace("\u202f", " ").split())


def test_segments_are_those_of_the_report_and_filters_narrow_them(client: TestClient) -> None:
    page = client.get("/segments").text
    # 400 of 1,000 customers; on X 40 % are expected with 39–41, and no other segment reaches 39 − 1
    assert "Top customers are 40 % of all." in said(page)
    assert "Top customers are most on X (40 %, 39–41), more than any other segment." in said(page)
    assert "All networks" in said(page)
    narrowed = client.get("/segments", params={"network": "x", "segment": "low", "month": "2026-06"}).text
    assert "Low customers are 60 % of all." in said(narrowed)
    assert "Top customers" not in said(narrowed)
    assert "Presence of Low: X 15" in html.unescape(narrowed).replace("\u202f", " ")  # and no other network


def test_two_segments_alone_are_still_compared_with_all_others(client: TestClient) -> None:
    page = client.get("/segments", params=[("segment", "top"), ("segmentation", "value")]).text
    assert "more than any other segment" in said(page)


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("/segments?month=2019-01", "2026-06 to 2026-06 are"),
        ("/segments?network=myspace", "there are all, forum, x"),
        ("/segments?segmentation=shoe_size", "there are value, all"),
        ("/rows/no_such_mart", "segment_presence"),
        ("/rows/segment_presence?shoe_size=3", "no column shoe_size"),
        ("/rows/segment_presence?begin=x", "no number of a row"),
        ("/customer/person_z", "no person 'person_z'"),
        ("/review?at=x", "no place in the queue"),
        ("/nothing", "there are segments, customer, trust, review, rows"),
        ("/trust/nothing.csv", "no table 'nothing'"),
        ("/published/people.duckdb", "not among what was published"),
        ("/published/data_docs/../people.duckdb", "not among what was published"),
        ("/published/data_docs/%2e%2e/%2e%2e/../people.duckdb", "not among what was published"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(client: TestClient, address: str, names: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert names in said(answer.text)


def test_every_figure_has_its_definition_beside_it_and_its_rows_behind(client: TestClient) -> None:
    page = client.get("/segments?segmentation=value").text
    assert "Presence that linkage expects = Σ q / customers [rate]" in page
    address = html.unescape(re.findall(r'href="(/rows/segment_presence[^"]*)"', page)[0])
    assert "period_month=2026-06-01" in address
    rows = client.get(address)
    assert rows.status_code == 200
    assert "of 6 rows" in said(rows.text)  # two segments, three networks


def test_hidden_and_not_observed_are_told_from_zero_in_the_rows(client: TestClient) -> None:
    page = said(client.get("/rows/segment_presence?segmentation=value&network=forum").text)
    assert "hidden" in page
    assert "not observed" in page


def test_a_download_holds_all_rows_and_runs_no_formula(client: TestClient) -> None:
    answer = client.get("/customer/person_a/timeline.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert 'filename="customer-timeline.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 120
    assert {row["detail"] for row in rows} == {"'=1+1"}
    for address in re.findall(r'href="([^"]+\.csv[^"]*)"', "".join(map(page_of(client), DOWNLOADS))):
        assert client.get(html.unescape(address)).headers["content-type"].startswith("text/csv"), address
    found = client.get("/rows/reconciliation.csv").content.decode("utf-8-sig")
    assert next(iter(csv.DictReader(io.StringIO(found))))["rejected"] == "1"


def test_trust_says_what_was_checked_and_counted(client: TestClient) -> None:
    page = said(client.get("/trust").text)
    assert "11 of 12 checks passed, 1 warned" in page
    assert "marts.drift" in page
    assert "Read is accepted, duplicate and rejected together, in every row." in page
    assert "Data Docs" in page
    assert client.get("/published/data_docs/index.html").text == "<p>every check</p>"


def test_trust_says_why_a_check_matters_what_was_set_apart_and_which_runs_were_refused(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path)
    checks = {
        "run": 3,
        "passed": 1,
        "warnings": [{"name": "marts.drift", "observed": "2 rows", "why": "Shares move slowly."}],
        "contained": [
            {
                "name": "landed.ids",
                "observed": "4 rows",
                "what": "record",
                "contained": 4,
                "why": "Ids are one.",
            }
        ],
        "accepted": [{"name": "landed.volume", "observed": "half", "by": "ann", "reason": "a holiday"}],
    }
    refusal = {"run_id": "r7", "refused_at": "2026-07-02", "checks": [["marts.ranges", "9 rows"]]}
    run = {"refused_since_last_publication": [refusal]}
    write_publication(home, "pub-1", manifest={"checks": checks, "run": run})
    page = said(client_of(home).get("/trust").text)
    for words in (
        "Shares move slowly.",
        "4 records set apart",
        "accepted by ann: a holiday",
        "marts.ranges: 9 rows",
    ):
        assert words in page


def test_a_customer_is_found_by_name_address_handle_and_id(client: TestClient) -> None:
    for words in ("smith", "ann@mail.example", "annsmith", "@annsmith", "contact:1", "person_a"):
        assert "/customer/person_a" in client.get("/customer", params={"q": words}).text, words
    assert "Nobody goes by" in said(client.get("/customer", params={"q": "nobody here"}).text)
    page = said(client.get("/customer/person_a").text)
    for words in (
        "Ann Smith",
        "the least sure link is 0.9900",
        "both sound alike (+20.0 bits)",
        "Acme",
        "120 events",
    ):
        assert words in page
    assert len(re.findall(r"\be\d+\b", page)) == 100  # a page of events, not all of them
    of_forum = said(client.get("/customer/person_a?channel=forum").text)
    assert "60 events of forum" in of_forum


def test_what_comes_from_data_is_shown_as_text(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write_publication(home, "pub-1", segment=MARKUP)
    client = client_of(home)
    for address in (
        "/segments",
        "/customer?q=drawn",
        f"/rows/segment_presence?segment={MARKUP.replace('&', '%26')}",
    ):
        page = client.get(address).text
        assert "<script>alert" not in page
        assert "<b>Person" not in page
    assert "&lt;script&gt;" in client.get("/segments").text


@pytest.mark.parametrize(
    "missing",
    [
        ("segment_presence", "persons", "review_queue"),
        ("metric_catalog", "identity_quality", "reconciliation", "segment_active_hours", "link_evidence"),
        ("customers", "organizations", "timeline", "link_evidence", "segment_content_formats"),
    ],
)
def test_a_publication_of_before_gives_an_empty_state_not_an_error(
    tmp_path: Path, missing: tuple[str, ...]
) -> None:
    home = Home(tmp_path)
    write_publication(home, "pub-1", without=missing)
    client = client_of(home)
    for page in registry.pages():
        assert client.get(f"/{page}").status_code == 200, page
    assert client.get("/customer/person_a").status_code == 200


def test_people_that_are_withheld_are_said_to_be(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write_publication(home, "pub-1", people=False)
    client = client_of(home)
    for page in ("/customer", "/customer/person_a", "/review"):
        assert "people.duckdb is withheld" in said(client.get(page).text)
    assert client.get("/segments").status_code == 200


def test_a_new_publication_is_followed_and_a_request_sees_one_alone(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write_publication(home, "pub-1")
    follower = Follower(home)
    client = client_of(home)
    with follower.serving() as before:
        write_publication(home, "pub-2", segment="gold")
        with follower.serving() as after:
            assert (before.publication_id, after.publication_id) == ("pub-1", "pub-2")
            (segments,) = (m.ask("segments", month=None)["segment"].to_pylist() for m in [before.marts])
            assert "top" in segments
            assert "gold" in after.marts.ask("segments", month=None)["segment"].to_pylist()
    assert "Gold" in client.get("/segments").text
    follower.close()


def test_many_at_once_are_served_each_its_own_figures(client: TestClient) -> None:
    found: list[bool] = []

    def ask(segment: str, other: str) -> None:
        for _ in range(3):
            page = said(client.get("/segments", params={"segment": segment}).text)
            found.append(
                f"{segment.capitalize()} customers are" in page
                and f"{other.capitalize()} customers are" not in page
            )

    threads = [threading.Thread(target=ask, args=pair) for pair in (("top", "low"), ("low", "top")) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 12


def test_nothing_published_refuses_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NothingToShow, match="scrm run"):
        serve(Home(tmp_path), "Hearthlight", None, 0, print)  # type: ignore[arg-type]
    answer = client_of(Home(tmp_path), comes_in=False)
    answer.cookies.set("scrm_8600", KEYS.entry)
    page = answer.get("/segments")
    assert page.status_code == 409
    assert "scrm run" in page.text


def test_a_port_that_is_taken_is_told() -> None:
    with _listen(0) as taken:
        assert taken.getsockname()[0] == "127.0.0.1"
        with pytest.raises(PortTaken, match="is taken"):
            _listen(taken.getsockname()[1])


def test_nobody_comes_in_without_the_key_or_by_another_name(home: Home) -> None:
    stranger = client_of(home, comes_in=False)
    assert stranger.get("/segments").status_code == 403
    assert stranger.get("/", params={"key": "guessed"}).status_code == 403
    assert stranger.get("/customer/person_a/timeline.csv").status_code == 403
    client = client_of(home)
    rebound = client.get("/segments", headers={"host": "evil.example:8600"})
    assert rebound.status_code == 400
    for name in ("localhost:8600", "127.0.0.1:8600", "[::1]:8600"):
        assert client.get("/segments", headers={"host": name}).status_code == 200, name
    cookie = client_of(home, comes_in=False).get("/", params={"key": KEYS.entry}, follow_redirects=False)
    assert "HttpOnly" in cookie.headers["set-cookie"]
    assert "samesite=strict" in cookie.headers["set-cookie"].lower()


def test_a_page_allows_nothing_but_itself(client: TestClient) -> None:
    headers = client.get("/segments").headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert headers["cache-control"] == "no-store"
    for page in ("/segments", "/trust", "/review", "/customer/person_a", "/rows/segment_presence"):
        text = client.get(page).text
        assert not re.search(
            r"<script(?! src=\"/static/)|\sstyle=|\son\w+=|https?://(?!www\.w3)[^\"<]*\.(?:js|css)", text
        )


def test_a_page_is_one_file(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(
        "demand", "Demand", 40, lambda asked: view_of_sections("Demand", Section("Signals", "**None** yet."))
    )
    monkeypatch.setattr("warehouse.dashboard.app.pages", lambda: {**registry.pages(), "demand": page})
    answer = client_of(home).get("/demand")
    assert "None yet." in said(answer.text)


def test_a_page_that_breaks_says_so_and_names_nobody(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(asked: object) -> None:
        raise RuntimeError("Ann Smith")

    broken = Page("trust", "Trust", 1, breaks)  # type: ignore[arg-type]
    monkeypatch.setattr("warehouse.dashboard.app.pages", lambda: {"trust": broken})
    client = client_of(home, comes_in=False)
    client.cookies.set("scrm_8600", KEYS.entry)
    answer = client.get(f"{HOST}/trust")
    assert answer.status_code == 500
    assert "RuntimeError" in answer.text
    assert "Ann Smith" not in answer.text


def test_the_command_says_where_it_is_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    home = Home(tmp_path / ".scrm")
    write_small_configuration(tmp_path)
    refused = run_scrm("dashboard", "--config", str(tmp_path), expected_exit=2)
    assert "Next: scrm run" in in_one_line(refused.stderr)
    write_publication(home, "pub-1")
    command = [
        sys.executable,
        "-m",
        "orchestration.cli",
        "dashboard",
        "--config",
        str(tmp_path),
        "--port",
        "0",
    ]
    with subprocess.Popen([*command, "--no-open"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?key=[\w-]{20,}", address)
        with httpx2.Client(follow_redirects=True) as browser:
            assert "Segments, June 2026" in browser.get(address).text
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0


def write_small_configuration(folder: Path) -> None:
    sources = "sources:\n  - {name: crm, format: salesforce_export, path: 'crm/*.csv'}\n"
    (folder / "scrm.yml").write_text(f"brand: {{name: Hearthlight}}\n{sources}", encoding="utf-8")


def test_queries_of_people_name_the_mart_of_people_that_they_need() -> None:
    names = [f"people/{path.stem}" for path in (QUERIES / "people").glob("*.sql")]
    assert len(names) > 5
    assert {marts()[needed_by(name)].schema for name in names} == {"people"}
