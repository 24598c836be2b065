{# Select of all columns of `relation`, is_suppressed, and hides_<numerator> for each of `numerators`. The relation needs
   customers, contributors and min_cell; `group` is its grain without the segment.
   A row is small where customers < k or 0 < contributors < k. So that no small row can be had by subtraction, the next
   smallest of its group go with it (ties by name) until two rows are gone whose customers add up to k, and whose
   contributors to 0 or k; if all but one are gone, all go.
   A numerator is a number of customers on which some measures alone rest. Where 0 < n < k they are hidden though the row
   is shown, and so are those of the next smallest rows, by the same rule; `numerators` may add a condition under which
   one counts as small, as `also_small` does for rows. `has_total`: figures of the whole group are published, too. #}
{% macro guard_small_cells(relation, group, numerators={}, also_small=none, has_total=true) -%}
    {%- set keys = group | join(', ') -%}
    with guarded_rows as (
        select
            hiding.*,
            is_hidden
            or (
                sum(case when is_hidden then 1 else 0 end) over (partition by {{ keys }}) > 0
                and sum(case when is_hidden then 0 else 1 end) over (partition by {{ keys }}) <= 1
            ) as is_suppressed
        from (
            select
                ordered.*,
                is_small
                or (
                    small_rows > 0
                    and (
                        rows_before < 2
                        or customers_before < min_cell
                        {%- if has_total %}
                            or (contributors_before > 0 and contributors_before < min_cell)
                        {%- endif %}
                    )
                ) as is_hidden
            from (
                select
                    sized.*,
                    sum(case when is_small then 1 else 0 end) over (partition by {{ keys }}) as small_rows,
                    count(*) over earlier as rows_before,
                    coalesce(sum(customers) over earlier, 0) as customers_before,
                    coalesce(sum(contributors) over earlier, 0) as contributors_before
                from (
                    select
                        *,
                        customers < min_cell
                        or (contributors > 0 and contributors < min_cell)
                        {%- if also_small %}
                            or (contributors > 0 and coalesce({{ also_small }}, false))
                        {%- endif %} as is_small
                    from {{ relation }}
                ) as sized
                window earlier as (
                    partition by {{ keys }} order by is_small desc, customers asc, segment asc
                    rows between unbounded preceding and 1 preceding
                )
            ) as ordered
        ) as hiding
    )

    {%- for numerator, also_small in numerators.items() %},

    gone_{{ numerator }} as (
        select
            *,
            is_suppressed
            or ({{ numerator }} > 0 and {{ numerator }} < min_cell)
            {%- if also_small %}
                or ({{ numerator }} > 0 and coalesce({{ also_small }}, false))
            {%- endif %} as loses_{{ numerator }}
        from {{ 'hidden_' ~ loop.previtem[0] if loop.previtem else 'guarded_rows' }}
    ),

    ordered_{{ numerator }} as (
        select
            *,
            sum(case when loses_{{ numerator }} then {{ numerator }} else 0 end) over (partition by {{ keys }})
                as lost_{{ numerator }},
            count(*) over earlier as rows_before_{{ numerator }},
            coalesce(sum({{ numerator }}) over earlier, 0) as before_{{ numerator }}
        from gone_{{ numerator }}
        window earlier as (
            partition by {{ keys }}
            order by loses_{{ numerator }} desc, {{ numerator }} = 0 asc, {{ numerator }} asc, segment asc
            rows between unbounded preceding and 1 preceding
        )
    ),

    hidden_{{ numerator }} as (
        select
            *,
            {{ numerator }} > 0
            and (
                loses_{{ numerator }}
                or (
                    lost_{{ numerator }} > 0
                    and (rows_before_{{ numerator }} < 2 or before_{{ numerator }} < min_cell)
                )
            ) as hides_{{ numerator }}
        from ordered_{{ numerator }}
    )
    {%- endfor %}

    select * from {{ 'hidden_' ~ (numerators | list | last) if numerators else 'guarded_rows' }}
{%- endmacro %}
