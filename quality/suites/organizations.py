"""Checks of organisations: which record is which, and whom the marts tie to them, since when and how surely.

Must not live here: checks of persons and their links (identity.py), what a column's name promises (marts.py).
"""

from __future__ import annotations

from quality.check import Check, Limits
from quality.suites.identity import identity_check, named
from quality.suites.marts import mart_check

RESOLVED = "identity.organizations"
RECORDS = "intermediate.int_organization_records"
TIES = "people.organizations"
_RECORD = "split_part(record_id, ':', 1) as record_kind, md5(record_id) as record_md5"
_TIE = f"{named('persona_id')}, source, organization_id"


def suite(limits: Limits) -> tuple[Check, ...]:
    """Every check of the resolution, which runs with identity's."""
    most = int(limits("organizations.most_accounts", 50))
    return (
        identity_check(
            "organization_of_every_record",
            "critical",
            "Every record that names an organisation is resolved to exactly one, and no other record is: what is "
            "left out is nobody's employer, what stands twice is two.",
            f"""
select {_RECORD.replace("record_id", "coalesce(made.record_id, resolved.record_id)")},
    case
        when made.record_id is null then 'not made by dbt'
        when resolved.record_id is null then 'not resolved'
        else 'resolved ' || resolved.times || ' times'
    end as problem
from {RECORDS} as made
full join (
    select record_id, count(*) as times, count(organization_id) as known from @batch group by record_id
) as resolved on made.record_id = resolved.record_id
where made.record_id is null or resolved.record_id is null or resolved.times <> 1 or resolved.known <> 1""",
            relation=RESOLVED,
            needs=(RECORDS,),
        ),
        identity_check(
            "organization_probability_range",
            "critical",
            "A probability is above 0 and at most 1; anything else poisons every figure of organisations.",
            f"""
select {_RECORD}, probability
from @batch
where probability is null or isnan(probability) or not probability > 0 or probability > 1""",
            relation=RESOLVED,
        ),
        identity_check(
            "organization_of_many_accounts",
            "warning",
            "An organisation of so many accounts of the CRM is a chain of like names, or a CRM of duplicates.",
            f"""
select organization_id, count(*) as accounts
from @batch
where record_id like 'account:%'
group by organization_id
having count(*) > {most}""",
            relation=RESOLVED,
        ),
    )


def mart_suite() -> tuple[Check, ...]:
    """Every check of people.organizations, which runs with the marts'."""
    return (
        mart_check(
            "organizations.resolved",
            TIES,
            "critical",
            "A tie names the person that the persona belongs to, and an organisation that records were resolved "
            "to, always by one name: otherwise the same question in a forum comes from two buyers.",
            f"""
select {_TIE}, 'another person than the persona' as problem
from @batch
where (persona_id, person_id) not in (select (persona_id, person_id) from identity.personas)
union all
select {_TIE}, 'no record is resolved to the organisation'
from @batch
where organization_id not in (select organization_id from {RESOLVED})
union all
select {_TIE}, 'the organisation is described in several ways'
from @batch
qualify count(distinct struct_pack(
    a := organization_name, b := domain, c := account_id, d := is_customer, e := has_open_opportunity
)) over (partition by organization_id) > 1""",
            needs=("identity.personas", RESOLVED),
        ),
        mart_check(
            "organizations.dated",
            TIES,
            "critical",
            "A tie begins before it ends, and not in the future: whom a persona speaks for is asked for the time "
            "of a post.",
            f"""
select {_TIE}, valid_from, valid_to
from @batch
where valid_from is null or valid_to < valid_from or last_observed_at < first_observed_at
    or valid_from > (select run_at from inputs.parameters)""",
        ),
        mart_check(
            "organizations.probabilities",
            TIES,
            "critical",
            "Each tie says how sure it is, by person and by organisation; a tie without doubt stated is taken for "
            "certain.",
            f"""
select {_TIE}, link_probability, organization_probability
from @batch
where not coalesce(link_probability > 0 and link_probability <= 1, false)
    or not coalesce(organization_probability > 0 and organization_probability <= 1, false)""",
        ),
    )
