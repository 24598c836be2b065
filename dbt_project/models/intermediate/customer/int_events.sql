{# Everything a person did or had done, of whatever source; what is dated after as_of is left out. #}
with crm_events as (

    select * from {{ ref('int_crm_events') }}

),

social_events as (

    select * from {{ ref('int_social_events') }}

),

resolved as (

    select * from {{ linked('personas') }}

),

parameters as (

    select * from {{ ref('int_parameters') }}

),

events as (

    select * from crm_events
    union all
    select * from social_events

)

select
    resolved.person_id,
    resolved.persona_id,
    events.happened_at,
    events.event_kind,
    events.channel,
    events.event_id,
    events.detail,
    events.is_time_observed,
    resolved.person_probability as link_probability,
    events.source,
    events.source_file_sha256,
    events.source_record
from events
inner join resolved on events.persona_id = resolved.persona_id
inner join parameters on events.happened_at < parameters.as_of_at
