"""The words of `scrm explain`: facts in, sentences out. Must not live here: the facts (identity/explain.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warehouse.identity.explain.lookup import describe
from warehouse.identity.rules import LOWEST_PROBABILITY, SENTENCES

if TYPE_CHECKING:
    from warehouse.identity.explain.explanation import PairStory, PersonStory
    from warehouse.identity.explain.strongest_chain import Step


def pair_lines(story: PairStory) -> list[str]:
    """Two personas in sentences: what holds, how likely it is, who or what decided, and along which links."""
    left, right = story.left["persona_id"], story.right["persona_id"]
    lines = [f"{describe(story.left)} and {describe(story.right)}"]
    if story.together:
        lines.append(f"They are one person: {story.left['person_id']}.")
    else:
        lines.append(f"They are two people: {story.left['person_id']} and {story.right['person_id']}.")
    lines += [f"Stopped by the rule {rule}: {SENTENCES.get(rule, rule)}" for rule in story.rules]
    lines += [_decision(decision) for decision in story.decisions]
    if story.decisions and story.decisions[-1]["decision"] == ("no_match" if story.together else "match"):
        lines.append("That is not so yet: decisions take effect with the next run.")
    if story.match_weight is None:
        lines.append(
            "Nothing brings the two together: no blocking rule proposed them, or what was compared left them less "
            f"likely than {LOWEST_PROBABILITY}."
        )
    else:
        lines.append(
            f"Compared because of the blocking rule {story.blocking_rule}. The evidence adds up to "
            f"{story.match_weight:+.1f} bits: a probability of {story.pair_probability:.4f} for the pair alone."
        )
    lines += [_candidate(candidate) for candidate in story.candidates]
    if len(story.path) > 1 or (story.path and story.match_weight is None):
        lines.append(f"The strongest chain of links from {left} to {right}:")
        lines += [f"  {_step(step)}" for step in story.path]
    return lines


def person_lines(story: PersonStory) -> list[str]:
    """A person in sentences: its personas and what holds each, who else came near, and its former ids."""
    count = len(story.personas)
    lines = [f"{story.person_id}: {count:,} {'persona' if count == 1 else 'personas'}"]
    for persona in story.personas:
        lines.append(f"  {describe(persona)}")
        lines.append(f"    {_held(persona, story)}")
    if story.runners_up:
        lines.append("Came near, but were not linked:")
    for row in story.runners_up:
        how = f"probability {row['probability']:.3f} ({row['link_status']})"
        lines.append(f"  {describe(row)} and {row['person_id']}: {how}")
    if story.history:
        lines.append("History:")
    for event in story.history:
        when = event["changed_at"].date()
        if event["reason"] == "merge":
            lines.append(f"  {when}: {event['from_person_id']} was merged into {event['to_person_id']}")
        else:
            lines.append(f"  {when}: {event['to_person_id']} was split from {event['from_person_id']}")
    return lines


def _held(persona: dict[str, Any], story: PersonStory) -> str:
    if len(story.personas) == 1:
        return "alone"
    link = story.held_by.get(persona["persona_id"])
    if persona["decided_by"] == "rule":
        return f"held by the rule {persona['rule']}: {SENTENCES.get(persona['rule'], persona['rule'])}"
    if link is None:
        return f"held with probability {persona['probability']:.4f}"
    other = link.right if link.left == persona["persona_id"] else link.left
    said = f"link to {other}, pair probability {link.probability:.4f}, by {link.decided_by}"
    return f"{said}; {persona['probability']:.4f} beside other owners" if persona["probability"] < 1 else said


def _decision(decision: dict[str, Any]) -> str:
    when = decision["decided_at"].date() if decision["decided_at"] else "some day"
    said = {"match": "they are one person", "no_match": "they are two people"}
    who, why = decision["reviewer"] or "a reviewer", decision["reason"] or "no reason given"
    return f"{who} decided on {when}: {said.get(decision['decision'], 'cannot tell')} ({why})."


def _candidate(candidate: dict[str, Any]) -> str:
    return (
        f"Beside the other people who may own it, {candidate['profile_persona_id']} belongs to "
        f"{candidate['person_id']} with a probability of {candidate['probability']:.4f} "
        f"({candidate['link_status']}; nearest of its personas: {candidate['best_persona_id']})."
    )


def _step(step: Step) -> str:
    return f"{step.left} – {step.right}: {step.probability:.4f}, by {step.decided_by}"
