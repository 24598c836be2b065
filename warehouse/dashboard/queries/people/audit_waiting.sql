-- Pairs of the audit that nobody answered, from a place on; in an order that says nothing of them.
-- Given: `decided` and `drawn`, the pairs that somebody decided on, and that were drawn for the audit.
-- needs: persona_details
with placed as (

    select
        drawn.*,
        row_number() over (order by md5(left_persona_id || right_persona_id)) as place
    from drawn

),

waiting as (

    select placed.*
    from placed
    anti join decided using (left_persona_id, right_persona_id)
    semi join persona_details as l on placed.left_persona_id = l.persona_id
    semi join persona_details as r on placed.right_persona_id = r.persona_id

),

facts as (

    select
        count(*) as waiting,
        max(place) filter (where place < $at) as before
    from waiting

)

select
    waiting.left_persona_id,
    waiting.right_persona_id,
    waiting.place,
    facts.waiting,
    facts.before
from waiting
cross join facts
where waiting.place >= $at
order by waiting.place
limit $most
