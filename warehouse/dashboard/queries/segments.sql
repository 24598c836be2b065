-- Segments in the order in which they stand, largest first where nothing says better.
-- needs: segment_presence
select
    presence.segmentation,
    presence.segment,
    presence.segment as label,
    cast(null as varchar) as definition,
    cast(null as bigint) as position,
    presence.customers
from segment_presence as presence
where
    presence.network = 'all'
    and presence.period_month = coalesce(cast($month as date), (select max(period_month) from segment_presence))
order by presence.segmentation, presence.segment
