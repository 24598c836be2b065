"""Checks of personas and links: what must hold whatever the model says.

Lives here: the hard rules (one person a persona, probabilities, thresholds, lawfulness). Rules that linkage makes
persons by are asked here with its own SQL (warehouse/identity/persons/person_rules.py). What names a person costs
that person (it falls apart, orchestration/links.py), what breaks a key or a contract the publication. The
plausible ranges of persons and the drift since the last publication are in identity_ranges.py. Must not live
here: how good the model is (the identity part measures that against truth and audit samples).

Personas are named by type, network and the MD5 of their id: a native id may be a person's name.
"""

from __future__ import annotations

from quality.check import Check, Cost, Limits, Severity
from warehouse import policy
from warehouse.identity.persons.person_rules import SAYS_THE_CRM, beyond, joined_by_a_third

PERSONAS = "identity.personas"
CANDIDATES = "identity.link_candidates"
PERSONA = (
    "split_part({p}, ':', 1) as persona_type,"
    " case when {p} like 'profile:%' then split_part({p}, ':', 2) end as network, md5({p}) as persona_md5"
)


def suite(limits: Limits) -> tuple[Check, ...]:
    """Every hard rule of identity."""
    return (*_personas(), *_probabilities(limits), *_rules(limits), *_lawful())


def identity_check(
    name: str,
    severity: Severity,
    sentence: str,
    sql: str,
    *,
    relation: str = PERSONAS,
    needs: tuple[str, ...] = (),
    tolerated_share: float = 0.0,
    cost: Cost = "publication",
    is_acceptable: bool = False,
) -> Check:
    """A check of the identity layer; personas that are absent or empty fail it, candidates may be none.

    `cost` is a critical check's: the publication, unless it says that those found can be held back.
    """
    return Check(
        name=f"identity.{name}",
        layer="identity",
        relation=relation,
        severity=severity,
        sentence=sentence,
        sql=sql,
        needs=needs,
        tolerated_share=tolerated_share,
        may_be_empty=relation != PERSONAS,
        cost=cost if severity == "critical" else None,
        is_acceptable=is_acceptable,
    )


def named(persona: str) -> str:
    """Select-list that names a persona without saying who it is."""
    return PERSONA.replace("{p}", persona)


def _personas() -> tuple[Check, ...]:
    return (
        identity_check(
            "not_empty",
            "critical",
            "Staging made personas, and linking has none: there would be nobody to count. A company of which no "
            "source tells of people has none.",
            """
select 'no persona' as problem
where not exists (select 1 from @batch) and exists (select 1 from intermediate.int_personas)""",
            needs=("intermediate.int_personas",),
        ),
        identity_check(
            "one_person_per_persona",
            "critical",
            "Every persona belongs to exactly one person: twice counted is twice present.",
            f"""
select {named("persona_id")}, count(*) as times, count(distinct person_id) as persons
from @batch
group by persona_id
having count(*) <> 1 or count(person_id) <> 1""",
        ),
        identity_check(
            "every_persona_decided",
            "critical",
            "Linking must answer for each persona that staging made, and for no other: a persona left out is "
            "missing from every figure.",
            f"""
select {named("coalesce(made.persona_id, decided.persona_id)")},
    case when made.persona_id is null then 'not made by staging' else 'not decided' end as problem
from intermediate.int_personas as made
full join @batch as decided on decided.persona_id = made.persona_id
where made.persona_id is null or decided.persona_id is null""",
            needs=("intermediate.int_personas",),
        ),
        identity_check(
            "known_words",
            "critical",
            "A link counts when its status says accepted; another word counts nowhere.",
            f"""
select {named("persona_id")}, link_status, decided_by
from @batch
where coalesce(link_status, '') not in ('accepted', 'review', 'rejected', 'unlinked')
    or coalesce(decided_by, '') not in ('model', 'rule', 'reviewer', 'none')""",
            cost="person",
        ),
    )


def _probabilities(limits: Limits) -> tuple[Check, ...]:
    slack = limits("identity.probability_slack", 1e-9)
    return (
        identity_check(
            "person_probability_range",
            "critical",
            "A probability is above 0 and at most 1; anything else poisons every expected figure.",
            f"""
select {named("persona_id")}, person_probability
from @batch
where person_probability is null or isnan(person_probability)
    or not person_probability > 0 or person_probability > 1""",
            cost="person",
        ),
        identity_check(
            "candidate_probability_range",
            "critical",
            f"A link is never certain (cap {policy.HIGHEST_PROBABILITY}), and sharing a profile between owners "
            "can only lower it.",
            f"""
select {named("profile_persona_id")}, md5(person_id) as person_md5, pair_probability, probability
from @batch
where pair_probability is null or probability is null or isnan(pair_probability) or isnan(probability)
    or pair_probability not between 0 and {policy.HIGHEST_PROBABILITY} + {slack}
    or probability < 0 or probability > pair_probability + {slack}""",
            relation=CANDIDATES,
            cost="person",
        ),
        identity_check(
            "owners_sum_below_one",
            "critical",
            "A profile has at most one owner: the probabilities of its candidates add up to less than 1.",
            f"""
select {named("profile_persona_id")}, sum(probability) as total, count(*) as candidates
from @batch
group by profile_persona_id
having not sum(probability) < 1""",
            relation=CANDIDATES,
            cost="person",
        ),
        identity_check(
            "candidate_once",
            "critical",
            "A profile and a person meet once; a candidate listed twice doubles its weight.",
            f"""
select {named("profile_persona_id")}, md5(person_id) as person_md5, count(*) as times
from @batch
group by profile_persona_id, person_id
having count(*) > 1""",
            relation=CANDIDATES,
            cost="person",
        ),
        identity_check(
            "candidate_known",
            "critical",
            "A candidate's profile and person must exist among the personas.",
            f"""
select {named("profile_persona_id")}, md5(person_id) as person_md5
from @batch
where profile_persona_id not in (select persona_id from identity.personas)
    or person_id not in (select person_id from identity.personas)""",
            relation=CANDIDATES,
            needs=(PERSONAS,),
            cost="person",
        ),
    )


def _rules(limits: Limits) -> tuple[Check, ...]:
    slack = limits("identity.probability_slack", 1e-9)
    return (
        identity_check(
            "accepted_above_threshold",
            "critical",
            "Figures count accepted links: one that the model accepted below the keep threshold must not "
            "count.",
            f"""
select {named("profile_persona_id")}, candidate.probability
from @batch as candidate
join identity.personas as persona
    on persona.persona_id = candidate.profile_persona_id and persona.person_id = candidate.person_id
where candidate.link_status = 'accepted' and persona.decided_by = 'model'
    and candidate.probability < (select keep_threshold from inputs.parameters) - {slack}""",
            relation=CANDIDATES,
            needs=(PERSONAS,),
            cost="person",
        ),
        identity_check(
            "accounts_per_network",
            "critical",
            "Nobody has that many accounts on one network: the person is a heap of strangers. "
            "identity.max_accounts_per_network sets the number; reviewers may go beyond.",
            f"""
select md5(person) as person_md5, network, any_value(held) as accounts
from ({beyond(_ACCOUNTS, "person, network", _MOST_ACCOUNTS)}) as surplus
group by person, network""",
            needs=("intermediate.int_personas",),
            cost="person",
        ),
        identity_check(
            "broken_rules_stay_apart",
            "critical",
            "What breaks a rule of cardinality or a reviewer's no is queued, not merged: neither directly "
            "nor by a detour.",
            f"""
with apart as (
    select left_persona_id, right_persona_id, rule from identity.violations
    union
    select left_persona_id, right_persona_id, 'reviewer_no_match' from identity.decided_pairs
    where decision = 'no_match'
)
select {named("broken.left_persona_id")}, broken.rule
from apart as broken
join @batch as one on one.persona_id = broken.left_persona_id
join @batch as other on other.persona_id = broken.right_persona_id
where one.person_id = other.person_id""",
            cost="person",
        ),
        identity_check(
            "customers_joined_on_social_evidence",
            "critical",
            "Two living records of the CRM are one person only if the CRM itself says so of them (address, "
            "number, whole name): a profile that fits both, or a third record that is like "
            "both, proves nothing.",
            _STRANGERS,
            needs=("staging.stg_contacts", "intermediate.int_personas"),
            cost="person",
        ),
    )


# What the CRM records of a person say of one another, as linkage asked it when it made the person.
_RECORDS = """
select decided.persona_id as id, decided.person_id as person, made.merged_into_persona_id is null as is_living
from @batch as decided
join intermediate.int_personas as made on made.persona_id = decided.persona_id
where made.persona_type = 'contact' and made.is_linkable"""
_PAIRS = f"""
select left_persona_id as l, right_persona_id as r, {SAYS_THE_CRM}
from identity.scored_pairs
where stands_for is null and left_persona_id like 'contact:%' and right_persona_id like 'contact:%'"""
_TOLD = """
select persona_id as l, merged_into_persona_id as r from intermediate.int_personas
where merged_into_persona_id is not null
union all
select left_persona_id, right_persona_id from identity.decided_pairs where decision = 'match'"""
_STRANGERS = f"""
select distinct md5(person) as person_md5, source, source_file_sha256, source_record
from ({joined_by_a_third(_RECORDS, _PAIRS, _TOLD)}) as found
join staging.stg_contacts as contacts on found.id = 'contact:' || contacts.contact_id
where found.is_living"""

_ACCOUNTS = """
select
    decided.persona_id as id, decided.person_id as person, made.network,
    decided.person_probability as probability, decided.decided_by = 'reviewer' as is_told
from @batch as decided
join intermediate.int_personas as made on made.persona_id = decided.persona_id
where made.persona_type = 'profile'"""
_MOST_ACCOUNTS = "select max_accounts_per_network from inputs.parameters"


def _lawful() -> tuple[Check, ...]:
    return (
        identity_check(
            "only_linkable_linked",
            "critical",
            "Brand, staff and bot accounts, and people whom no legal basis covers, are linked to nobody by "
            "the model.",
            f"""
select {named("personas.persona_id")}, made.account_role
from @batch as personas
join intermediate.int_personas as made on made.persona_id = personas.persona_id
where not made.is_linkable and made.persona_type <> 'contact'
    and personas.link_status = 'accepted' and personas.decided_by = 'model'""",
            needs=("intermediate.int_personas",),
            cost="person",
        ),
        identity_check(
            "objections_honoured",
            "critical",
            "Who objected to linking (or, where consent is the basis, never gave it) is not linked to a "
            "profile.",
            """
with recursive chain as (
    select contact_id, merged_into_id as target, 1 as steps
    from staging.stg_contacts
    where merged_into_id <> contact_id
    union all
    select chain.contact_id, contacts.merged_into_id, chain.steps + 1
    from chain
    join staging.stg_contacts as contacts on contacts.contact_id = chain.target
    where contacts.merged_into_id <> contacts.contact_id and chain.steps < 20
),
survivors as (
    select
        contact_id,
        case when max(steps) < 20 then max_by(target, steps) else min(target) end as survivor_id
    from chain
    group by contact_id
),
latest as (
    select coalesce(survivors.survivor_id, given.contact_id) as contact_id, given.status
    from staging.stg_consents as given
    left join survivors on survivors.contact_id = given.contact_id
    where given.purpose in (select linking_purpose from inputs.parameters)
    qualify row_number() over (
        partition by coalesce(survivors.survivor_id, given.contact_id)
        order by
            given."at" desc nulls last,
            case when given.status in ('objected', 'withdrawn') then 1 else 2 end,
            given.status
    ) = 1
),
unlawful as (
    select contacts.contact_id, contacts.source, contacts.source_file_sha256, contacts.source_record
    from staging.stg_contacts as contacts
    left join survivors on survivors.contact_id = contacts.contact_id
    left join latest on latest.contact_id = coalesce(survivors.survivor_id, contacts.contact_id)
    where
        latest.status in ('objected', 'withdrawn')
        or (
            (select linking_basis from inputs.parameters) = 'consent'
            and coalesce(latest.status, 'unknown') <> 'granted'
        )
)
select distinct
    md5(holder.person_id) as person_md5, unlawful.source, unlawful.source_file_sha256, unlawful.source_record
from unlawful
join @batch as holder on holder.persona_id = 'contact:' || unlawful.contact_id
join @batch as linked on linked.person_id = holder.person_id
where linked.persona_id like 'profile:%'
    and linked.link_status = 'accepted' and linked.decided_by = 'model'""",
            needs=("staging.stg_contacts", "staging.stg_consents"),
            cost="person",
        ),
    )
