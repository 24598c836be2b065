{# A network shows much of a profile in one answer and little in another: absent is not emptied. So each column holds
   what was last said of it; a deletion, once said, stands, though later exports may still list the account. #}
{% set stated = [
    'handle', 'display_name', 'bio', 'urls', 'also_known_as', 'location', 'country', 'time_zone', 'language',
    'employer', 'job_title', 'email', 'avatar_url', 'is_verified', 'is_bot', 'is_organization', 'is_staff',
    'is_protected', 'created_at', 'modified_at',
] %}

with observations as (

    select * from {{ source('lake', 'profiles') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by network, profile_id
            order by
                observed_at desc, modified_at desc nulls last,
                record_hash asc, source asc, source_file_sha256 asc, source_record asc
        ) as newness
    from observations

),

newest as (

    select
        network,
        profile_id,
        source,
        source_file_sha256,
        source_record,
        observed_at,
        ingested_at,
        record_hash
    from ranked
    where newness = 1

),

last_stated as (

    select
        network,
        profile_id,
        {% for column in stated -%}
            min_by({{ column }}, newness) filter (where {{ column }} is not null) as {{ column }},
        {% endfor -%}
        min_by(deleted_at, newness) filter (where deleted_at is not null) as deleted_at
    from ranked
    group by network, profile_id

),

withdrawn as (

    select
        network,
        subject_id as profile_id,
        min(withdrawn_at) as deleted_at
    from {{ ref('stg_withdrawn') }}
    where has_effect and subject_kind = 'profile'
    group by network, subject_id

)

select
    newest.network,
    newest.profile_id,
    {%- for column in stated %}
        last_stated.{{ column }},
    {%- endfor %}
    coalesce(last_stated.deleted_at, withdrawn.deleted_at) as deleted_at,

    -- provenance
    newest.source,
    newest.source_file_sha256,
    newest.source_record,
    newest.observed_at,
    newest.ingested_at,
    newest.record_hash
from newest
inner join last_stated on newest.network = last_stated.network and newest.profile_id = last_stated.profile_id
left join withdrawn on newest.network = withdrawn.network and newest.profile_id = withdrawn.profile_id
