-- Domains that personas write from and that may be their organisation's. One row per persona_id and domain.

with statements as (
    select * from {{ ref('int_organization_statements') }}
),

-- a domain that people of many employers write from is a provider's
providers as (
    select addresses.value as domain
    from statements as addresses
    inner join statements as employers
        on addresses.persona_id = employers.persona_id and employers.source in ('crm_account', 'crm_employer', 'bio')
    where addresses.source = 'email_domain'
    group by addresses.value
    having count(distinct lower(employers.value)) > 3
)

select distinct
    persona_id,
    value as domain
from statements
where source = 'email_domain' and value not in (select providers.domain from providers)
