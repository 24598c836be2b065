{# Select of all columns of `relation` and is_suppressed. The relation needs customers, contributors and min_cell;
   `group` is its grain without the segment.
   A row is small where customers < k or 0 < contributors < k. So that no small row can be had by subtraction, the next
   smallest of its group go with it (ties by name) until two rows are gone whose customers add up to k; if all but one
   are gone, all go. #}
{% macro guard_small_cells(relation, group) -%}
    {%- set keys = group | join(', ') -%}
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
            is_small or (small_rows > 0 and (rows_before < 2 or customers_before < min_cell)) as is_hidden
        from (
            select
                sized.*,
                sum(case when is_small then 1 else 0 end) over (partition by {{ keys }}) as small_rows,
                row_number() over (
                    partition by {{ keys }} order by is_small desc, customers asc, segment asc
                ) - 1 as rows_before,
                coalesce(sum(customers) over (
                    partition by {{ keys }} order by is_small desc, customers asc, segment asc
                    rows between unbounded preceding and 1 preceding
                ), 0) as customers_before
            from (
                select
                    *,
                    customers < min_cell or (contributors > 0 and contributors < min_cell) as is_small
                from {{ relation }}
            ) as sized
        ) as ordered
    ) as hiding
{%- endmacro %}
