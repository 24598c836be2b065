-- WHEN, HOW and WHERE of each segment over three months.
-- needs: segment_profiles
select *
from segment_profiles
order by segmentation, segment
