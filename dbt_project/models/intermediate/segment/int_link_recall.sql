{# Estimates from reviewed audit samples go before those from the sample company's truth, of several models the one
   that rests on most pairs. `all` is the estimate over all networks. An audit knows of compared pairs alone: what
   blocking never compared is taken off where it was measured, else the recall is an upper bound. #}
with quality as (

    select * from {{ linked('quality') }}

),

losses as (

    select
        model_version,
        max(cast(value as double)) as blocking_loss
    from quality
    where measure = 'blocking_loss' and network is null and segment is null
    group by model_version

),

ranked as (

    select
        quality.stratum_kind as segmentation,
        quality.segment,
        coalesce(quality.network, '{{ all_networks() }}') as network,
        cast(quality.value as double) as found_share,
        case when quality.basis = 'audit_sample' then 'audit' else 'truth' end as link_recall_method,
        losses.blocking_loss,
        row_number() over (
            partition by quality.stratum_kind, quality.segment, quality.network
            order by
                case when quality.basis = 'audit_sample' then 0 else 1 end asc,
                quality.pairs desc,
                quality.model_version desc
        ) as preference
    from quality
    left join losses on quality.model_version = losses.model_version
    where quality.measure = 'link_recall' and quality.segment is not null

)

select
    segmentation,
    segment,
    network,
    round(
        found_share * case when link_recall_method = 'truth' then 1 else 1 - coalesce(blocking_loss, 0) end, 9
    ) as link_recall,
    link_recall_method,
    link_recall_method <> 'truth' and blocking_loss is null as link_recall_is_upper_bound
from ranked
where preference = 1
