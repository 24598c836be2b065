-- What was compared of a pair, the starting weight first, then the weightiest.
-- needs: link_evidence
select
    meaning,
    label,
    weight
from link_evidence
where left_persona_id = $left and right_persona_id = $right
order by comparison <> 'prior', abs(weight) desc, comparison
