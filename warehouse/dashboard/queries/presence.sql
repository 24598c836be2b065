-- Presence, use and connections in a month, with the same figure of everybody beside it.
-- needs: segment_presence
with of_month as (

    select presence.*
    from segment_presence as presence
    where
        presence.period_month = coalesce(cast($month as date), (select max(period_month) from segment_presence))
        and ($segmentation is null or presence.segmentation in ($segmentation, 'all'))

),

everybody as (

    select * from of_month
    where segmentation = 'all'

)

select
    of_month.*,
    everybody.presence_rate_expected as everybody_presence_rate_expected,
    everybody.presence_rate_expected_low as everybody_presence_rate_expected_low,
    everybody.presence_rate_expected_high as everybody_presence_rate_expected_high,
    everybody.presence_rate as everybody_presence_rate,
    everybody.active_rate as everybody_active_rate,
    everybody.active_per_week as everybody_active_per_week,
    everybody.passive_per_week as everybody_passive_per_week,
    everybody.connections_avg as everybody_connections_avg,
    everybody.followers_median as everybody_followers_median,
    everybody.brand_follower_rate as everybody_brand_follower_rate,
    everybody.connected_customers_share as everybody_connected_customers_share
from of_month
left join everybody on of_month.network = everybody.network
order by of_month.segmentation, of_month.segment, of_month.network
