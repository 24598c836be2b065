"""Plausible ranges of persons, and the drift of links since the last publication.

Lives here: what may be true of some persons and cannot be true of many. Must not live here: rules that
hold for each person (identity.py).
"""

from __future__ import annotations

from quality.check import Check, Limits
from quality.suites.identity import CANDIDATES, PERSONAS, identity_check, named
from warehouse.identity.persons.person_rules import beyond
from warehouse.identity.rules import MOST_PERSONAS


def suite(limits: Limits) -> tuple[Check, ...]:
    """Ranges over persons, then drift."""
    return (
        _surnames(limits),
        _living_customers(limits),
        _size(limits),
        _size_impossible(limits),
        _path_length(limits),
        _accepted_alone(),
        _linked_share(limits, "warning", 0.05),
        _linked_share(limits, "critical", 0.5),
        _probability_drift(limits),
        _ids_kept(limits),
    )


def _share_of_persons(name: str, share: float, sentence: str, persons: str, needs: tuple[str, ...]) -> Check:
    """A warning when more than `share` of the persons with several personas are found by `persons`."""
    return identity_check(
        name,
        "warning",
        sentence,
        f"""
with found as ({persons}),
joined as (
    select count(*) as persons from (select person_id from @batch group by person_id having count(*) > 1)
)
select md5(found.person_id) as person_md5, found.* exclude (person_id)
from found cross join joined
where (select count(*) from found) > {share} * joined.persons""",
        needs=needs,
    )


def _surnames(limits: Limits) -> Check:
    most = int(limits("identity.most_surnames", 3))
    return _share_of_persons(
        "surnames",
        limits("identity.surnames", 0.005),
        "People change their surname once or twice. Persons with more of them are namesakes, households or "
        "shared addresses, merged.",
        f"""
    select personas.person_id, count(distinct lower(contacts.family_name)) as surnames
    from @batch as personas
    join staging.stg_contacts as contacts on personas.persona_id = 'contact:' || contacts.contact_id
    group by personas.person_id
    having count(distinct lower(contacts.family_name)) > {most}""",
        ("staging.stg_contacts",),
    )


def _living_customers(limits: Limits) -> Check:
    return _share_of_persons(
        "living_customer_records",
        limits("identity.living_customer_records", 0.2),
        "The CRM should hold a customer once. So many persons with several living records mean either a CRM "
        "full of duplicates or merges that go too far.",
        """
    select personas.person_id, count(*) as records
    from @batch as personas
    join staging.stg_contacts as contacts on personas.persona_id = 'contact:' || contacts.contact_id
    where not coalesce(contacts.is_deleted, false) and contacts.merged_into_id is null
        and contacts.stage in (select value from inputs.configured_words where kind = 'customer_stage')
    group by personas.person_id
    having count(*) > 1""",
        ("staging.stg_contacts",),
    )


def _size(limits: Limits) -> Check:
    most = int(limits("identity.usual_personas_per_person", 15))
    return _share_of_persons(
        "cluster_size",
        limits("identity.cluster_size", 0.001),
        "A person of very many personas is more often a chain of weak links than a lively person.",
        f"""
    select person_id, count(*) as personas from @batch group by person_id having count(*) > {most}""",
        (),
    )


_FOUND_BY_THE_MODEL = """
select persona_id as id, person_id as person, person_probability as probability, false as is_told
from @batch
where decided_by not in ('reviewer', 'rule')"""


def _size_impossible(limits: Limits) -> Check:
    most = int(limits(*MOST_PERSONAS))
    return identity_check(
        "cluster_size_impossible",
        "critical",
        "A person of that many personas swallowed strangers, and their presence counts for one customer. What "
        "reviewers and the CRM put there does not count.",
        f"""
select md5(person) as person_md5, any_value(held) as personas
from ({beyond(_FOUND_BY_THE_MODEL, "person", str(most))}) as surplus
group by person""",
        cost="person",
    )


def _path_length(limits: Limits) -> Check:
    """The longest way, in links, from a profile over the persona it was joined to, and on."""
    most = int(limits("identity.most_links_in_a_chain", 4))
    return identity_check(
        "cluster_diameter",
        "warning",
        "A is like B, B is like C, and so on: at the end of a long chain stand two who have nothing in "
        "common.",
        f"""
with recursive steps as (
    select candidate.profile_persona_id as persona, candidate.best_persona_id as next, candidate.person_id
    from identity.link_candidates as candidate
    join @batch as persona
        on persona.persona_id = candidate.profile_persona_id and persona.person_id = candidate.person_id
    where candidate.link_status = 'accepted'
        and candidate.best_persona_id like 'profile:%'
        and candidate.best_persona_id <> candidate.profile_persona_id
),
chains as (
    select persona as start, next, person_id, [persona, next] as seen, 1 as links from steps
    union all
    select chains.start, steps.next, chains.person_id, list_append(chains.seen, steps.next), chains.links + 1
    from chains
    join steps on steps.persona = chains.next
    where chains.links <= {most} and not list_contains(chains.seen, steps.next)
)
select distinct md5(person_id) as person_md5, links from chains where links > {most}""",
        needs=(CANDIDATES,),
    )


def _accepted_alone() -> Check:
    return identity_check(
        "accepted_alone",
        "warning",
        "An accepted link has two ends. A persona accepted into a person of its own says that the other end "
        "was lost.",
        f"""
select {named("persona_id")}
from @batch
where link_status = 'accepted' and decided_by = 'model' and person_probability < 1
    and person_id in (select person_id from identity.personas group by person_id having count(*) = 1)""",
    )


def _linked_share(limits: Limits, severity: str, default: float) -> Check:
    name = "linked_share" if severity == "warning" else "linked_share_collapsed"
    most = limits(f"identity.{name}", default)
    return identity_check(
        name,
        "critical" if severity == "critical" else "warning",
        "Share of profiles linked, per network, against the last publication: presence moves with it, "
        "though no customer moved.",
        f"""
with now as (
    select split_part(persona_id, ':', 2) as network,
        avg(cast(link_status = 'accepted' as integer)) as share, count(*) as profiles
    from @batch where persona_id like 'profile:%' group by network
),
before as (
    select split_part(persona_id, ':', 2) as network,
        avg(cast(link_status = 'accepted' as integer)) as share, count(*) as profiles
    from previous_identity.personas where persona_id like 'profile:%' group by network
)
select network, round(before.share, 4) as share_before, round(now.share, 4) as share_now, now.profiles
from now join before using (network)
where least(now.profiles, before.profiles) >= 50 and abs(now.share - before.share) > {most}""",
        needs=("previous_identity.personas",),
        is_acceptable=severity == "critical",
    )


def _probability_drift(limits: Limits) -> Check:
    """Population stability index over ten bins of pair_probability; above 0.25 is held to be a shift."""
    most = limits("identity.probability_drift", 0.25)
    return identity_check(
        "probability_drift",
        "warning",
        "The distribution of link probabilities moved since the last publication: the data changed its "
        "nature, or the model no longer fits it.",
        f"""
with binned as (
    select 'now' as moment, least(floor(pair_probability * 10), 9) as bin from @batch
    union all
    select 'before' as moment, least(floor(pair_probability * 10), 9) as bin
    from previous_identity.link_candidates
),
totals as (
    select count(*) filter (where moment = 'now') as now, count(*) filter (where moment = 'before') as before
    from binned
),
shares as (
    select
        bin,
        greatest(count(*) filter (where moment = 'now'), 0.5) / any_value(totals.now) as now,
        greatest(count(*) filter (where moment = 'before'), 0.5) / any_value(totals.before) as before
    from binned cross join totals
    where least(totals.now, totals.before) >= 200
    group by bin
)
select round(sum((now - before) * ln(now / before)), 4) as stability_index
from shares
having sum((now - before) * ln(now / before)) > {most}""",
        relation=CANDIDATES,
        needs=("previous_identity.link_candidates",),
    )


def _ids_kept(limits: Limits) -> Check:
    name = "identity.ids_kept"
    return identity_check(
        "ids_kept",
        "warning",
        "person_id survives re-runs; where it does not, the history says so. Ids that change unrecorded "
        "break every list that a user keeps.",
        f"""
select {named("now.persona_id")}
from @batch as now
join previous_identity.personas as before on before.persona_id = now.persona_id
where before.person_id <> now.person_id
    and before.person_id not in (select from_person_id from identity.person_id_history)""",
        needs=(PERSONAS, "previous_identity.personas"),
        tolerated_share=limits(name, 0.005),
    )
