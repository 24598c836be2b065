with customer_posts as (

    select * from {{ ref('int_customer_posts') }}

),

memberships as (

    select * from {{ ref('int_customer_segments') }}

)

select
    memberships.period_month,
    memberships.segmentation,
    memberships.segment,
    customer_posts.network,
    customer_posts.content_format,
    count(*) as contributors,
    sum(customer_posts.activities) as activities,
    sum(customer_posts.originals) as originals,
    sum(customer_posts.originals_counted) as originals_counted,
    sum(customer_posts.interactions) as interactions
from customer_posts
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
