-- How good the links are as a whole.
-- needs: identity_quality
select
    measure,
    basis,
    value,
    low,
    high,
    pairs
from identity_quality
where stratum_kind = 'all' and stratum = 'all' and network = 'all'
order by measure, basis
