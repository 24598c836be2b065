-- Every post has one format: where no format of a segment is suppressed, their shares add up to 1.
select
    period_month,
    segmentation,
    segment,
    network,
    sum(activity_share) as share
from {{ ref('segment_content_formats') }}
group by period_month, segmentation, segment, network
having
    count(case when is_suppressed then 1 end) = 0
    and sum(activities) > 0
    and abs(sum(activity_share) - 1) > 1e-6
