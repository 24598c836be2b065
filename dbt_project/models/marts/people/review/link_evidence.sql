with evidence as (

    select * from {{ linked('link_evidence') }}

)

select
    -- grain
    left_persona_id,
    right_persona_id,
    comparison,

    -- what was found
    meaning,
    level,
    label,
    round(cast(weight as double), 9) as weight
from evidence
