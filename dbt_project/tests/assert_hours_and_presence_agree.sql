-- The heat map and segment_presence are two views of the same activities: what is in the one with a known hour, and
-- what the other reports as left out, must add up to the activities that it shows.
with hours as (

    select
        period_month,
        segmentation,
        segment,
        network,
        sum(activities) as activities,
        count(case when is_suppressed then 1 end) as suppressed
    from {{ ref('segment_active_hours') }}
    where is_observed
    group by period_month, segmentation, segment, network

),

presence as (

    select * from {{ ref('segment_presence') }}
    where is_observed and not is_suppressed and hidden_parts is null

)

select
    presence.period_month,
    presence.segmentation,
    presence.segment,
    presence.network,
    hours.activities,
    presence.local_time_unknown,
    presence.activities_active,
    presence.activities_passive
from presence
inner join hours
    on
        presence.period_month = hours.period_month
        and presence.segmentation = hours.segmentation
        and presence.segment = hours.segment
        and presence.network = hours.network
where
    hours.suppressed = 0
    and hours.activities + presence.local_time_unknown
    <> presence.activities_active + coalesce(presence.activities_passive, 0)
