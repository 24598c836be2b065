-- How good the links are, by whatever was measured.
-- needs: identity_quality
select
    measure,
    basis,
    stratum_kind,
    stratum,
    network,
    value,
    low,
    high,
    pairs
from identity_quality
order by measure, basis, stratum_kind, stratum, network
