-- Names and handles of some personas.
-- needs: persona_details
select
    persona_id,
    coalesce(name, handle, persona_id) as name
from persona_details
where
    rowid in (
        select rowid
        from persona_details
        where list_contains($ids, persona_id)
    )
order by persona_id
