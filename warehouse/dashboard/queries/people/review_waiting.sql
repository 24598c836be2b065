-- Pairs that wait for a reviewer from a place in the queue on, how many wait, and the place before.
-- Given: `decided` and `drawn`, the pairs that somebody decided on, and that wait in the audit.
-- needs: review_queue
with waiting as (

    select
        left_persona_id,
        right_persona_id,
        queue_rank
    from review_queue
    anti join decided using (left_persona_id, right_persona_id)
    anti join drawn using (left_persona_id, right_persona_id)

),

facts as (

    select
        count(*) as waiting,
        max(queue_rank) filter (where queue_rank < $at) as before
    from waiting

),

asked as (

    select queue_rank
    from waiting
    where queue_rank >= $at
    order by queue_rank
    limit $most

)

select
    queue.left_persona_id,
    queue.right_persona_id,
    queue.left_person_id,
    queue.right_person_id,
    queue.reason,
    queue.rule_sentence,
    queue.pair_probability,
    queue.probability,
    queue.queue_rank as place,
    facts.waiting,
    facts.before
from review_queue as queue
inner join asked on queue.queue_rank = asked.queue_rank
cross join facts
order by queue.queue_rank
