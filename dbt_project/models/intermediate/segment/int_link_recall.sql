{# Estimates from reviewed audit samples go before those from the sample company's truth, of several models the one
   that rests on most pairs. #}
with quality as (

    select * from {{ source('identity', 'quality') }}

),

ranked as (

    select
        stratum_kind as segmentation,
        segment,
        network,
        round(cast(value as double), 9) as link_recall,
        row_number() over (
            partition by stratum_kind, segment, network
            order by case when basis = 'audit_sample' then 0 else 1 end asc, pairs desc, model_version desc
        ) as preference
    from quality
    where measure = 'link_recall' and segment is not null and network is not null

)

select
    segmentation,
    segment,
    network,
    link_recall
from ranked
where preference = 1
