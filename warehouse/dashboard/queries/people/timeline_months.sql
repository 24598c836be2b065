-- How often something happened with a person, by month and channel.
-- needs: timeline
select
    channel,
    cast(date_trunc('month', happened_at) as date) as month,
    count(*) as events
from timeline
where person_id = $person
group by channel, month
order by channel, month
