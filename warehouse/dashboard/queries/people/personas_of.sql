-- The personas of a person, with what holds each in it.
-- needs: persona_details
select
    persona_id,
    persona_type,
    network,
    name,
    handle,
    place,
    language,
    employer,
    title,
    masked_email,
    created_at,
    probability,
    link_status,
    decided_by,
    rule
from persona_details
where
    rowid in (
        select rowid
        from persona_details
        where person_id = $person
    )
order by persona_type <> 'contact', probability desc nulls last, persona_id
