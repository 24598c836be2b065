-- What records say of where a persona works, over time: one row per persona, source, and while it was said. What a
-- persona said first holds since it came into being; what it said last has no end.

with mentions as (
    select * from {{ ref('int_organization_mentions') }}
),

changes as (
    select
        *,
        lag(value) over persona_order as value_before,
        max(observed_at) over (partition by persona_id, source) as last_observed_at
    from mentions
    window persona_order as (partition by persona_id, source order by observed_at)
),

islands as (
    select
        *,
        lead(observed_at) over (partition by persona_id, source order by observed_at) as next_at
    from changes
    where value_before is distinct from value
)

select
    persona_id,
    source,
    value,
    case
        when value_before is null then least(coalesce(created_at, observed_at), observed_at)
        else {{ just_before('observed_at') }}
    end as valid_from,
    case when next_at is not null then {{ just_before('next_at') }} end as valid_to,
    observed_at as first_observed_at,
    coalesce({{ just_before('next_at') }}, last_observed_at) as last_observed_at
from islands
where value <> ''
