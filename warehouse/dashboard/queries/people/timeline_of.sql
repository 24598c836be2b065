-- What a person did and what happened with it, the newest first; of one channel where one is given.
-- needs: timeline
select
    happened_at,
    is_time_observed,
    event_kind,
    channel,
    detail,
    event_id,
    link_probability,
    source,
    source_record
from timeline
where person_id = $person and ($channel is null or channel = $channel)
order by event_number desc
limit $most
offset $skip
