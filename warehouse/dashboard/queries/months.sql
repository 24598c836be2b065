-- The months published.
-- needs: segment_presence
select
    min(period_month) as first_month,
    max(period_month) as last_month,
    count(distinct period_month) as months
from segment_presence
