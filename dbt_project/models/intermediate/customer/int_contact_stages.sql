{# A stage that nobody dated (neither the CRM nor another stage of the contact, seen before or after it) is assumed to
   hold since the contact was made: where crm.stage_since says so, and, where it says nothing, in sources that date no
   stage at all. Else it holds since it was first seen. #}
with stages as (

    select * from {{ ref('stg_contact_stages') }}

),

contacts as (

    select * from {{ ref('stg_contacts') }}

),

parameters as (

    select * from {{ ref('int_parameters') }}

),

histories as (

    select
        contact_id,
        min(holds_from) as first_holds_from,
        bool_or(is_dated) as is_dated,
        count(distinct lower(trim(stage))) as stages
    from stages
    group by contact_id

),

sources as (

    select
        contacts.source,
        bool_or(histories.is_dated) as dates_stages
    from histories
    inner join contacts on histories.contact_id = contacts.contact_id
    group by contacts.source

),

assumed as (

    select
        histories.contact_id,
        histories.first_holds_from,
        contacts.created_at
    from histories
    inner join contacts on histories.contact_id = contacts.contact_id
    inner join sources on contacts.source = sources.source
    cross join parameters
    where
        not histories.is_dated
        and histories.stages = 1
        and contacts.created_at < histories.first_holds_from
        and coalesce(parameters.stage_since, case when sources.dates_stages then 'observed' else 'created' end)
        = 'created'

)

select
    stages.contact_id,
    case
        when stages.holds_from = assumed.first_holds_from then assumed.created_at
        else stages.holds_from
    end as holds_from,
    stages.holds_to,
    stages.stage,
    assumed.contact_id is not null as is_assumed
from stages
left join assumed on stages.contact_id = assumed.contact_id
