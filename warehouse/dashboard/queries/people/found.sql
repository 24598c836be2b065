-- Persons of whom a persona goes by the words given, the nearest first: by id, masked address, handle, name.
-- needs: persona_details
with found as (

    select
        person_id,
        persona_id,
        case
            when person_id = $words or persona_id = $words or native_id = $words then 1
            when masked_email = $masked then 2
            when lower(handle) = lower(ltrim($words, '@')) then 3
            when lower(name) = lower($words) then 4
            when contains(lower(name), lower($words)) or contains(lower(handle), lower($words)) then 5
        end as nearness
    from persona_details

),

persons_found as (

    select
        person_id,
        min(nearness) as nearness,
        min_by(persona_id, (nearness, persona_id)) as persona_id,
        count(*) over () as found
    from found
    where nearness is not null
    group by person_id
    order by nearness, person_id
    limit $most

)

select
    persons_found.person_id,
    details.name,
    details.network,
    details.handle,
    details.masked_email,
    details.place,
    details.employer,
    persons_found.nearness,
    persons_found.found
from persons_found
inner join persona_details as details
    on
        persons_found.persona_id = details.persona_id
        and details.rowid in (
            select looked_up.rowid
            from persona_details as looked_up
            inner join persons_found as near on looked_up.persona_id = near.persona_id
        )
order by persons_found.nearness, details.name, persons_found.person_id
