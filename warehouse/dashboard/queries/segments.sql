-- Segments in the order in which they stand, largest first where nothing says better.
-- needs: segment_presence
with last_month as (

    select max(period_month) as period_month from segment_presence

)

select
    presence.segmentation,
    presence.segment,
    presence.segment as label,
    cast(null as varchar) as definition,
    cast(null as bigint) as position,
    presence.customers
from segment_presence as presence
inner join last_month on presence.period_month = last_month.period_month
where presence.network = 'all'
order by presence.segmentation, presence.segment
