"""In which formats a segment posts, against everybody."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from warehouse.dashboard import figures, sentences
from warehouse.dashboard.charts.drawing import row_labels
from warehouse.dashboard.charts.formats import PITCH, format_indices, format_shares
from warehouse.dashboard.questions.question import Cell, Question
from warehouse.dashboard.readings import EVERYBODY, Readings, Row, Segment, networks_of

_FORMATS = ("text", "link", "photo", "video", "poll", "reshare", "check_in")
_FIGURES = ("segment_content_formats.activity_share", "segment_content_formats.index_vs_all")
_LEAST_SHOWN = 0.25  # of the cells of a network; with fewer its rows say nothing
_SCHEMA = pa.schema(
    [
        ("status", pa.string()),
        ("share", pa.float64()),
        ("index", pa.float64()),
        ("is_told_apart", pa.bool_()),
    ]
)
_LEGEND = (
    ("lead", "differs from all customers (95 % interval, 30 people or more)"),
    ("thin", "not told apart"),
    ("hatch", "hidden: too few people"),
    ("", "all customers = 100, on a logarithmic scale"),
)


def ask(readings: Readings, segments: Sequence[Segment]) -> Question | None:
    """Share and index of each format, over all networks and on each that shows enough."""
    if not readings.formats:
        return None
    networks = networks_of(readings)
    listed = [pair for network in networks for pair in _listed(readings, segments, network)]
    left_out = [
        figures.label(network)
        for network in networks
        if network not in {on for on, _ in listed} and _has_posts(readings, segments, network)
    ]
    omitted = "Formats that are hidden in every segment are left out."
    if left_out:
        omitted += f" Too few people to show any on: {', '.join(left_out)}."
    compares = segments[0].segmentation != EVERYBODY
    drawn_by = format_indices if compares else format_shares
    cells = []
    for segment in segments:
        key = (segment.segmentation, segment.name)
        rows = [
            readings.formats[(*key, network, name)]
            for network, name in listed
            if (*key, network, name) in readings.formats
        ]
        said = (
            sentences.formats(segment.label, rows or _all(readings, segment))
            if compares
            else _of_everybody(segment, rows, readings.network)
        )
        alt = f"Formats of {segment.label}: {'; '.join(map(_in_words, rows)) or 'hidden'}."
        table = pa.Table.from_pylist([_mark(row) for row in rows], _SCHEMA)
        cells.append(Cell(said, drawn_by(table, alt) if listed else ""))
    labels = [
        (
            _place(network) if place == 0 or listed[place - 1][0] != network else "",
            figures.label(name).lower(),
        )
        for place, (network, name) in enumerate(listed)
    ]
    return Question(
        "How: formats",
        f"share of the format in the posts{', and its index' if compares else ''}",
        _LEGEND if compares else _LEGEND[2:3],
        row_labels(labels, PITCH) if listed else "",
        tuple(cells),
        omitted,
        _FIGURES,
    )


def _place(network: str) -> str:
    return "All" if network == figures.ALL else figures.label(network)


def _rows(readings: Readings, segments: Sequence[Segment], network: str, name: str) -> list[Row]:
    found = (readings.formats.get((each.segmentation, each.name, network, name)) for each in segments)
    return [row for row in found if row is not None]


def _all(readings: Readings, segment: Segment) -> list[Row]:
    key = (segment.segmentation, segment.name)
    return [row for (*held, _, _), row in readings.formats.items() if tuple(held) == key]


def _listed(readings: Readings, segments: Sequence[Segment], network: str) -> list[tuple[str, str]]:
    """The formats of a network of which a segment shows something; none with fewer than a quarter of the cells."""
    posted = [
        (name, [row["status"] == "shown" for row in rows])
        for name in _FORMATS
        if _is_posted(rows := _rows(readings, segments, network, name))
    ]
    cells = [is_shown for _, shown in posted for is_shown in shown]
    if not cells or sum(cells) < _LEAST_SHOWN * len(cells):
        return []
    return [(network, name) for name, shown in posted if any(shown)]


def _is_posted(rows: Sequence[Row]) -> bool:
    return any(row["status"] == "hidden" or row["activities"] for row in rows)


def _has_posts(readings: Readings, segments: Sequence[Segment], network: str) -> bool:
    return any(_is_posted(_rows(readings, segments, network, name)) for name in _FORMATS)


def _mark(row: Row) -> dict[str, object]:
    of_everybody = row["segmentation"] == EVERYBODY
    return {
        "status": row["status"],
        "share": row["activity_share"],
        "index": None if of_everybody else row["index_vs_all"],
        "is_told_apart": not of_everybody and sentences.is_told_apart(row),
    }


def _of_everybody(segment: Segment, rows: Sequence[Row], network: str) -> sentences.Sentence:
    shown = [row for row in rows if row["activity_share"] and row["network"] == network]
    if not shown:
        return sentences.silence("Too few people to show formats.")
    most = max(shown, key=lambda row: row["activity_share"])
    name, share = figures.label(most["format"]).lower(), figures.percent(most["activity_share"])
    return sentences.Sentence(f"{sentences.subject(segment.label)} post **{name}** most ({share} of posts).")


def _in_words(row: Row) -> str:
    name = f"{figures.label(row['network'])} {figures.label(row['format']).lower()}"
    if row["status"] != "shown":
        return f"{name} {row['status'].replace('_', ' ')}"
    index = f", index {figures.index(row['index_vs_all'])}" if row["index_vs_all"] is not None else ""
    told = ", differs" if sentences.is_told_apart(row) else ""
    return f"{name} {figures.percent(row['activity_share'])}{index}{told}"
