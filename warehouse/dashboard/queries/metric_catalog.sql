-- What each metric means, by its newest formula.
-- needs: metric_catalog
select
    mart,
    metric,
    definition,
    formula,
    unit
from metric_catalog
qualify row_number() over (partition by mart, metric order by formula_version desc) = 1
order by mart, metric
