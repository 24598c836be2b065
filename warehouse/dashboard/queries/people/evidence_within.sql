-- What was compared of personas of one person with one another, in words, the weightiest first.
-- needs: link_evidence
with inside as (

    select *
    from link_evidence
    where list_contains($ids, left_persona_id) and list_contains($ids, right_persona_id)

)

select
    left_persona_id,
    right_persona_id,
    string_agg(
        meaning || ': ' || label || format(' ({:+.1f} bits)', weight), '; '
        order by abs(weight) desc, comparison
    ) filter (where comparison <> 'prior' and abs(weight) >= 0.05) as evidence,
    sum(weight) as bits
from inside
group by left_persona_id, right_persona_id
order by bits desc, left_persona_id, right_persona_id
