-- What became of every record, by stage, source and reason.
-- needs: reconciliation
select
    stage,
    source,
    outcome,
    reason_code,
    count(*) as files,
    cast(sum(read) as bigint) as read,
    cast(sum(accepted) as bigint) as accepted,
    cast(sum(duplicate) as bigint) as duplicate,
    cast(sum(rejected) as bigint) as rejected
from reconciliation
where withdrawn_at is null
group by stage, source, outcome, reason_code
order by stage, source, outcome, reason_code
