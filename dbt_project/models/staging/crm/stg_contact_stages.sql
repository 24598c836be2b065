{# stg_contacts keeps what was last said of a contact alone; this keeps what every observation said of its stage.
   A later observation corrects an earlier one from the day on which it says the stage began. #}
with observations as (

    select * from {{ source('lake', 'contacts') }}

),

stated as (

    select
        contact_id,
        stage,
        coalesce(stage_from, {{ just_before('observed_at') }}) as holds_from,
        stage_from is not null as is_dated,
        observed_at,
        record_hash
    from observations
    where stage is not null

),

with_later as (

    select
        *,
        min(holds_from) over (
            partition by contact_id
            order by observed_at asc, record_hash desc, stage asc
            rows between 1 following and unbounded following
        ) as corrected_from
    from stated

),

standing as (

    select
        contact_id,
        holds_from,
        max(stage) as stage,
        bool_or(is_dated) as is_dated
    from with_later
    where corrected_from is null or corrected_from > holds_from
    group by contact_id, holds_from

)

select
    contact_id,
    holds_from,
    lead(holds_from) over (partition by contact_id order by holds_from asc) as holds_to,
    stage,
    is_dated
from standing
