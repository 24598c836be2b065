{# Estimates from reviewed audit samples go before those from the sample company's truth. #}
with quality as (

    select * from {{ source('identity', 'quality') }}

),

ranked as (

    select
        segment,
        network,
        value as link_recall,
        row_number() over (
            partition by segment, network
            order by case when basis = 'audit_sample' then 0 else 1 end asc, model_version desc
        ) as preference
    from quality
    where measure = 'link_recall' and segment is not null and network is not null

)

select
    segment,
    network,
    link_recall
from ranked
where preference = 1
