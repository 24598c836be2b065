{# Wholes whose shares do not add up to 1 (to less where a part is hidden), or that lack a part. `whole` lists the
   columns that name a whole, `rows_of_whole` says how many parts each has, where that is known. #}
{% macro shares_that_do_not_add_up(relation, share, whole, rows_of_whole=none) -%}
    select
        {{ whole }},
        count(*) as parts,
        round(sum({{ share }}), 9) as total
    from {{ relation }}
    group by {{ whole }}
    having
        sum({{ share }}) > 1 + 1e-6
        or (count(case when is_suppressed then 1 end) = 0 and sum({{ share }}) < 1 - 1e-6)
        {%- if rows_of_whole %}
            or count(*) <> {{ rows_of_whole }}
        {%- endif %}
{%- endmacro %}

{# Segmentations whose customers are not all customers, where nothing is hidden: every customer is in exactly one segment
   of each. `group_columns` are the grain but segmentation and segment. #}
{% macro segments_that_do_not_add_up(relation, group_columns) -%}
    with totals as (

        select
            {{ group_columns }},
            segmentation,
            sum(customers) as customers,
            count(case when is_suppressed then 1 end) as hidden
        from {{ relation }}
        group by {{ group_columns }}, segmentation

    ),

    everyone as (

        select
            {{ group_columns }},
            customers as customers_in_all
        from totals
        where segmentation = 'all' and hidden = 0

    )

    select
        {{ group_columns }},
        segmentation,
        customers,
        customers_in_all
    from totals
    inner join everyone using ({{ group_columns }})
    where hidden = 0 and customers <> customers_in_all
{%- endmacro %}
