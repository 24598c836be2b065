{# link_recall of every segment on every network: as measured, else as the model itself expects: the share of the
   probability of all candidates that accepted links hold. Over all networks it is measured, or the mean of what is
   measured on each of them by one method, weighted by that probability; else the model's. #}
with sums as (

    select * from {{ ref('int_segment_networks') }}

),

measured as (

    select * from {{ ref('int_link_recall') }}

),

parts as (

    select
        sums.period_month,
        sums.segmentation,
        sums.segment,
        sum(sums.candidate_sum * measured.link_recall) / nullif(sum(sums.candidate_sum), 0) as link_recall,
        min(measured.link_recall_method) as link_recall_method,
        bool_or(measured.link_recall_is_upper_bound) as link_recall_is_upper_bound
    from sums
    left join measured
        on
            sums.segmentation = measured.segmentation
            and sums.segment = measured.segment
            and sums.network = measured.network
    where sums.network <> '{{ all_networks() }}' and sums.candidate_sum > 0
    group by sums.period_month, sums.segmentation, sums.segment
    having
        count(*) = count(measured.link_recall)
        and min(measured.link_recall_method) = max(measured.link_recall_method)

),

losses as (

    select max(cast(value as double)) as blocking_loss
    from {{ linked('quality') }}
    where measure = 'blocking_loss' and network is null and segment is null

)

select
    sums.period_month,
    sums.segmentation,
    sums.segment,
    sums.network,
    round(coalesce(
        measured.link_recall,
        parts.link_recall,
        sums.accepted_sum / nullif(sums.candidate_sum, 0) * (1 - coalesce(losses.blocking_loss, 0))
    ), 9) as link_recall,
    coalesce(
        measured.link_recall_method,
        parts.link_recall_method,
        case when sums.candidate_sum > 0 then 'model' end
    ) as link_recall_method,
    coalesce(
        measured.link_recall_is_upper_bound,
        parts.link_recall_is_upper_bound,
        case when sums.candidate_sum > 0 then losses.blocking_loss is null end
    ) as link_recall_is_upper_bound
from sums
cross join losses
left join measured
    on
        sums.segmentation = measured.segmentation
        and sums.segment = measured.segment
        and sums.network = measured.network
left join parts
    on
        sums.period_month = parts.period_month
        and sums.segmentation = parts.segmentation
        and sums.segment = parts.segment
        and sums.network = '{{ all_networks() }}'
