-- Hours of the week of a network, over three months.
-- needs: segment_active_hours_quarter
select
    segmentation,
    segment,
    mode,
    iso_weekday,
    hour_local,
    status,
    contributors,
    activities
from segment_active_hours_quarter
where
    network = $network
    and ($segmentation is null or segmentation in ($segmentation, 'all'))
    and period_month = coalesce(cast($month as date), (select max(period_month) from segment_active_hours_quarter))
order by segmentation, segment, mode, iso_weekday, hour_local
