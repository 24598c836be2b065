-- What was read, and what of it could not be used.
-- needs: reconciliation
select
    stage,
    cast(sum(read) as bigint) as read,
    cast(sum(rejected) as bigint) as rejected
from reconciliation
where withdrawn_at is null
group by stage
order by stage
