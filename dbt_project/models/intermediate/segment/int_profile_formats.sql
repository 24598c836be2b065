{# What the customers at the end of the last month published in its quarter, by format, over all networks. #}
with last_period as (

    select * from {{ ref('int_last_period') }}

),

posts as (

    select
        customer_posts.person_id,
        customer_posts.content_format,
        sum(customer_posts.activities) as activities
    from {{ ref('int_customer_posts') }} as customer_posts
    inner join last_period on {{ in_quarter('customer_posts.period_month', 'last_period.period_month') }}
    group by customer_posts.person_id, customer_posts.content_format

),

memberships as (

    select memberships.*
    from {{ ref('int_customer_segments') }} as memberships
    inner join last_period on memberships.period_month = last_period.period_month

),

sums as (

    select
        memberships.segmentation,
        memberships.segment,
        posts.content_format,
        sum(posts.activities) as activities,
        count(*) as contributors
    from posts
    inner join memberships on posts.person_id = memberships.person_id
    group by memberships.segmentation, memberships.segment, posts.content_format

),

shares as (

    select
        *,
        cast(activities as double) / sum(activities) over (partition by segmentation, segment) as share
    from sums

),

everybody as (

    select * from shares
    where segmentation = 'all'

)

select
    shares.segmentation,
    shares.segment,
    shares.content_format,
    shares.activities,
    shares.contributors,
    {{ ratio('100 * shares.share', 'everybody.share') }} as index_vs_all
from shares
inner join everybody on shares.content_format = everybody.content_format
