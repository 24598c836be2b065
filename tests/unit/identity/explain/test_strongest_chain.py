"""The strongest chain between two personas, and how it and a pair are told."""

from __future__ import annotations

from typing import Any

from orchestration.commands.identity.story import pair_lines
from warehouse.identity.explain.explanation import PairStory
from warehouse.identity.explain.strongest_chain import Step, strongest_path
from warehouse.identity.rules import LOW_TRUST, SENTENCES

LINKS = [
    Step("a", "b", 0.9, "model"),
    Step("b", "c", 0.9, "model"),
    Step("a", "c", 0.8, "model"),
    Step("c", "d", 0.99, "reviewer_match"),
]


def test_two_sure_links_are_stronger_than_one_doubtful() -> None:
    """a–b–c: 0.9 · 0.9 = 0.81 > 0.8 of a–c."""
    assert strongest_path(LINKS, "a", "d") == (LINKS[0], LINKS[1], LINKS[3])


def test_a_link_is_taken_in_either_direction() -> None:
    assert strongest_path(LINKS, "d", "b") == (LINKS[3], LINKS[1])


def test_of_equal_chains_one_is_told() -> None:
    """Two ways round a diamond, as strong and as long as each other."""
    ways = [Step(a, b, 0.9999, "model") for a, b in (("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"))]
    assert strongest_path(ways, "a", "d") == (ways[0], ways[2])


def test_no_chain_is_no_path() -> None:
    assert strongest_path(LINKS, "a", "z") == ()
    assert strongest_path(LINKS, "a", "a") == ()


def row(persona: str, person: str, **more: Any) -> dict[str, Any]:
    return {
        "persona_id": persona,
        "person_id": person,
        "name": "Jo Fox",
        "handle": None,
        "place": None,
        **more,
    }


def story(**more: Any) -> PairStory:
    given: dict[str, Any] = {
        **{"left": row("contact:1", "p1"), "right": row("profile:x:1", "p2"), "comparisons": ()},
        **{"blocking_rule": None, "match_weight": None, "pair_probability": None, "candidates": ()},
        **{"rules": (), "decisions": (), "path": ()},
    }
    return PairStory(**{**given, **more})


def test_two_that_were_never_compared_are_said_to_be_so() -> None:
    lines = pair_lines(story())
    assert "They are two people: p1 and p2." in lines
    assert (
        "Nothing brings the two together: no blocking rule proposed them, or what was compared left them less "
        "likely than 0.001."
    ) in lines


def test_the_rule_that_stopped_is_said_in_words() -> None:
    told = "\n".join(pair_lines(story(rules=(LOW_TRUST,), match_weight=9.0, pair_probability=0.99)))
    assert SENTENCES[LOW_TRUST] in told
    assert "+9.0 bits: a probability of 0.9900" in told


def test_the_chain_is_told_where_it_has_more_than_one_link() -> None:
    together = {"left": row("a", "p1"), "right": row("c", "p1")}
    told = "\n".join(pair_lines(story(**together, path=(LINKS[0], LINKS[1]))))
    assert "They are one person: p1." in told
    assert "a – b: 0.9000, by model" in told
