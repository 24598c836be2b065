-- Formats of the last month, with the share of everybody beside each.
-- needs: segment_content_formats
with last_month as (

    select formats.*
    from segment_content_formats as formats
    where formats.period_month = (select max(period_month) from segment_content_formats)

)

select
    last_month.segmentation,
    last_month.segment,
    last_month.network,
    last_month.format,
    last_month.status,
    last_month.contributors,
    last_month.activities,
    last_month.activity_share,
    last_month.activity_share_low,
    last_month.activity_share_high,
    last_month.index_vs_all,
    everybody.activity_share as everybody_activity_share
from last_month
left join last_month as everybody
    on
        everybody.segmentation = 'all'
        and last_month.network = everybody.network
        and last_month.format = everybody.format
order by last_month.segmentation, last_month.segment, last_month.network, last_month.format
