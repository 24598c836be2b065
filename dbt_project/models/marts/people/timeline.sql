with events as (

    select * from {{ ref('int_events') }}

)

select
    -- grain
    person_id,
    cast(
        row_number() over (
            partition by person_id
            order by happened_at asc, channel asc, event_kind asc, event_id asc
        ) as bigint
    ) as event_number,

    -- what happened
    happened_at,
    event_kind,
    channel,
    event_id,
    detail,

    -- how sure, and where from
    round(cast(link_probability as double), 9) as link_probability,
    source,
    source_file_sha256,
    source_record
from events
