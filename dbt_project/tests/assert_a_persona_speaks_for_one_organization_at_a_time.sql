-- Intervals of one persona that overlap: at some instant it would speak for two organisations.
select
    earlier.persona_id,
    earlier.valid_from,
    later.valid_from as overlapped_from
from {{ ref('int_persona_organizations') }} as earlier
inner join {{ ref('int_persona_organizations') }} as later
    on earlier.persona_id = later.persona_id and earlier.valid_from < later.valid_from
where earlier.valid_to is null or earlier.valid_to > later.valid_from
