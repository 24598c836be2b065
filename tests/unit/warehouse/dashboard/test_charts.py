"""Charts of the report: that marks stand where the figures say, and that what shows nothing says why."""

from __future__ import annotations

import datetime as dt
import re

import pyarrow as pa
import pytest

from warehouse.dashboard.charts.differences import difference_strip
from warehouse.dashboard.charts.drawing import Scale, hatch, row_labels, text
from warehouse.dashboard.charts.formats import format_indices, format_shares
from warehouse.dashboard.charts.heat_map import busiest_hours, heat_map
from warehouse.dashboard.charts.measures import measure_dots
from warehouse.dashboard.charts.months import month_squares
from warehouse.dashboard.charts.presence import presence_dots
from warehouse.dashboard.charts.sizes import size_bars
from warehouse.dashboard.charts.use import use_dots
from warehouse.dashboard.charts.waterfall import waterfall
from warehouse.dashboard.questions.question import scale_top

PRESENCE = {
    "network": "x",
    "status": "shown",
    "expected": 0.25,
    "expected_low": 0.20,
    "expected_high": 0.30,
    "accepted": 0.15,
    "everybody": 0.40,
    "index": 62.5,
    "recall": 0.9,
    "recall_is_upper_bound": True,
}


def one(picture: str, pattern: str) -> list[str]:
    found = re.findall(pattern, picture)
    assert len(found) == 1, picture
    return list(found[0]) if isinstance(found[0], tuple) else found


def test_a_scale_is_linear_or_logarithmic_and_clips() -> None:
    assert [Scale(0.5, 100).place(value) for value in (0, 0.25, 0.5, 0.9, -1)] == [0, 50, 100, 100, 0]
    # 25, 50, 100, 200, 400: each doubling a quarter of the way
    assert [Scale(400, 100, 25).place(value) for value in (10, 25, 50, 100, 200, 400)] == [
        0,
        0,
        25,
        50,
        75,
        100,
    ]


@pytest.mark.parametrize(
    ("values", "step", "expected"),
    [
        ([0.47, None], 0.1, 0.5),
        ([0.3], 0.1, 0.3),
        ([1.0], 0.25, 1.0),
        ([None], 0.25, 0.25),
        ([0.76], 0.25, 1.0),
    ],
)
def test_scales_end_at_the_next_step(values: list[float | None], step: float, expected: float) -> None:
    assert scale_top(values, step) == expected


def test_presence_stands_where_its_figures_say() -> None:
    # 96 pixels are 50 %: expected 48, its interval from 38.4 over 19.2, accepted 28.8, everybody 76.8
    picture = presence_dots(pa.Table.from_pylist([PRESENCE]), 0.5, "words")
    assert one(picture, r'<circle cx="([\d.]+)" cy="26"[^>]*class="accent"') == ["48"]
    assert one(picture, r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"[^>]*class="band"') == [
        "38.4",
        "19.2",
    ]
    assert one(picture, r'<line x1="([\d.]+)"[^>]*class="accepted"') == ["28.8"]
    assert one(picture, r'<line x1="([\d.]+)"[^>]*class="everybody"') == ["76.8"]
    assert 'role="img" aria-label="words"' in picture
    assert "found ≤" in picture


@pytest.mark.parametrize(
    ("change", "has", "lacks"),
    [
        ({"status": "hidden", "expected": None}, 'class="hatch"', "n.o."),
        ({"status": "not_observed", "expected": None}, "n.o.", 'class="hatch"'),
        ({"status": "undefined", "expected": None}, "–", 'class="hatch"'),
        (
            {"expected": 0.0, "expected_low": 0.0, "expected_high": 0.0, "accepted": 0.0},
            ">0\u202f%<",
            'class="hatch"',
        ),
    ],
)
def test_hidden_not_observed_undefined_and_zero_look_different(
    change: dict[str, object], has: str, lacks: str
) -> None:
    picture = presence_dots(pa.Table.from_pylist([PRESENCE | change]), 0.5, "words")
    assert has in picture
    assert lacks not in picture
    assert ('class="accent"' in picture) == (change.get("expected", 1) is not None)


def test_use_draws_active_filled_and_passive_hollow_and_says_what_is_unseen() -> None:
    row = {
        "status": "shown",
        "passive_observed": True,
        "active": 0.5,
        "active_low": 0.4,
        "active_high": 0.6,
        "passive": 0.25,
        "everybody": 0.75,
    }
    # 110 pixels are 1 a week
    picture = use_dots(pa.Table.from_pylist([row]), 1.0, "words")
    assert one(picture, r'<circle cx="([\d.]+)"[^>]*class="accent"') == ["55"]
    assert one(picture, r'<circle cx="([\d.]+)"[^>]*class="passive"') == ["27.5"]
    unseen = pa.Table.from_pylist([row, row | {"passive": None, "passive_observed": False}])
    assert "n.o." in use_dots(unseen, 1.0, "words")
    hidden = pa.Table.from_pylist([row, row | {"active": None}])
    assert 'class="hatch"' in use_dots(hidden, 1.0, "words")


def test_formats_are_strong_only_where_told_from_everybody() -> None:
    rows = [
        {"status": "shown", "share": 0.4, "index": 200.0, "is_told_apart": True},
        {"status": "shown", "share": 0.1, "index": 50.0, "is_told_apart": False},
        {"status": "hidden", "share": None, "index": None, "is_told_apart": False},
        {"status": "shown", "share": 0.0, "index": 0.0, "is_told_apart": False},
    ]
    picture = format_indices(pa.Table.from_pylist(rows), "words")
    # log scale 40–250 on 110 pixels: 100 at 55, 200 at 96.6, 50 at 13.4
    assert one(picture, r'<circle cx="([\d.]+)"[^>]*class="accent"') == ["96.6"]
    assert one(picture, r'<circle cx="([\d.]+)"[^>]*class="thin"') == ["13.4"]
    assert picture.count('class="hatch"') == 1
    assert ">0\u202f%<" in picture


def test_formats_of_everybody_are_bars_from_zero() -> None:
    picture = format_shares(pa.Table.from_pylist([{"status": "shown", "share": 0.4}]), "words")
    assert one(picture, r'<rect x="0" y="[\d.]+" width="([\d.]+)"') == ["44"]  # 40 % of 110 pixels


def hours(each: int, busy: tuple[int, ...]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {"iso_weekday": day, "hour_local": hour, "activities": each if hour in busy else 0}
            for day in range(1, 8)
            for hour in range(24)
        ]
    )


@pytest.mark.parametrize(
    ("each", "cells", "windows"),
    [
        (24, 21, 1),  # 3 hours × 7 days × 24 = 504: by hour, 21 cells with activity
        (20, 7, 1),  # 420: one block of three hours a day, aligned to the window
        (10, 7, 0),  # 210: no window
        (4, 0, 0),  # 84: no picture
    ],
)
def test_heat_maps_are_as_fine_as_their_support(each: int, cells: int, windows: int) -> None:
    picture = heat_map(hours(each, (7, 8, 9)), "shown", "words")
    assert len(re.findall(r'class="heat\d"', picture)) == cells
    assert picture.count('class="window"') == windows
    assert ('class="frame"' in picture) == (cells == 0)


def test_heat_steps_count_times_an_even_week() -> None:
    # every hour alike: each is 1 time an even week, the third of five steps
    assert set(re.findall(r"heat\d", heat_map(hours(10, tuple(range(24))), "shown", "w"))) == {"heat2"}


def test_a_block_over_midnight_is_drawn_in_two() -> None:
    picture = heat_map(hours(20, (23, 0, 1)), "shown", "words")
    assert len(re.findall(r'class="heat\d"', picture)) == 14
    assert picture.count('class="window"') == 2


def test_the_busiest_hours_wrap_midnight_and_ties_go_to_the_smallest() -> None:
    night = [1 if place % 24 in (23, 0, 1) else 0 for place in range(168)]
    assert busiest_hours(night) == (23, 1.0)
    assert busiest_hours([1] * 168) == (0, 0.125)
    assert busiest_hours([0] * 168) == (0, 0.0)


def test_other_charts_say_what_is_hidden() -> None:
    size = {"share": None, "amount": "", "status": "hidden"}
    assert 'class="hatch"' in size_bars(pa.Table.from_pylist([size]), 1.0, "words")
    measure = {
        **dict.fromkeys(("value", "low", "high", "everybody", "index", "shown")),
        "status": "hidden",
        "top": 1.0,
    }
    assert 'class="hatch"' in measure_dots(pa.Table.from_pylist([measure]), "words")


def test_differences_show_highest_and_lowest_apart() -> None:
    rows = [
        {"index": 200.0, "place": "highest"},
        {"index": 100.0, "place": "other"},
        {"index": 50.0, "place": "lowest"},
    ]
    picture = difference_strip(pa.Table.from_pylist(rows), "words")
    assert [picture.count(f'class="{kind}"') for kind in ("accent", "thin", "ink")] == [1, 1, 1]


def test_what_comes_from_data_is_escaped() -> None:
    assert text(0, 0, "<b>&") == '<text x="0" y="0" class="number" text-anchor="end">&lt;b&gt;&amp;</text>'
    assert "<script" not in row_labels([("<script>", "</svg>")])
    assert 'aria-label="&quot;&gt;' in size_bars(
        pa.Table.from_pylist([{"share": 0.5, "amount": "<i>", "status": "shown"}]), 1.0, '"><script>'
    )


def test_a_hatch_stays_within_its_place() -> None:
    numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", hatch(10, 20, 40, 8))]
    assert all(10 <= x <= 50 for x in numbers[::2])
    assert all(20 <= y <= 28 for y in numbers[1::2])


def test_a_waterfall_begins_each_bar_where_the_last_ends() -> None:
    # 320 pixels from −10 to +6 bits: 20 a bit; even odds at 200. The prior ends at 0, the name at 320 (+6).
    rows = pa.table({"name": ["prior", "name"], "label": ["–", "a < b"], "weight": [-10.0, 16.0]})
    picture = waterfall(rows, "why")
    assert re.findall(
        r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="12" class="(\w+)"', picture
    ) == [
        ("0", "200", "against"),
        ("0", "320", "accent"),
        ("200", "120", "ink"),
    ]
    assert "+6.0" in picture
    assert "a &lt; b" in picture


def test_months_darken_with_events_and_older_ones_are_left_out() -> None:
    months = [dt.date(2019, 1, 1), dt.date(2026, 5, 1), dt.date(2026, 6, 1)]
    rows = pa.table({"channel": ["x", "x", "forum"], "month": months, "events": [99, 1, 10]})
    picture = month_squares(rows, "when")
    assert re.findall(r'class="(heat\d)"', picture) == ["heat1", "heat4"]
    assert month_squares(rows.slice(0, 0), "when") == ""
