-- Hours of the week over all networks, over the last three months.
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
    network = 'all'
    and period_month = (select max(period_month) from segment_active_hours_quarter)
order by segmentation, segment, mode, iso_weekday, hour_local
