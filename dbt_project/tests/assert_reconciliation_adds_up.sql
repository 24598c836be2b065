-- Nothing is lost and nothing appears: what went into a stage was kept, known already, or refused.
select
    source,
    file_name,
    stage,
    read,
    accepted,
    duplicate,
    rejected
from {{ ref('reconciliation') }}
where
    read <> accepted + duplicate + rejected
    or least(read, accepted, duplicate, rejected) < 0
