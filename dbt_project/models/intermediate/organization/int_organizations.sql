-- What the records of an organisation say together: its name (the CRM's before others'), accounts, and whether it buys.
-- One row per organization_id.

with records as (
    select
        records.*,
        resolved.organization_id,
        list_position(['account', 'brand', 'profile', 'name', 'domain'], records.record_kind) as rank
    from {{ ref('int_organization_records') }} as records
    inner join {{ linked('organizations') }} as resolved on records.record_id = resolved.record_id
),

account_records as (
    select
        organization_id,
        substr(record_id, 9) as account_id
    from records
    where record_kind = 'account'
),

parameters as (
    select * from {{ ref('int_parameters') }}
),

bought as (
    select coalesce(orders.account_id, contacts.account_id) as account_id
    from {{ ref('int_orders') }} as netted
    inner join {{ ref('stg_orders') }} as orders on netted.order_id = orders.order_id
    inner join parameters on netted.ordered_at < parameters.as_of_at
    left join {{ ref('int_contacts') }} as contacts on netted.contact_id = contacts.contact_id
    where netted.is_counted
),

buyers as (
    select distinct account_records.organization_id
    from account_records
    inner join bought on account_records.account_id = bought.account_id
),

prospects as (
    select distinct account_records.organization_id
    from account_records
    inner join {{ ref('stg_opportunities') }} as opportunities
        on account_records.account_id = opportunities.account_id
    inner join parameters on opportunities.created_at < parameters.as_of_at
    where opportunities.is_closed is not true
),

gathered as (
    select
        organization_id,
        min_by(name, [cast(rank as varchar), record_id]) filter (where name is not null) as name,
        min_by(domains[1], [cast(rank as varchar), record_id]) filter (where len(domains) > 0) as domain,
        min_by(country, [cast(rank as varchar), record_id]) filter (where country is not null) as country_code,
        min(case when record_kind = 'account' then substr(record_id, 9) end) as account_id,
        count(*) as records,
        -- a domain that nothing else names may be a provider's, or somebody's own
        bool_or(record_kind <> 'domain') as is_named
    from records
    group by organization_id
)

select
    gathered.organization_id,
    coalesce(gathered.name, gathered.domain) as name,
    gathered.domain,
    gathered.country_code,
    gathered.account_id,
    gathered.records,
    gathered.is_named,
    buyers.organization_id is not null as is_customer,
    prospects.organization_id is not null as has_open_opportunity
from gathered
left join buyers on gathered.organization_id = buyers.organization_id
left join prospects on gathered.organization_id = prospects.organization_id
