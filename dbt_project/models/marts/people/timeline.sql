with events as (

    select * from {{ ref('int_events') }}

),

spoken_for as (

    select * from {{ ref('int_persona_organizations') }}

)

select
    -- grain
    events.person_id,
    cast(
        row_number() over (
            partition by events.person_id
            order by events.happened_at asc, events.channel asc, events.event_kind asc, events.event_id asc
        ) as bigint
    ) as event_number,

    -- what happened
    events.happened_at,
    events.is_time_observed,
    events.event_kind,
    events.channel,
    events.event_id,
    events.detail,

    -- for whom the persona spoke then
    spoken_for.organization_id,

    -- how sure, and where from
    round(cast(events.link_probability as double), 9) as link_probability,
    events.source,
    events.source_file_sha256,
    events.source_record
from events
left join spoken_for
    on
        events.persona_id = spoken_for.persona_id
        and events.happened_at >= spoken_for.valid_from
        and events.happened_at < {{ open_end('spoken_for.valid_to') }}
