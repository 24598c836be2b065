-- Which networks a month observes, and of which of them it observes reading.
-- needs: segment_presence
select
    network,
    bool_or(is_observed) as is_observed,
    bool_or(passive_observed) as passive_observed
from segment_presence
where
    period_month = coalesce(cast($month as date), (select max(period_month) from segment_presence))
    and network <> 'all'
group by network
order by network
