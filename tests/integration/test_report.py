"""The report: drawn from marts written by hand, read as text and in a real browser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests import browser
from tests.integration.report_marts import MANIFEST, write_report_marts
from tests.unit.warehouse.publishing import publish_small
from warehouse.dashboard.published import QUERIES, needed_by
from warehouse.dashboard.report import write_report
from warehouse.lake import Home
from warehouse.mart_register import marts
from warehouse.publication.verify import verify

MARKUP = '<script>alert(1)</script> & "x" \'**'
LEADS_AWAY = re.compile(
    r"""(?:src|href|action|xlink:href)\s*=\s*["']?\s*(?:https?:|//)|@import|url\(""", re.I
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_report_marts(tmp_path_factory.mktemp("publication"))
    return write_report(folder, MANIFEST, "Hearthlight")


class _Pictures(HTMLParser):
    """Pictures and what is said of them, headings, and whatever would run."""

    def __init__(self) -> None:
        super().__init__()
        self.untold: list[str] = []
        self.told: list[str] = []
        self.headings: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        held = dict(attributes)
        if tag == "svg" and held.get("role") == "img":
            self.told.append(held.get("aria-label") or "")
        elif tag == "svg" and held.get("aria-hidden") != "true":
            self.untold.append(str(held))
        elif tag in ("h1", "h2", "h3"):
            self.headings.append(tag)
        self.scripts += tag == "script" or any(name.startswith("on") for name in held)


def read(page: Path) -> tuple[str, _Pictures]:
    content = page.read_text(encoding="utf-8")
    parser = _Pictures()
    parser.feed(content)
    return content, parser


def test_the_page_needs_nothing_but_itself(page: Path) -> None:
    content, parser = read(page)
    assert LEADS_AWAY.findall(content) == []
    assert parser.scripts == 0
    # the very pattern finds what it is meant to find
    for bad in (
        '<img src="https://a.example/x.png">',
        "@import 'a.css'",
        "background: url(x)",
        "<a href=//a.b>",
    ):
        assert LEADS_AWAY.search(bad)


def test_every_picture_is_told_in_words_and_headings_step_down(page: Path) -> None:
    _, parser = read(page)
    assert parser.untold == []
    assert len(parser.told) >= 3 * 5  # three segments, five questions with figures
    assert all(parser.told)
    assert parser.headings[:2] == ["h1", "h2"]


def test_the_figures_stand_in_sentences_and_pictures(page: Path) -> None:
    content, parser = read(page)
    text = re.sub(r"<[^>]+>", "", content).replace("\u202f", " ")
    alts = " ".join(parser.told).replace("\u202f", " ")
    # 400 of 1,000 customers; 40 % expected with 39–41; no other segment reaches 39 − 1 = 38 % of accepted links
    assert "Top customers are 40 % of all." in text
    assert "Top customers are most on X (40 %, 39–41), more than any other segment." in text
    # photos: 60 % against 30 % of everybody, the interval 50–70 % excludes it; 100 × 0.6 / 0.3 = 200
    assert "Top customers post more photos (200), fewer plain texts (57) than average." in text
    assert "Top customers act most at 06–09 h (100 %, as average)" in text
    assert "X 40 % expected (39–41), 38 % accepted, at most 90 % of links found" in alts
    # trust: what the manifest says
    assert "11 of 12 checks passed, 1 warning" in text
    assert "Warned: marts.drift" in text


def test_hidden_not_observed_and_too_thin_are_told_apart(page: Path) -> None:
    content, parser = read(page)
    of_low = next(alt for alt in parser.told if alt.startswith("Presence of Low"))
    of_top = next(alt for alt in parser.told if alt.startswith("Presence of Top"))
    assert "Forum hidden" in of_low
    assert "Forum not observed" in of_top
    assert "under 100 activities" in content  # low: 84
    assert "Low customers: 84 activities, too few to name a time." in content
    assert "no source observes it" in content  # passive hours


def test_what_comes_from_data_is_shown_as_text(tmp_path: Path) -> None:
    page = write_report(write_report_marts(tmp_path, segment=MARKUP), MANIFEST, f"Brand {MARKUP}")
    content, parser = read(page)
    assert parser.scripts == 0
    assert "<script" not in content
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in content


def test_queries_read_published_marts_and_never_people() -> None:
    names = [path.stem for path in QUERIES.glob("*.sql")]
    assert {marts()[needed_by(name)].schema for name in names} == {"marts"}
    for path in QUERIES.glob("*.sql"):
        read_from = re.findall(r"\b(?:from|join)\s+([\w.]+)", path.read_text())
        assert set(read_from) <= {needed_by(path.stem), "of_month", "everybody"}, path.name


@pytest.mark.parametrize("mart", ["segment_content_formats", "segment_active_hours", "reconciliation"])
def test_a_mart_that_is_not_published_costs_its_own_row(tmp_path: Path, mart: str) -> None:
    content = write_report(write_report_marts(tmp_path, without=[mart]), MANIFEST, "Hearthlight").read_text()
    assert "more than any other segment" in content


def test_many_segments_stand_in_boards_of_five_and_the_smallest_are_counted(tmp_path: Path) -> None:
    page = write_report(write_report_marts(tmp_path, regions=23), MANIFEST, "Hearthlight")
    content = page.read_text(encoding="utf-8")
    boards = re.findall(r'aria-label="Segments by region: ([^"]+)"', content)
    assert [board.count(",") + 1 for board in boards] == [5, 5, 5, 5]
    assert boards[0].startswith("Region 00, Region 01")  # the largest first
    assert "3 smaller segments are left out here" in content


def test_no_customer_yet_is_a_page_that_says_so(tmp_path: Path) -> None:
    import duckdb

    write_report_marts(tmp_path)
    with duckdb.connect(str(tmp_path / "marts.duckdb")) as marts:
        for table in ("segment_presence", "segment_content_formats", "segment_active_hours"):
            marts.execute(f"delete from {table}")
    assert "No customer is published yet" in write_report(tmp_path, MANIFEST, "Hearthlight").read_text()


def test_a_page_is_published_with_its_hash_and_one_that_breaks_costs_only_itself(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")

    def draw(folder: Path, manifest: Mapping[str, Any]) -> None:
        (folder / "report").mkdir()
        (folder / "report" / "index.html").write_text(f"<p>{manifest['publication_id']}</p>")

    def fall(folder: Path, manifest: Mapping[str, Any]) -> None:
        draw(folder, manifest)
        raise KeyError("presence_rate")

    published = publish_small(home, "r1", pages={"report": draw})
    assert "report/index.html" in {each["path"] for each in published.manifest["outputs"]}
    assert published.left_undone == ()
    broken = publish_small(home, "r2", minute=1, pages={"report": fall})
    assert broken.is_current
    assert "report/index.html could not be drawn (KeyError: 'presence_rate'" in broken.left_undone[0]
    assert not (broken.path / "report").exists()
    assert verify(home) == []


@pytest.mark.skipif(not browser.is_installed(), reason=browser.WHY_NOT)
@pytest.mark.parametrize(("width", "is_dark"), [(1280, False), (1280, True), (412, False)])
def test_a_browser_shows_it_without_complaint(page: Path, tmp_path: Path, width: int, is_dark: bool) -> None:
    with browser.open_browser(width, is_dark=is_dark) as driver:
        driver.get(page.as_uri())
        assert browser.console_errors(driver) == []
        assert [url for url in browser.requested(driver) if not url.startswith(("file:", "data:"))] == []
        paper = driver.execute_script("return getComputedStyle(document.documentElement).backgroundColor")
        assert paper == ("rgb(20, 23, 26)" if is_dark else "rgb(255, 255, 255)")
        # boards scroll, the page does not
        assert driver.execute_script("return document.documentElement.scrollWidth") <= width
        assert driver.save_screenshot(str(tmp_path / "page.png"))
