-- Formats of a month, with the share of everybody beside each.
-- needs: segment_content_formats
with of_month as (

    select formats.*
    from segment_content_formats as formats
    where
        formats.period_month = coalesce(cast($month as date), (select max(period_month) from segment_content_formats))
        and ($segmentation is null or formats.segmentation in ($segmentation, 'all'))

)

select
    of_month.segmentation,
    of_month.segment,
    of_month.network,
    of_month.format,
    of_month.status,
    of_month.contributors,
    of_month.activities,
    of_month.activity_share,
    of_month.activity_share_low,
    of_month.activity_share_high,
    of_month.index_vs_all,
    everybody.activity_share as everybody_activity_share
from of_month
left join of_month as everybody
    on
        everybody.segmentation = 'all'
        and of_month.network = everybody.network
        and of_month.format = everybody.format
order by of_month.segmentation, of_month.segment, of_month.network, of_month.format
