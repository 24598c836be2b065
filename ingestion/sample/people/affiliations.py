"""Where people work, as they and the CRM write it, and what is true of it: `truth/affiliations.parquet`.

Lives here: spellings of an employer's name, and the statements that name one. Must not live here: who works
where (population.py), the texts around the name (handles.py), what a matcher makes of it.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from ingestion.sample.world import World


def written_employer(employer: str, die: str) -> str:
    """SQL of an employer as people write it: two in three correct, else a legal form, case, or a slip."""
    return (
        f"case when {die} < 0.67 then {employer} when {die} < 0.79 then {employer} || ' Ltd' "
        f"when {die} < 0.87 then {employer} || ' GmbH' when {die} < 0.92 then upper({employer}) "
        f"when {die} < 0.96 then 'The ' || {employer} "
        f"else left({employer}, 3) || substr({employer}, 5) end"
    )


def write_affiliations(world: World, folder: Path) -> None:
    """Write one row per statement: persona_id, source, written, organization_id (the true employer's).

    Sources are crm_account (a contact of a business), crm_employer (a lead's company), bio, and email_domain
    (an address at the employer's domain).
    """
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(world.arrow(_STATEMENTS), folder / "affiliations.parquet", compression="zstd")


_STATEMENTS = f"""
with employers as (
    select person, 'organization:' || lpad(cast(employer_number as varchar), 7, '0') as organization_id,
        employer, customer_type, work_domain
    from people join addresses using (person)
)
select 'contact:' || c.contact_id as persona_id, 'crm_account' as source, a.name as written, e.organization_id
from contacts c join accounts a using (account) join employers e using (person)
where a.customer_type <> 'household'
union all
select 'contact:' || contact_id, 'crm_employer', company_name, organization_id
from contacts join employers using (person) where company_name is not null
union all
select 'profile:' || p.network || ':' || p.native_id, 'bio', {written_employer("p.employer", "p.u22")},
    e.organization_id
from profiles p join employers e using (person)
where p.role = 'person' and p.network <> 'blogs' and regexp_matches(p.bio, ' (at|@) ')
union all
select persona_id, 'email_domain', work_domain, organization_id
from (
    select 'contact:' || contact_id as persona_id, person, email from contacts
    union all
    select 'profile:' || network || ':' || native_id, person, email from profiles
) join employers using (person)
where customer_type <> 'household' and lower(email) like '%@' || work_domain
order by persona_id, source
"""
