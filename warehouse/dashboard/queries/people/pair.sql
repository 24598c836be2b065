-- Both personas of a pair. By rowid, so that but few of the columns are read: ten times as fast.
-- needs: persona_details
select *
from persona_details
where
    rowid in (
        select rowid
        from persona_details
        where persona_id in ($left, $right)
    )
order by persona_id
