with metrics as (

    select * from {{ ref('metrics') }}

)

select
    -- grain
    mart,
    metric,
    cast(formula_version as integer) as formula_version,

    -- meaning
    definition,
    formula,
    unit,
    cast(valid_from as date) as valid_from,
    source
from metrics
