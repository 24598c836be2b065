{# What the customers of a segment published, by format, on each network and on all. Squares and products are for the
   intervals (quotient_interval): `posts_product` is Σ over customers of posts in the format × posts in any, `posts_squared`
   that of posts in any, over all who posted (it stands in each row of segment and network, with `authors`). #}
with by_network as (

    select * from {{ ref('int_customer_posts') }}

),

customer_posts as (

    select
        period_month,
        network,
        person_id,
        content_format,
        activities,
        originals,
        originals_counted,
        interactions
    from by_network
    union all
    select
        period_month,
        '{{ all_networks() }}' as network,
        person_id,
        content_format,
        sum(activities) as activities,
        sum(originals) as originals,
        sum(originals_counted) as originals_counted,
        sum(interactions) as interactions
    from by_network
    group by period_month, person_id, content_format

),

customer_totals as (

    select
        period_month,
        network,
        person_id,
        sum(cast(activities as double)) as posts
    from customer_posts
    group by period_month, network, person_id

),

memberships as (

    select * from {{ ref('int_customer_segments') }}

),

totals as (

    select
        memberships.period_month,
        memberships.segmentation,
        memberships.segment,
        customer_totals.network,
        count(*) as authors,
        sum(customer_totals.posts * customer_totals.posts) as posts_squared
    from customer_totals
    inner join memberships
        on
            customer_totals.period_month = memberships.period_month
            and customer_totals.person_id = memberships.person_id
    group by memberships.period_month, memberships.segmentation, memberships.segment, customer_totals.network

),

by_format as (

    select
        memberships.period_month,
        memberships.segmentation,
        memberships.segment,
        customer_posts.network,
        customer_posts.content_format,
        count(*) as contributors,
        sum(customer_posts.activities) as activities,
        sum(cast(customer_posts.activities as double) * customer_posts.activities) as activities_squared,
        sum(customer_posts.activities * customer_totals.posts) as posts_product,
        sum(customer_posts.originals) as originals,
        count(case when customer_posts.originals_counted > 0 then 1 end) as authors_counted,
        sum(customer_posts.originals_counted) as originals_counted,
        sum(cast(customer_posts.originals_counted as double) * customer_posts.originals_counted) as counted_squared,
        sum(customer_posts.interactions) as interactions,
        sum(cast(customer_posts.interactions as double) * customer_posts.interactions) as interactions_squared,
        sum(cast(customer_posts.interactions as double) * customer_posts.originals_counted) as interactions_product
    from customer_posts
    inner join customer_totals
        on
            customer_posts.period_month = customer_totals.period_month
            and customer_posts.network = customer_totals.network
            and customer_posts.person_id = customer_totals.person_id
    inner join memberships
        on
            customer_posts.period_month = memberships.period_month
            and customer_posts.person_id = memberships.person_id
    group by
        memberships.period_month,
        memberships.segmentation,
        memberships.segment,
        customer_posts.network,
        customer_posts.content_format

)

select
    by_format.*,
    totals.authors,
    totals.posts_squared
from by_format
inner join totals
    on
        by_format.period_month = totals.period_month
        and by_format.segmentation = totals.segmentation
        and by_format.segment = totals.segment
        and by_format.network = totals.network
