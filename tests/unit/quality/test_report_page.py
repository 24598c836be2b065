"""The quality report shows every check, is whole without a network, and lets nothing through unescaped."""

from __future__ import annotations

import re

from quality.check import CheckResult
from quality.report_page import render
from quality.reports import without_outside

FAILED = CheckResult(
    name="landed.activities.identifiers",
    layer="landed",
    relation="landed.activities",
    severity="critical",
    sentence="Ids are the platform's own.",
    passed=False,
    observed="25 unexpected rows",
    unexpected_count=25,
    sample=({"source": "x<img src=x>", "source_file_sha256": "ab12" * 16, "source_record": "7"},),
)
PASSED = CheckResult(
    name="marts.segment_presence.ranges",
    layer="marts",
    relation="marts.segment_presence",
    severity="critical",
    sentence="Rates lie in [0, 1].",
    passed=True,
    observed="nothing unexpected",
)
FILES = [
    {
        **{"source": "x", "file_name": "posts.jsonl", "source_file_sha256": "ab12" * 16, "outcome": "landed"},
        **{"records_read": 1200, "records_accepted": 1000, "records_duplicate": 150, "records_rejected": 50},
        "rejected_by_reason": [("bad_time", 4), ("no_author", 46)],
    },
    {"source": "crm", "file_name": "<b>.csv", "outcome": "failed", "reason": "no column 'Id'"},
]


def page(*results: CheckResult) -> str:
    return render(
        results, facts={"Brand": "A & B"}, files=FILES, pages={"landed.landed.activities": "v/a.html"}
    )


def test_the_page_says_what_failed_where_and_why() -> None:
    html = page(FAILED, PASSED)
    assert "1 critical check failed: this build is not published." in html
    assert "posts.jsonl" in html  # the file's name beside its hash
    assert "The first 1 of 25." in html
    assert 'href="v/a.html"' in html
    for result in (FAILED, PASSED):
        assert result.name in html
    assert "1,200" in html
    assert "no column &#x27;Id&#x27;" in html


def test_the_page_says_why_records_were_rejected_most_first() -> None:
    html = page(PASSED)
    assert "Rejected, by reason" in html
    assert html.index('<code>no_author</code></td><td class="number">46') < html.index("bad_time")


def test_a_page_without_failures_says_so() -> None:
    assert "Nothing unexpected was found." in page(PASSED)
    assert "No critical check failed." in page(PASSED)


def test_nothing_from_outside_is_shown_unescaped() -> None:
    html = page(FAILED, PASSED)
    assert "<img" not in html
    assert "x&lt;img src=x&gt;" in html
    assert "&lt;b&gt;.csv" in html
    assert "A &amp; B" in html


def test_pages_are_cut_off_from_the_network() -> None:
    html = """<html><head><link rel="stylesheet" href="https://cdn.example/a.css">
        <style>b { background: url('https://cdn.example/b.png') }</style>
        <script src="https://cdn.example/c.js"></script><script>fetch('https://x')</script></head>
        <body><img
        src="https://cdn.example/d.png"><p>kept</p><footer><a href="https://news">news</a></footer></body></html>"""
    clean = without_outside(html, "../report.css")
    assert re.findall(r"https?://[^\"' ]+", clean) == []
    assert "<p>kept</p>" in clean
    assert '<link rel="stylesheet" href="../report.css">' in clean
