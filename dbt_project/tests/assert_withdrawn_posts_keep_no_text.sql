-- What somebody deleted is not kept readable: a reversed activity has none of its content, and counts nowhere.
select
    activities.network,
    activities.activity_id
from {{ ref('stg_activities') }} as activities
left join {{ ref('int_events') }} as events
    on activities.network = events.channel and activities.activity_id = events.event_id
where
    activities.is_reversed
    and (
        events.event_id is not null
        {%- for column in canonical_tables()['activities']['content'] %}
            or activities.{{ column }} is not null
        {%- endfor %}
    )
