-- WHEN, HOW and WHERE of each segment over the three months that end with the last one.
-- needs: segment_profiles
select *
from segment_profiles
where $month is null or period_month = cast($month as date)
order by segmentation, segment
