"""Why two personas are one person, or are not, and who a person is: gathered from links at hand (review/).

Lives here: the facts behind an answer. Must not live here: which persona is meant (lookup.py), layout
(orchestration/commands/identity/explain.py), the waterfall page (waterfall.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from warehouse.identity.explain.lookup import Row, rows
from warehouse.identity.explain.strongest_chain import Step, strongest_path
from warehouse.identity.model.linkage_model import COMPARISONS
from warehouse.identity.review.link_evidence import PRIOR, PRIOR_LABEL, labels_of
from warehouse.identity.review.links_at_hand import OpenLinks
from warehouse.identity.rules import CRM_MERGE, HIGHEST_PROBABILITY, REVIEWER_MATCH

# What stands in words beside a comparison: columns of the mart `persona_details`.
SHOWN: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("name", "half_name"), ("name",)),
    **dict.fromkeys(("handle", "alias", "namesake_handle"), ("handle",)),
    "handle_name": ("name", "handle"),
    "email": ("masked_email",),
    **dict.fromkeys(("site", "declared"), ("names_accounts",)),
    **dict.fromkeys(("place", "namesake_place", "given_place"), ("place",)),
    "language": ("language",),
    "employer": ("employer",),
    "title": ("title", "bio"),
}


@dataclass(frozen=True)
class Comparison:
    """One comparison of two personas in words, with its bits."""

    name: str
    meaning: str
    label: str
    weight: float
    left: str
    right: str


@dataclass(frozen=True)
class PairStory:
    """All that is known of two personas. `match_weight` is None where nothing ever proposed the pair."""

    left: Row
    right: Row
    comparisons: tuple[Comparison, ...]
    blocking_rule: str | None
    match_weight: float | None
    pair_probability: float | None
    candidates: tuple[Row, ...]
    rules: tuple[str, ...]
    decisions: tuple[Row, ...]
    path: tuple[Step, ...]

    @property
    def together(self) -> bool:
        return bool(self.left["person_id"] == self.right["person_id"])


@dataclass(frozen=True)
class PersonStory:
    """A person: its personas with the link that holds each, others that came near, and its former ids."""

    person_id: str
    personas: tuple[Row, ...]
    held_by: dict[str, Step]
    runners_up: tuple[Row, ...]
    history: tuple[Row, ...]


def explain_pair(links: OpenLinks, one: str, other: str) -> PairStory:
    """Gather all that is known of two personas."""
    left, right = (_persona(links, persona) for persona in sorted((one, other)))
    pair = {"left": left["persona_id"], "right": right["persona_id"]}
    where = "left_persona_id = $left and right_persona_id = $right"
    scored = next(iter(rows(links, f"select * from scored_pairs where {where}", pair)), None)
    persons = {"left": left["person_id"], "right": right["person_id"], **_both(pair)}
    candidates = rows(
        links,
        """
        select * from link_candidates
        where (profile_persona_id = $a and person_id = $right) or (profile_persona_id = $b and person_id = $left)
        """,
        persons,
    )
    broken = "(left_persona_id, right_persona_id) in (($left, $right), ($right, $left))"
    rules = rows(links, f"select distinct rule from violations where {broken}", pair)
    decisions = rows(links, f"select * from all_decisions where {where} order by decided_at, number", pair)
    together = left["person_id"] == right["person_id"]
    return PairStory(
        left=left,
        right=right,
        comparisons=tuple(_comparisons(scored, left, right)) if scored else (),
        blocking_rule=scored["blocking_rule"] if scored else None,
        match_weight=scored["match_weight"] if scored else None,
        pair_probability=scored["pair_probability"] if scored else None,
        candidates=tuple(candidates),
        rules=tuple(row["rule"] for row in rules),
        decisions=tuple(decisions),
        path=strongest_path(_links(links, left["person_id"]), left["persona_id"], right["persona_id"])
        if together
        else (),
    )


def explain_person(links: OpenLinks, persona: str) -> PersonStory:
    """Gather the person that a persona stands in."""
    person = str(_persona(links, persona)["person_id"])
    members = rows(
        links, "select * from personas where person_id = $person order by persona_id", {"person": person}
    )
    ids = [row["persona_id"] for row in members]
    runners = rows(
        links,
        """
        select c.*, p.name, p.handle, p.place, p.persona_id
        from link_candidates as c
        inner join personas as p on c.profile_persona_id = p.persona_id
        where (c.person_id = $person or list_contains($ids, c.profile_persona_id)) and c.link_status <> 'accepted'
        order by c.probability desc, c.profile_persona_id, c.person_id
        limit 10
        """,
        {"person": person, "ids": ids},
    )
    history = rows(
        links,
        """
        select * from person_id_history where from_person_id = $person or to_person_id = $person
        order by changed_at, from_person_id, to_person_id
        """,
        {"person": person},
    )
    inside = _links(links, person)
    held = {i: max(mine, key=lambda s: s.probability) for i in ids if (mine := _of(inside, i))}
    return PersonStory(person, tuple(members), held, tuple(runners), tuple(history))


def _of(steps: Iterable[Step], persona: str) -> list[Step]:
    return [step for step in steps if persona in (step.left, step.right)]


def _links(links: OpenLinks, person: str) -> list[Step]:
    """Every pair inside a person that speaks for it: scored likely, decided yes, or merged in the CRM."""
    found = links.connection.execute(
        f"""
        with members as (select persona_id, rule from personas where person_id = $person),
        spoken as (
            select s.left_persona_id as a, s.right_persona_id as b, s.pair_probability as p, 'model' as decided_by
            from scored_pairs as s
            where s.left_persona_id in (select persona_id from members)
                and s.right_persona_id in (select persona_id from members) and s.pair_probability >= 0.01
            union all
            select left_persona_id, right_persona_id, {HIGHEST_PROBABILITY}, '{REVIEWER_MATCH}'
            from decisions
            where decision = 'match' and left_persona_id in (select persona_id from members)
                and right_persona_id in (select persona_id from members)
            union all
            select least(m.persona_id, t.persona_id), greatest(m.persona_id, t.persona_id),
                {HIGHEST_PROBABILITY}, '{CRM_MERGE}'
            from members as m cross join members as t
            where m.rule = '{CRM_MERGE}' and t.persona_id like 'contact:%' and m.persona_id <> t.persona_id
        )
        select a, b, max(p), max_by(decided_by, (p, decided_by))
        from spoken
        anti join (select left_persona_id as a, right_persona_id as b from decisions where decision = 'no_match')
            using (a, b)
        group by a, b
        """,
        {"person": person},
    ).fetchall()
    return [Step(*row) for row in found]


def _comparisons(scored: Row, left: Row, right: Row) -> Iterable[Comparison]:
    """The starting weight, that of the run (it goes by the number of personas), then each comparison."""
    said = [c.name for c in COMPARISONS if scored.get(f"level_{c.name}") is not None]
    prior = scored["match_weight"] - sum(scored[f"weight_{name}"] for name in said)
    yield Comparison(PRIOR, "starting weight", PRIOR_LABEL, prior, "", "")
    for comparison in COMPARISONS:
        level = scored.get(f"level_{comparison.name}")
        if level is not None:
            values = [
                " · ".join(str(side[c]) for c in SHOWN.get(comparison.name, ()) if side[c])
                for side in (left, right)
            ]
            label = labels_of(comparison)[level]
            weight = scored[f"weight_{comparison.name}"]
            yield Comparison(comparison.name, comparison.meaning, label, weight, *values)


def _persona(links: OpenLinks, persona: str) -> Row:
    return rows(links, "select * from personas where persona_id = $persona", {"persona": persona})[0]


def _both(pair: dict[str, Any]) -> dict[str, Any]:
    return {"a": pair["left"], "b": pair["right"]}
