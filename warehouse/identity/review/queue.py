"""The review queue: pairs that wait for a person, with a picture of the evidence in words.

Asked are pairs whose probability lies between the review and the join threshold, profiles that several people
may own, and what a rule stopped against the model. Nothing is asked twice: pairs that a reviewer decided, or
could not decide, stay out. Must not live here: the sheet that goes to reviewers (sheet.py), and how
much a decision would move in the marts (dbt, review_queue).
"""

from __future__ import annotations

import duckdb

from warehouse.engine import quote_text
from warehouse.identity import rules
from warehouse.identity.rules import Thresholds
from warehouse.identity.tables import Maker

make = Maker(__name__)

# A profile of several plausible owners waits, too, though each has less than one half: the two likeliest.
_OWNERS_ASKED = 2
_BEST = 3
# how uncertain a pair is that a rule stands against
OF_RULE = 0.5
NOTHING_SAID = "'For: nothing. Against: nothing.'"


def make_review_pairs(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds) -> None:
    """Make `review_pairs` (left and right persona and person, reason, rule, pair_probability, probability).

    One row per pair; reason is rule, doubtful or several_owners, in this order where more than one holds. Two
    accounts may each be a candidate of the other's person: the likelier of the two is asked.
    """
    make(
        connection,
        "review_pairs",
        f"""
        with asked as (
            {_stopped_by_rules()}
            union all
            {_doubtful_owners(thresholds)}
            union all
            {_doubtful_contacts(thresholds)}
            union all
            {_doubtful_profiles(thresholds)}
        ),
        answered as (
            select left_persona_id, right_persona_id from decisions
            union all
            select left_persona_id, right_persona_id from unsure
        ),
        ordered as (
            select
                least(a, b) as left_persona_id, greatest(a, b) as right_persona_id, reason, rule,
                pair_probability, probability
            from asked
        ),
        placed as (
            select ordered.*, l.person_id as left_person_id, r.person_id as right_person_id
            from ordered
            inner join persona_links as l on ordered.left_persona_id = l.persona_id
            inner join persona_links as r on ordered.right_persona_id = r.persona_id
            where l.person_id <> r.person_id
        )
        select * from placed
        anti join answered using (left_persona_id, right_persona_id)
        qualify row_number() over (
            partition by left_persona_id, right_persona_id
            order by list_position(['rule', 'doubtful', 'several_owners'], reason), rule, probability desc
        ) = 1
        """,
    )


def _stopped_by_rules() -> str:
    return f"""
        select
            l.persona_id as a, r.persona_id as b, 'rule' as reason, v.rule,
            v.probability as pair_probability, v.probability
        from violations as v
        inner join personas as l on v.n_l = l.n
        inner join personas as r on v.n_r = r.n
        where v.rule not in ({quote_text(rules.REVIEWER_NO_MATCH)}, {quote_text(rules.KEPT_APART)})
    """


def _doubtful_owners(thresholds: Thresholds) -> str:
    """Profile and the persona of the person that speaks most for it."""
    return f"""
        select
            profile_persona_id, best_persona_id,
            case when probability >= {thresholds.review} then 'doubtful' else 'several_owners' end,
            null, pair_probability, probability
        from (
            select
                *, sum(probability) over (partition by profile_persona_id) as of_profile,
                bool_or(link_status = 'accepted') over (partition by profile_persona_id) as has_owner,
                row_number() over (
                    partition by profile_persona_id order by probability desc, person_id
                ) as place
            from link_candidates
        )
        where
            not has_owner
            and (probability >= {thresholds.review}
                or (of_profile >= {thresholds.review} and place <= {_OWNERS_ASKED}
                    and pair_probability >= {thresholds.review}))
    """


def _doubtful_contacts(thresholds: Thresholds) -> str:
    return f"""
        select l.persona_id, r.persona_id, 'doubtful', null, e.pair_probability, e.pair_probability
        from contact_pairs as e
        inner join personas as l on e.n_l = l.n
        inner join personas as r on e.n_r = r.n
        where e.pair_probability >= {thresholds.review}
    """


def _doubtful_profiles(thresholds: Thresholds) -> str:
    """Two that nobody owns: owners are asked about above."""
    return f"""
        select l.persona_id, r.persona_id, 'doubtful', null, e.pair_probability, e.pair_probability
        from likely_pairs as e
        inner join personas as l on e.n = l.n
        inner join personas as r on e.other = r.n
        where
            e.n < e.other and e.pair_probability >= {thresholds.review}
            and l.persona_type <> 'contact' and r.persona_type <> 'contact'
            and e.n not in (select n from members) and e.other not in (select n from members)
    """


def review_queue_query() -> str:
    """SQL for review_queue.parquet, over `review_pairs`, `link_evidence` and `personas`.

    uncertainty = 4·p·(1 − p) of the probability; one half where a rule stands against the model: neither says
    how often such a rule errs, and most often it does not. `evidence` names the best three for and the best
    three against, with bits.
    """
    sentences = " ".join(
        f"when {quote_text(rule)} then {quote_text(said)}" for rule, said in rules.SENTENCES.items()
    )
    rows = "from link_evidence semi join asked using (n_l, n_r) where place > 0"
    return f"""
        with asked as (
            select p.*, l.n as n_l, r.n as n_r
            from review_pairs as p
            inner join personas as l on p.left_persona_id = l.persona_id
            inner join personas as r on p.right_persona_id = r.persona_id
        ),
        told as (
            {evidence_in_words(rows, "n_l, n_r", "place")}
        )
        select
            p.left_persona_id, p.right_persona_id, p.left_person_id, p.right_person_id, p.reason, p.rule,
            case p.rule {sentences} else p.rule end as rule_sentence,
            p.pair_probability, p.probability,
            case when p.reason = 'rule' then {OF_RULE} else 4 * p.probability * (1 - p.probability) end
                as uncertainty,
            coalesce(told.evidence, {NOTHING_SAID}) as evidence
        from asked as p
        left join told using (n_l, n_r)
    """


def evidence_in_words(rows: str, pair: str, order: str) -> str:
    """SQL: `pair`, and `evidence`, its weightiest `rows` (of link_evidence) in words; ties go by `order`."""
    text = "meaning || ': ' || label || ' (' || format('{:+.1f}', weight) || ' bits)'"

    def best(which: str, direction: str) -> str:
        found = f"list({text} order by weight {direction}, {order}) filter (where {which})"
        return f"coalesce(array_to_string({found}[:{_BEST}], '; '), 'nothing')"

    told = f"'For: ' || {best('weight > 0', 'desc')} || '. Against: ' || {best('weight < 0', 'asc')} || '.'"
    return f"select {pair}, {told} as evidence from ({rows}) group by {pair}"
