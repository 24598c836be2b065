{# Rows of the lake and what became of them in staging, counted by file and table, each side for itself. #}
with landed as (

    {% for table, canonical in canonical_tables().items() -%}
        select
            '{{ table }}' as canonical_table,
            source,
            source_file_sha256,
            count(*) as row_count,
            count(case when {{ 'is_deleted' if canonical['drops_deleted'] else 'false' }} then 1 end) as deleted
        from {{ source('lake', table) }}
        group by source, source_file_sha256
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

kept as (

    {% for table in canonical_tables() -%}
        select
            '{{ table }}' as canonical_table,
            source,
            source_file_sha256,
            count(*) as row_count
        from {{ ref('stg_' ~ table) }}
        group by source, source_file_sha256
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
    -- rows that gave a value to a newer one
    {% for table, canonical in canonical_tables().items() if canonical['merges_columns'] -%}
        union all
        select
            '{{ table }}' as canonical_table,
            adding.source,
            adding.source_file_sha256,
            count(*) as row_count
        from ({{ rows_that_add(source('lake', table), table) }}) as adding
        inner join {{ ref('stg_' ~ table) }}
            using ({{ canonical['key'] | join(', ') }})
        group by adding.source, adding.source_file_sha256
    {% endfor %}

),

staged as (

    select
        canonical_table,
        source,
        source_file_sha256,
        sum(row_count) as row_count
    from kept
    group by canonical_table, source, source_file_sha256

)

select
    landed.canonical_table,
    landed.source,
    landed.source_file_sha256,
    landed.row_count as rows_landed,
    landed.deleted as rows_deleted,
    coalesce(staged.row_count, 0) as rows_kept
from landed
left join staged
    on
        landed.canonical_table = staged.canonical_table
        and landed.source = staged.source
        and landed.source_file_sha256 = staged.source_file_sha256
