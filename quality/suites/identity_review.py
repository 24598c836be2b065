"""Checks of what reviewers are shown and what is said of quality: evidence, queue, measures.

Must not live here: checks of the links themselves (identity.py, identity_ranges.py).
"""

from __future__ import annotations

from quality.check import Check, Limits
from quality.suites.identity import identity_check

_SHARES = (
    "'precision', 'recall_within_blocking', 'link_recall', 'blocking_loss', 'calibration_error', "
    "'calibration_error_of_model', 'ids_kept'"
)
_PAIR = "md5(left_persona_id) as left_md5, md5(right_persona_id) as right_md5"


def suite(limits: Limits) -> tuple[Check, ...]:
    """Every check of evidence, queue and measured quality."""
    slack = limits("identity.evidence_slack", 1e-6)
    return (
        identity_check(
            "evidence_adds_up",
            "critical",
            "The evidence shown for a pair adds up to the weight that decided it; otherwise a reviewer is shown "
            "another reason than the one that counted.",
            f"""
select {_PAIR}, round(sum(weight), 6) as shown, round(any_value(match_weight), 6) as counted
from @batch
join identity.scored_pairs using (left_persona_id, right_persona_id)
group by left_persona_id, right_persona_id
having abs(sum(weight) - any_value(match_weight)) > {slack}""",
            relation="identity.link_evidence",
            needs=("identity.scored_pairs",),
        ),
        identity_check(
            "queue_is_open",
            "critical",
            "A reviewer is asked about two personas that exist and stand apart, each pair once, with a stated "
            "doubt.",
            f"""
select {_PAIR}, reason, uncertainty
from @batch
where left_persona_id >= right_persona_id or left_person_id = right_person_id
    or left_persona_id not in (select persona_id from identity.personas)
    or right_persona_id not in (select persona_id from identity.personas)
    or uncertainty is null or uncertainty not between 0 and 1
    or (reason = 'rule') <> (rule is not null)
union all
select {_PAIR}, 'asked twice', count(*)
from @batch
group by left_persona_id, right_persona_id
having count(*) > 1""",
            relation="identity.review_queue",
            needs=("identity.personas",),
        ),
        identity_check(
            "measures_in_range",
            "critical",
            "A share lies between 0 and 1 and in its own interval; a quality that does not is no measure.",
            f"""
select measure, stratum_kind, stratum, network, basis, value, low, high
from @batch
where value is null or isnan(value)
    or (measure in ({_SHARES}) and value not between 0 and 1)
    or coalesce(not low <= value, false) or coalesce(not value <= high, false)""",
            relation="identity.quality",
        ),
    )
