-- The hours of a week are the whole of it: shares of a segment, network and mode add up to 1, wherever anybody did
-- anything; each of the 168 is rounded to 9 places.
select
    period_month,
    segmentation,
    segment,
    network,
    mode,
    count(*) as hours,
    sum(activities) as activities,
    sum(activity_share) as share
from {{ ref('segment_active_hours') }}
group by period_month, segmentation, segment, network, mode
having
    count(*) <> 168
    or (sum(activities) > 0 and abs(sum(activity_share) - 1) > 1e-6)
