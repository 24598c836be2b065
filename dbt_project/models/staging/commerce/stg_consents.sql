{# Of what one source said of an instant its newest observations hold, they correct the older ones; of what then
   remains, of several sources or of one file, a refusal holds; a word that nobody knows may be one. #}
with observations as (

    select
        *,
        max(observed_at) over (partition by source, contact_id, purpose, "at") as source_last_observed_at
    from {{ source('lake', 'consents') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by contact_id, purpose, "at"
            order by
                case when status = 'granted' then 1 else 0 end asc,
                observed_at desc,
                record_hash asc,
                source asc,
                source_file_sha256 asc,
                source_record asc
        ) as preference
    from observations
    where observed_at = source_last_observed_at

)

select
    {{ staged_columns('consents', instead={
        'status': "case when status in ('granted', 'objected', 'withdrawn') then status else 'objected' end",
    }) }}
from ranked
where preference = 1
