-- Hours of the week over all networks, in the last month.
-- needs: segment_active_hours
select
    segmentation,
    segment,
    mode,
    iso_weekday,
    hour_local,
    status,
    contributors,
    activities
from segment_active_hours
where
    network = 'all'
    and period_month = (select max(period_month) from segment_active_hours)
order by segmentation, segment, mode, iso_weekday, hour_local
