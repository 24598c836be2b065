{# A network shows much of a profile in one answer and little in another: absent is not emptied. So each column holds
   what was last said of it; a deletion, once said, stands, though later exports may still list the account. #}
{% set canonical = canonical_tables()['profiles'] %}

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
        {{ staged_provenance() }}
    from ranked
    where newness = 1

),

last_stated as (

    select
        {% for column in canonical['columns'] if column not in canonical['key'] -%}
            min_by({{ column }}, newness) filter (where {{ column }} is not null) as {{ column }},
        {% endfor -%}
        network,
        profile_id
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
    {{ staged_columns('profiles', relation='last_stated', provenance='newest', instead={
        'deleted_at': 'coalesce(last_stated.deleted_at, withdrawn.deleted_at)',
    }) }}
from newest
inner join last_stated on newest.network = last_stated.network and newest.profile_id = last_stated.profile_id
left join withdrawn on newest.network = withdrawn.network and newest.profile_id = withdrawn.profile_id
