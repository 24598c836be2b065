-- What somebody deleted is not kept readable: a reversed activity has neither title nor content, and counts nowhere.
select
    activities.network,
    activities.activity_id
from {{ ref('stg_activities') }} as activities
left join {{ ref('int_events') }} as events
    on activities.network = events.channel and activities.activity_id = events.event_id
where
    activities.is_reversed
    and (activities.title is not null or activities.content is not null or events.event_id is not null)
