"""The SQL macros on text, by tables of what goes in and what comes out."""

from __future__ import annotations

import duckdb
import pytest

from ingestion.mapping.macros import define_macros


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    define_macros(connection)
    return connection


def value(connection: duckdb.DuckDBPyConnection, macro: str, *arguments: object) -> object:
    places = ", ".join("?" for _ in arguments)
    return connection.execute(f"select {macro}({places})", list(arguments)).fetchall()[0][0]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (None, None),
        ("plain  text", "plain text"),
        ("1 < 2 & 3 > 2", "1 < 2 & 3 > 2"),
        ("<p>one</p><p>two<br>three</p>", "one\ntwo\nthree"),
        ("a&nbsp;b &amp; &eacute; &#8217; &#x2019;", "a b & é ’ ’"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),  # undone once, not twice
        ("&lt;b&gt; &amp;lt;", "<b> &lt;"),
        ("&nosuch; &#99999999999;", "&nosuch; &#99999999999;"),
        ("<script>alert(1)</script><b onclick='x'>bold</b><!-- not this -->", "bold"),
    ],
)
def test_html_becomes_plain_text(
    connection: duckdb.DuckDBPyConnection, html: str | None, expected: str | None
) -> None:
    assert value(connection, "plain_text", html) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, None),
        ("Zoë Ng", "Zoë Ng"),
        ("Ann\x00 Lee", "Ann Lee"),
        ("Ed\r\nvan Lo", "Ed van Lo"),
        ("Jo \t  Ray", "Jo Ray"),
        (" Ida\u2028Wu\x85", "Ida Wu"),
        ("\x00", ""),
    ],
)
def test_a_line_has_no_breaks_control_characters_or_runs_of_blanks(
    connection: duckdb.DuckDBPyConnection, text: str | None, expected: str | None
) -> None:
    assert value(connection, "one_line", text) == expected


def test_links_are_web_addresses_only(connection: duckdb.DuckDBPyConnection) -> None:
    html = '<a href="https://a.example/?x=1&amp;y=2">a</a> <a href="javascript:alert(1)">b</a>'
    assert value(connection, "links_of_html", html) == ["https://a.example/?x=1&y=2"]


@pytest.mark.parametrize(
    ("macro", "given", "expected"),
    [
        ("epoch_seconds", "1577318900", "2019-12-26 00:08:20+00"),
        ("epoch_milliseconds", "1577318900123", "2019-12-26 00:08:20.123+00"),
        ("epoch_seconds", "soon", "soon"),  # a text that is no time comes back, for landing to reject
        ("epoch_seconds", "1e300", "1e300"),
    ],
)
def test_epochs_become_instants(
    connection: duckdb.DuckDBPyConnection, macro: str, given: str, expected: str
) -> None:
    assert value(connection, macro, given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2020-01-01 10:00", "2020-01-01 09:00:00+00"),  # Berlin is an hour ahead in winter
        ("2020-07-01 10:00", "2020-07-01 08:00:00+00"),  # and two in summer
        ("2020-01-01T10:00:00Z", "2020-01-01T10:00:00Z"),
        ("2020-01-01T10:00:00+05:00", "2020-01-01T10:00:00+05:00"),
        ("2020-01-05", "2020-01-04 23:00:00+00"),
        ("yesterday", "yesterday"),
    ],
)
def test_local_times_are_read_in_their_zone(
    connection: duckdb.DuckDBPyConnection, given: str, expected: str
) -> None:
    assert value(connection, "at_zone", given, "Europe/Berlin") == expected


@pytest.mark.parametrize(
    ("instant", "minutes"),
    [
        ("2020-01-01T10:00:00+05:30", 330),
        ("2020-01-01T10:00:00.123-0500", -300),
        ("2020-01-01T10:00:00+00:00", 0),
        ("2020-01-01T10:00:00Z", None),
        ("2020-01-01", None),
    ],
)
def test_only_an_explicit_offset_is_the_authors(
    connection: duckdb.DuckDBPyConnection, instant: str, minutes: int | None
) -> None:
    assert value(connection, "offset_minutes", instant) == minutes
