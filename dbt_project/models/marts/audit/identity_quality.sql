with quality as (

    select * from {{ linked('quality') }}

)

select
    -- grain
    model_version,
    measure,
    stratum_kind,
    stratum,
    coalesce(network, 'all') as network,
    basis,

    -- how much
    round(cast(value as double), 9) as value,
    round(cast(low as double), 9) as low,
    round(cast(high as double), 9) as high,
    cast(pairs as bigint) as pairs
from quality
