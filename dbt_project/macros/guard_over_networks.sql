{# Select of all columns of `relation` and what guard_small_cells adds, for figures that add up over networks: so that the
   figure of all networks, less those of the networks shown, is not that of a single hidden one, or of fewer than k
   customers. `relation` holds rows of single networks and of all; `people` is a relation with a row per person, network
   and month behind the figures, and `parts` are the columns of both that divide a network. #}
{% macro guard_over_networks(relation, people, parts, numerators={}) -%}
    {%- set group = ['period_month', 'segmentation', 'network'] + parts -%}
    {%- set keys = ['period_month', 'segmentation', 'segment'] + parts -%}
    with single_networks as (
        select
            *,
            false as leaves_too_little
        from {{ relation }}
        where network <> '{{ all_networks() }}'
    ),

    guarded_networks as (
        {{ guard_small_cells('single_networks', group, numerators) }}
    ),

    left_over as (
        select
            {% for key in keys -%}
                guarded_networks.{{ key }},
            {% endfor -%}
            count(distinct guarded_networks.network) = 1
            or count(distinct memberships.person_id) < max(guarded_networks.min_cell) as leaves_too_little
        from guarded_networks
        inner join {{ people }} as people
            on
                guarded_networks.period_month = people.period_month
                and guarded_networks.network = people.network
                {%- for part in parts %}
                    and guarded_networks.{{ part }} = people.{{ part }}
                {%- endfor %}
        inner join {{ ref('int_customer_segments') }} as memberships
            on
                guarded_networks.period_month = memberships.period_month
                and guarded_networks.segmentation = memberships.segmentation
                and guarded_networks.segment = memberships.segment
                and people.person_id = memberships.person_id
        where guarded_networks.is_suppressed and guarded_networks.contributors > 0
        group by
            {%- for key in keys %}
                guarded_networks.{{ key }}{{ ',' if not loop.last }}
            {%- endfor %}
    ),

    all_networks_together as (
        select
            measured.*,
            left_over.leaves_too_little
        from {{ relation }} as measured
        left join left_over
            on
                {% for key in keys -%}
                    measured.{{ key }} = left_over.{{ key }}{{ ' and ' if not loop.last }}
                {% endfor %}
        where measured.network = '{{ all_networks() }}'
    ),

    guarded_together as (
        {{ guard_small_cells('all_networks_together', group, numerators, also_small='leaves_too_little') }}
    )

    select * from guarded_networks
    union all
    select * from guarded_together
{%- endmacro %}
