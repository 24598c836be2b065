{# Which figures of a segment on each single network are hidden. #}
with measured as (

    select
        presence.*,
        false as leaves_active,
        false as leaves_passive,
        false as leaves_untimed,
        false as leaves_connected,
        parameters.min_cell
    from {{ ref('int_segment_presence') }} as presence
    cross join {{ ref('int_parameters') }} as parameters
    where presence.network <> '{{ all_networks() }}'

),

guarded as (

    {{ guard_small_cells('measured', ['period_month', 'segmentation', 'network'], presence_numerators()) }}

)

select * from guarded -- noqa: AM04
