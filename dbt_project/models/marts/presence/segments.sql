select
    -- grain
    segmentation,
    segment,

    -- what it is
    cast(position as bigint) as position,
    upper(left(segment, 1)) || substr(segment, 2) as label,
    definition
from {{ ref('int_segments') }}
