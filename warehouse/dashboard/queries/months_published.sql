-- Every month published, the last first.
-- needs: segment_presence
select distinct period_month
from segment_presence
order by period_month desc
