"""Reviewers against the model, the CRM and roundabout ways; the queue and the evidence that they are shown."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.integration.test_identity_linking import (
    NAME,
    Link,
    Links,
    company,
    decision,
    link,  # noqa: F401 – a fixture
)
from tests.unit.identity.hand_made_personas import persona
from warehouse.identity import rules
from warehouse.identity.measure.audit_measures import TRUTH_REVIEWER, Measure
from warehouse.identity.measure.quality_file import SCHEMA, TRUTH_FILE
from warehouse.identity.model.linkage_model import load_model, save_model

HERE: dict[str, Any] = {"city": "aarhus", "country": "DK"}


def twins() -> list[dict[str, Any]]:
    """Two records that share name and address by mistake, each with an account of its own."""
    return [
        persona("contact:1", NAME, email_hashes=["e"], **HERE),
        persona("contact:2", NAME, email_hashes=["e"], **HERE),
    ]


def test_wrong_merge_undone_stays_undone_when_others_arrive(link: Link) -> None:  # noqa: F811
    merged = link(twins())
    assert merged.together("contact:1", "contact:2")
    no = [decision("contact:1", "contact:2", "no_match")]
    undone = link(twins(), prior=merged, decisions=no)
    assert not undone.together("contact:1", "contact:2")
    assert undone.read("person_id_history")[-1]["reason"] == "split"
    newcomers = [persona(f"contact:{i}", NAME, email_hashes=["e"], **HERE) for i in (3, 4)]
    later = link([*twins(), *newcomers], prior=undone, decisions=no)
    assert not later.together("contact:1", "contact:2"), "a third record like both must not join them"
    profiles = [persona(f"profile:{n}:1", NAME, email_hashes=["e"], **HERE) for n in ("x", "forum")]
    assert not link([*twins(), *profiles], prior=undone, decisions=no).together("contact:1", "contact:2")


def test_wrong_merge_undone_stays_undone_under_another_model(link: Link, tmp_path: Path) -> None:  # noqa: F811
    model = load_model("standard")
    save_model(replace(model, version="trained", prior=100 * model.prior), tmp_path / "trained.json")
    merged = link(twins())
    no = [decision("contact:1", "contact:2", "no_match")]
    undone = link(twins(), prior=merged, decisions=no)
    assert link(twins(), prior=undone, decisions=[], model=str(tmp_path / "trained.json")).together(
        "contact:1", "contact:2"
    ), "the model alone would merge them again"
    later = link(twins(), prior=undone, decisions=no, model=str(tmp_path / "trained.json"))
    assert not later.together("contact:1", "contact:2")
    assert later.person == undone.person


def test_a_chain_of_records_does_not_join_whom_a_reviewer_keeps_apart(link: Link) -> None:  # noqa: F811
    """1 and 3 share an address, 3 and 4, 4 and 2: without a reviewer's word all four are one."""
    addresses = {1: ["a"], 3: ["a", "b"], 4: ["b", "c"], 2: ["c"]}
    chain = [persona(f"contact:{i}", NAME, email_hashes=e, **HERE) for i, e in addresses.items()]
    assert link(chain).together("contact:1", "contact:2")
    cut = link(chain, decisions=[decision("contact:1", "contact:2", "no_match")])
    assert not cut.together("contact:1", "contact:2")
    assert rules.KEPT_APART in cut.rules


@pytest.mark.parametrize("is_deleted", [True, False], ids=["deleted", "living"])
def test_reviewer_wins_over_a_merge_in_the_crm(link: Link, is_deleted: bool) -> None:  # noqa: F811
    rows = [
        persona("contact:1", "bo kernmantel", email_hashes=["e1"]),
        persona(
            "contact:2",
            NAME,
            merged_into_persona_id="contact:1",
            is_linkable=not is_deleted,
            email_hashes=["e2"],
        ),
    ]
    merged = link(rows)
    assert merged.together("contact:1", "contact:2")
    no = [decision("contact:2", "contact:1", "no_match")]
    assert not link(rows, prior=merged, decisions=no).together("contact:1", "contact:2")


def test_the_last_decision_counts_and_unsure_lifts_it(link: Link) -> None:  # noqa: F811
    def said(*words: str) -> Links:
        days = [dt.datetime(2026, 1, day, tzinfo=dt.UTC) for day in range(1, len(words) + 1)]
        decisions = [
            {**decision("contact:2", "contact:1", word), "decided_at": day}
            for word, day in zip(words, days, strict=True)
        ]
        return link(twins(), decisions=decisions[::-1])

    assert not said("match", "no_match").together("contact:1", "contact:2")
    assert said("no_match", "match").together("contact:1", "contact:2")
    assert said("no_match", "unsure").together("contact:1", "contact:2"), "the model decides again"


def test_two_accounts_that_a_reviewer_keeps_apart_do_not_both_come_to_one_person(link: Link) -> None:  # noqa: F811
    links = link(company(), decisions=[decision("profile:x:1", "profile:x:2", "no_match")])
    assert not links.together("profile:x:1", "profile:x:2")


def test_queue_asks_about_profiles_of_two_owners_and_what_rules_stopped(link: Link) -> None:  # noqa: F811
    namesakes = [persona(f"contact:{i}", NAME, email_hashes=[f"e{i}"], **HERE) for i in (1, 2)]
    links = link([*namesakes, persona("profile:x:1", NAME, "lvestergaard", **HERE)])
    queue = {(row["left_persona_id"], row["right_persona_id"]): row for row in links.read("review_queue")}
    assert {pair: row["reason"] for pair, row in queue.items()} == {
        ("contact:1", "contact:2"): "rule",
        ("contact:1", "profile:x:1"): "several_owners",
        ("contact:2", "profile:x:1"): "several_owners",
    }
    stopped = queue["contact:1", "contact:2"]
    assert stopped["rule_sentence"] == rules.SENTENCES[rules.CONTACTS_NEED_MORE_THAN_A_NAME]
    assert stopped["uncertainty"] == 0.5
    evidence = queue["contact:1", "profile:x:1"]["evidence"]
    assert evidence.startswith("For: full name against full name: same given and family name (+")
    assert "Against: " in evidence


@pytest.mark.parametrize("word", ["match", "no_match", "unsure"])
def test_nobody_is_asked_twice(link: Link, word: str) -> None:  # noqa: F811
    namesakes = [persona(f"contact:{i}", NAME, email_hashes=[f"e{i}"], **HERE) for i in (1, 2)]
    links = link(namesakes, decisions=[decision("contact:1", "contact:2", word)])
    assert links.read("review_queue") == []


def test_evidence_adds_up_to_the_weight_of_the_pair(link: Link) -> None:  # noqa: F811
    links = link(company())
    weights = {
        (row["left_persona_id"], row["right_persona_id"]): row["match_weight"]
        for row in links.read("scored_pairs")
    }
    sums: dict[tuple[str, str], float] = {}
    for row in links.read("link_evidence"):
        pair = (row["left_persona_id"], row["right_persona_id"])
        sums[pair] = sums.get(pair, 0.0) + row["weight"]
    assert ("contact:2", "profile:forum:2") in sums
    assert sums == pytest.approx({pair: weights[pair] for pair in sums})


def test_every_link_candidate_and_violation_that_was_scored_is_explained(link: Link) -> None:  # noqa: F811
    links = link([*company(), *({**row, "persona_id": row["persona_id"] + "9"} for row in twins())])
    explained = {(row["left_persona_id"], row["right_persona_id"]) for row in links.read("link_evidence")}
    asked = {
        tuple(sorted((r["profile_persona_id"], r["best_persona_id"]))) for r in links.read("link_candidates")
    }
    assert asked
    assert asked <= explained


def test_quality_says_how_many_persons_there_are_and_that_ids_were_kept(link: Link) -> None:  # noqa: F811
    first = link(company())
    second = {(r["measure"], r["stratum"]): r for r in link(company(), prior=first).read("quality")}
    assert second["persons", "1"]["value"] == 1
    assert second["persons", "2"]["value"] == 1
    assert second["persons", "4 to 5"]["value"] == 1
    assert second["ids_kept", "all"]["value"] == 1
    assert second["calibrated_on", "all"]["value"] == 0, "no audit: the model's own probabilities"


def test_all_true_links_say_more_than_those_that_were_drawn(link: Link, tmp_path: Path) -> None:  # noqa: F811
    """40 drawn links of a class, all found, answered from truth: recall 1. Truth over all links says 0.7."""
    version = load_model("standard").version
    pairs = [(f"contact:a{i}", f"profile:x:a{i}") for i in range(40)]
    drawn = {
        **{
            "model_version": version,
            "publication_id": "p",
            "stratum": 9,
            "stratum_pairs": 40,
            "stratum_drawn": 40,
        },
        **{"sampling_rate": 1.0, "match_weight": 20.0, "pair_probability": 0.9999, "was_accepted": True},
        **{"is_profile_of_contact": True, "network": "x", "segments": ["value: low"], "half": "measure"},
    }
    rows = [{"left_persona_id": a, "right_persona_id": b, **drawn} for a, b in pairs]
    answers = [decision(*pair, "match") | {"origin": "audit", "reviewer": TRUTH_REVIEWER} for pair in pairs]
    home = tmp_path / "home" / "identity"
    home.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(rows), home / "audit_sample.parquet")

    def recall(links: Links) -> list[tuple[str | None, float, str]]:
        rows = [row for row in links.read("quality") if row["measure"] == "link_recall"]
        return [(row["network"], row["value"], row["basis"]) for row in rows]

    assert recall(link(company(), decisions=answers)) == [("x", 1.0, "truth"), (None, 1.0, "truth")]
    known = Measure(version, "link_recall", "value", "low", "x", 0.7, 0.6, 0.8, 90, "truth")
    pq.write_table(pa.Table.from_pylist([known.as_row()], SCHEMA), home / TRUTH_FILE)
    assert recall(link(company(), decisions=answers)) == [("x", 0.7, "truth"), (None, 1.0, "truth")]
