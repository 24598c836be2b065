"""A segment in a few words: when, how and where it can be met, over three months."""

from __future__ import annotations

from collections.abc import Sequence

from warehouse.dashboard import figures, sentences
from warehouse.dashboard.questions.question import Cell, Question
from warehouse.dashboard.readings import Readings, Row, Segment

_FIGURES = (
    *("segment_profiles.when_hour", "segment_profiles.how_1_index_vs_all"),
    "segment_profiles.where_1_active_rate",
)


def ask(readings: Readings, segments: Sequence[Segment]) -> Question | None:
    """One line each for WHEN, HOW and WHERE; None where the mart is not published."""
    if not readings.profiles:
        return None
    cells = tuple(Cell(_said(segment, readings), "") for segment in segments)
    note = "three months: the busiest time, the leading formats and networks, each with its support"
    return Question("In short", note, (), "", cells, figures=_FIGURES)


def _said(segment: Segment, readings: Readings) -> sentences.Sentence:
    row = readings.profiles.get((segment.segmentation, segment.name))
    if row is None or row["status"] == "hidden":
        return sentences.silence(f"{sentences.subject(segment.label)}: hidden, too few people.")
    lines = {"WHEN": _when(row), "HOW": _leads(row, "how"), "WHERE": _leads(row, "where")}
    if not any(lines.values()):
        return sentences.silence(f"{sentences.subject(segment.label)}: too little to say when, how or where.")
    return sentences.Sentence(
        "\n".join(f"**{word}** {said or 'too little to say'}" for word, said in lines.items())
    )


def _when(row: Row) -> str:
    if row.get("when_hour") is None:
        return ""
    share = f"{figures.percent(row['when_hour_share'])} of " if row.get("when_hour_share") is not None else ""
    support = f"{share}{figures.count(row.get('when_activities'))} activities"
    day = f"{figures.weekdays(row['when_weekday'])}; " if row.get("when_weekday") else ""
    return f"{day}{figures.hours(row['when_hour'])} ({support})"


def _leads(row: Row, kind: str) -> str:
    """The two formats or networks, each with its index and the people behind it."""
    said = []
    for place in (1, 2):
        name = row.get(f"{kind}_{place}_{'format' if kind == 'how' else 'network'}")
        if name is None:
            continue
        spoken = figures.label(name).lower() if kind == "how" else figures.label(name)
        rate, index = row.get(f"{kind}_{place}_active_rate"), row.get(f"{kind}_{place}_index_vs_all")
        people = row.get(f"{kind}_{place}_contributors")
        facts = [
            *([figures.percent(rate)] if rate is not None else []),
            *([f"index {figures.index(index)}"] if index is not None else []),
            *([f"{figures.count(people)} people"] if people is not None else []),
        ]
        said.append(f"{spoken} ({', '.join(facts)})" if facts else spoken)
    return ", ".join(said)
