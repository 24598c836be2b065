{# When a source was last looked at: by its records' own times, by observed_on or the day in a file's name; by a file's
   clock only where nothing else tells. A file that brought nothing new was a look, too. #}
with files as (

    select
        source,
        source_file_sha256,
        max(file_observed_at) as observed_at,
        bool_and(file_observed_by = 'file_clock') as is_of_clock
    from {{ source('inputs', 'files') }}
    where outcome = 'landed'
    group by source, source_file_sha256

),

landed as (

    {% for table in canonical_tables() -%}
        select
            source,
            source_file_sha256,
            observed_at
        from {{ source('lake', table) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

dated as (

    select
        landed.source,
        landed.source_file_sha256,
        max(landed.observed_at) as observed_at
    from landed
    left join files
        on landed.source = files.source and landed.source_file_sha256 = files.source_file_sha256
    where files.source is null or not files.is_of_clock or landed.observed_at <> files.observed_at
    group by landed.source, landed.source_file_sha256

),

looks as (

    select
        source,
        observed_at,
        false as is_of_clock
    from dated

    union all

    select
        files.source,
        files.observed_at,
        files.is_of_clock
    from files
    left join dated on files.source = dated.source and files.source_file_sha256 = dated.source_file_sha256
    where dated.source is null

)

select
    source,
    coalesce(max(case when not is_of_clock then observed_at end), max(observed_at)) as last_observed_at,
    bool_and(is_of_clock) as is_of_clock
from looks
where observed_at is not null
group by source
