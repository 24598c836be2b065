{# Which figures of a segment are hidden, on each network and over all of them. #}
with measured as (

    select
        presence.*,
        remainders.leaves_active,
        remainders.leaves_passive,
        remainders.leaves_untimed,
        remainders.leaves_connected,
        parameters.min_cell
    from {{ ref('int_segment_presence') }} as presence
    cross join {{ ref('int_parameters') }} as parameters
    left join {{ ref('int_segment_remainders') }} as remainders
        on
            presence.period_month = remainders.period_month
            and presence.segmentation = remainders.segmentation
            and presence.segment = remainders.segment
    where presence.network = '{{ all_networks() }}'

),

guarded as (

    {{ guard_small_cells('measured', ['period_month', 'segmentation', 'network'], presence_numerators()) }}

)

select * from {{ ref('int_guarded_networks') }} -- noqa: AM04
union all
select * from guarded
