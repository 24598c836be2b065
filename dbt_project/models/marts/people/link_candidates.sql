with candidates as (

    select * from {{ linked('link_candidates') }}

)

select
    -- grain
    network,
    profile_id,
    person_id,

    -- how sure
    round(cast(pair_probability as double), 9) as pair_probability,
    round(cast(probability as double), 9) as probability,
    link_status,

    -- why
    profile_persona_id,
    best_persona_id,
    cast(graph_ratio as double) as graph_ratio
from candidates
