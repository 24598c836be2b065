-- Size and value of every segment in a month.
-- needs: segment_size
select
    segmentation,
    segment,
    status,
    hidden_parts,
    customers,
    customer_share,
    order_value_amount,
    value_share,
    orders_without_owner
from segment_size
where period_month = coalesce(cast($month as date), (select max(period_month) from segment_size))
order by segmentation, segment
