{# Precedence, best first; 1 to 4 are the persona's own words, the others speak for contacts, and for professional
   profiles of theirs. #}
{% set precedence = [
    'organization_account', 'staff', 'profile_field', 'bio', 'email_domain', 'crm_account', 'opportunity_role',
    'crm_employer',
] %}
-- The organisation a persona speaks for, over time: intervals that do not overlap. What its own profile said at that
-- time comes before the domain of its address, and that before the employer its person has in the CRM. A personal
-- persona speaks for nobody unless it says so. One row per persona_id and valid_from.

with candidates as (
    select * from {{ ref('int_organization_candidates') }}
),

ranked as (
    select
        persona_id,
        source,
        organization_id,
        valid_from,
        case when is_open then timestamptz '9999-01-01 00:00:00+00' else valid_to end as valid_to,
        list_position({{ precedence }}, source) as rank
    from candidates
),

edges as (
    select
        persona_id,
        instant as starts_at,
        lead(instant) over (partition by persona_id order by instant) as ends_at
    from (
        select
            persona_id,
            valid_from as instant
        from ranked
        union
        select
            persona_id,
            valid_to
        from ranked
    ) as instants
),

-- within each stretch between two changes the best claim wins, of equal ones the younger, then by name
winners as (
    select
        edges.persona_id,
        edges.starts_at,
        edges.ends_at,
        ranked.organization_id,
        ranked.source
    from edges
    inner join ranked
        on
            edges.persona_id = ranked.persona_id
            and edges.starts_at >= ranked.valid_from
            and edges.ends_at <= ranked.valid_to
    where edges.ends_at is not null
    qualify
        row_number() over (
            partition by edges.persona_id, edges.starts_at
            order by ranked.rank asc, ranked.valid_from desc, ranked.organization_id asc
        ) = 1
),

joined as (
    select
        *,
        sum(is_new) over (partition by persona_id order by starts_at) as stretch
    from (
        select
            *,
            case
                when
                    lag(organization_id) over in_order = organization_id and lag(source) over in_order = source
                    and lag(ends_at) over in_order = starts_at
                    then 0
                else 1
            end as is_new
        from winners
        window in_order as (partition by persona_id order by starts_at)
    ) as marked
)

select
    persona_id,
    min(organization_id) as organization_id,
    min(source) as source,
    min(starts_at) as valid_from,
    nullif(max(ends_at), timestamptz '9999-01-01 00:00:00+00') as valid_to
from joined
group by persona_id, stretch
