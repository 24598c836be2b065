"""The pairs that wait for a person: two personas side by side, the evidence, an answer by one key.

The audit sample is asked blind: neither score nor evidence, rank or person is shown. Must not live here: how an
answer is taken (warehouse/identity/review/answer.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from warehouse.dashboard.charts.waterfall import waterfall
from warehouse.dashboard.figures import label, percent
from warehouse.dashboard.pages.page import Asked, NotThere, Page, Sent, View
from warehouse.dashboard.pages.shown import written
from warehouse.errors import ExitCode, ScrmError
from warehouse.identity.decisions import VERDICTS
from warehouse.identity.review.answer import Meanwhile, take_answer
from warehouse.identity.review.links_at_hand import open_published
from warehouse.identity.review.sheet import FIELDS, WHY, draw_audit
from warehouse.identity.review.sheet_import import SheetInvalid

_KINDS = {"review": "people/review_waiting", "audit": "people/audit_waiting"}
_NEXT = 12  # pairs listed after the one that is asked
_DRAWN_AT_ONCE = 50
_EVIDENCE = pa.schema([("name", pa.string()), ("label", pa.string()), ("weight", pa.float64())])


def show(asked: Asked) -> View:
    """The pair at the place that the address names, or the next one after it that still waits."""
    return _view(asked, _kind(asked.query), _place(asked.query), asked.query.get("reviewer", ""))


def take(asked: Asked) -> Sent:
    """Take an answer, or draw pairs for the audit; go on to the next pair, or say why nothing was recorded."""
    form, desk = asked.form, asked.desk
    kind, place, reviewer = _kind(form), _place(form), form.get("reviewer", "").strip()
    try:
        with desk.holding():
            if form.get("draw"):
                with open_published(desk.home) as links:
                    draw_audit(desk.home, links, _DRAWN_AT_ONCE)
                return Sent(_address("audit", 1, reviewer))
            meanwhile = take_answer(desk.home, _answer(form, reviewer), _seen(form), dt.datetime.now(dt.UTC))
    except SheetInvalid as error:
        return Sent(
            view=_view(asked, kind, place, reviewer, notice=f"Nothing was recorded: {error}.", status=422)
        )
    except ScrmError as error:
        if error.exit_code != ExitCode.BUSY:
            raise
        notice = f"Nothing was recorded: {error} A run reads the decisions as they were when it began."
        return Sent(view=_view(asked, kind, place, reviewer, notice=notice, status=503))
    if meanwhile is not None:
        return Sent(view=_conflict(asked, kind, place, reviewer, meanwhile))
    return Sent(_address(kind, place + 1, reviewer))


def _answer(form: Mapping[str, str], reviewer: str) -> dict[str, str]:
    """The form as the row of a sheet that it stands for."""
    return {
        "left_persona_id": form.get("left", ""),
        "right_persona_id": form.get("right", ""),
        "decision": form.get("decision", ""),
        "reviewer": reviewer,
        "reason": form.get("reason", "").strip(),
        "asked_as": _kind(form),
    }


def _conflict(asked: Asked, kind: str, place: int, reviewer: str, meanwhile: Meanwhile) -> View:
    """Somebody was faster: what was said, and the same pair once more for who still differs."""
    form = asked.form
    said = (
        f"{meanwhile.reviewer} decided on this pair meanwhile: {_spoken(meanwhile.decision)}, at "
        f"{meanwhile.decided_at:%Y-%m-%d %H:%M} UTC"
        f"{f' ({meanwhile.reason})' if meanwhile.reason else ''}. Your answer, "
        f"{_spoken(form.get('decision', ''))}, was not recorded. Answer again if you still differ: the last word "
        "counts."
    )
    ids = {"left_persona_id": form["left"], "right_persona_id": form["right"]}
    pair = {**ids, "left_person_id": "", "right_person_id": "", "place": place}
    return _laid_out(
        asked,
        kind,
        reviewer,
        pair,
        [],
        {"waiting": None, "before": None},
        notice=said,
        seen=meanwhile.said,
        status=409,
    )


def _view(asked: Asked, kind: str, place: int, reviewer: str, *, notice: str = "", status: int = 200) -> View:
    desk, people = asked.desk, asked.people
    given = {"decided": desk.decided(), "drawn": desk.drawn()}
    if kind == "audit":
        found = people.ask(_KINDS[kind], given, at=place, most=1).to_pylist()
    else:
        given["drawn"] = _unanswered(given)
        found = people.ask(_KINDS[kind], given, at=place, most=1 + _NEXT).to_pylist()
    if not found and place > 1:
        return _view(
            asked,
            kind,
            1,
            reviewer,
            notice=notice or "That was the last one; from the beginning:",
            status=status,
        )
    pair = found[0] if found else None
    facts = pair or {"waiting": 0, "before": None}
    return _laid_out(asked, kind, reviewer, pair, found[1:], facts, notice=notice, status=status)


def _unanswered(given: Mapping[str, pa.Table]) -> pa.Table:
    """Pairs of the audit that wait for a blind answer: shown in the queue they would not be blind."""
    return given["drawn"].join(
        given["decided"], ["left_persona_id", "right_persona_id"], join_type="left anti"
    )


def _laid_out(
    asked: Asked,
    kind: str,
    reviewer: str,
    pair: Mapping[str, Any] | None,
    after: list[dict[str, Any]],
    facts: Mapping[str, Any],
    *,
    notice: str,
    status: int,
    seen: int = 0,
) -> View:
    is_blind = kind == "audit"
    values = {
        "kind": kind,
        "reviewer": reviewer,
        "notice": notice,
        "pair": pair,
        "sides": _sides(asked, pair) if pair else (),
        "why": "" if is_blind or not pair else _why(pair),
        "picture": "" if is_blind or not pair else _picture(asked, pair),
        "waiting": facts["waiting"],
        "before": facts["before"],
        "after": _named(asked, after),
        "seen": seen,
        "form_key": asked.desk.form_key,
        "verdicts": VERDICTS,
        "spoken": _spoken,
        "address": lambda of, at: _address(of, at, reviewer),
        "drawn_at_once": _DRAWN_AT_ONCE,
    }
    return View("Review", values, "review.html.j2", status)


def _sides(asked: Asked, pair: Mapping[str, Any]) -> list[tuple[str, str, str, bool]]:
    """What is known of both personas, line by line, and whether both say the same. No score, no person."""
    ids = (pair["left_persona_id"], pair["right_persona_id"])
    rows = asked.people.ask("people/pair", left=ids[0], right=ids[1]).to_pylist()
    by_id = {row["persona_id"]: row for row in rows}
    if any(each not in by_id for each in ids):
        raise NotThere("One of the two is no longer published: the pair was decided by a newer publication.")
    left, right = (by_id[each] for each in ids)
    lines = []
    for field in FIELDS:
        said = ["" if each[field] is None else written(each[field]) for each in (left, right)]
        if any(said):
            lines.append((label(field), *said, bool(said[0]) and said[0].casefold() == said[1].casefold()))
    return lines  # type: ignore[return-value]


def _named(asked: Asked, pairs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Pairs of the queue with the names of both."""
    ids = [pair[side] for pair in pairs for side in ("left_persona_id", "right_persona_id")]
    if not ids:
        return []
    names = {row["persona_id"]: row["name"] for row in asked.people.ask("people/names", ids=ids).to_pylist()}
    return [
        {
            **pair,
            "left": names.get(pair["left_persona_id"], ""),
            "right": names.get(pair["right_persona_id"], ""),
        }
        for pair in pairs
    ]


def _why(pair: Mapping[str, Any]) -> str:
    """Why the pair waits, in a sentence; empty where only its ids are known."""
    if "reason" not in pair:
        return ""
    said = pair["rule_sentence"] or WHY.get(pair["reason"], label(pair["reason"]))
    model, owner = percent(pair["pair_probability"]), percent(pair["probability"])
    return f"{said} By the evidence alone **{model}** likely, among all likely owners **{owner}**."


def _picture(asked: Asked, pair: Mapping[str, Any]) -> str:
    people = asked.people
    if not people.holds("people/pair_evidence"):
        return ""
    rows = people.ask("people/pair_evidence", left=pair["left_persona_id"], right=pair["right_persona_id"])
    steps = [{"name": r["meaning"], "label": r["label"], "weight": r["weight"]} for r in rows.to_pylist()]
    if not steps:
        return ""
    words = "; ".join(f"{step['name']}, {step['label']}: {step['weight']:+.1f}" for step in steps)
    total = sum(step["weight"] for step in steps)
    return waterfall(
        pa.Table.from_pylist(steps, _EVIDENCE), f"Bits for one person: {words}; together {total:+.1f}."
    )


def _kind(said: Mapping[str, str]) -> str:
    kind = said.get("kind", "review")
    if kind not in _KINDS:
        raise NotThere(f"There is no list {kind!r}; there are {', '.join(_KINDS)}.")
    return kind


def _place(said: Mapping[str, str]) -> int:
    place = said.get("at", "1")
    if not place.isdecimal() or len(place) > 12:
        raise NotThere(f"at={place!r} is no place in the queue.")
    return int(place)


def _seen(form: Mapping[str, str]) -> int:
    seen = form.get("seen", "0")
    return int(seen) if seen.isdecimal() else 0


def _spoken(verdict: str) -> str:
    return {"match": "one person", "no_match": "two persons", "unsure": "cannot tell"}.get(verdict, verdict)


def _address(kind: str, place: int, reviewer: str) -> str:
    return f"/review?{Asked.encoded({'kind': kind, 'at': str(place), 'reviewer': reviewer})}"


PAGE = Page("review", "Review", 80, show, needs_people=("review_queue", "persona_details"), take=take)
