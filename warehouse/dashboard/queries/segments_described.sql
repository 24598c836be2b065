-- Segments with the words that the company has for them.
-- needs: segments
select
    segmentation,
    segment,
    label,
    definition,
    position
from segments
order by segmentation, position
