"""The files of identity/: who is who, candidates, violations, history; Parquet, ordered by their grain.

Must not live here: decisions, and what reviewers are asked and told (review/queue.py, review/link_evidence.py,
measure/quality_file.py). Every file exists after a run, with no rows where there is nothing to say.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse.engine import quote_text
from warehouse.identity import rules
from warehouse.identity.persons.link_candidates import make_link_candidates
from warehouse.identity.rules import Thresholds
from warehouse.identity.tables import Maker
from warehouse.lake import file_beside

make = Maker(__name__)


def make_clusters(connection: duckdb.DuckDBPyConnection, personas: str) -> None:
    """Make `clusters` (persona_id, cluster): every persona, records that the CRM merged beside their target.

    A cluster is named by its smallest linkable persona. Records merged in the CRM follow their target even
    where they are deleted and so not linkable.
    """
    make(
        connection,
        "merged",
        f"""
        with recursive chain (persona_id, target, steps) as (
            select persona_id, merged_into_persona_id, 1
            from {personas}
            where not is_linkable and merged_into_persona_id in (select persona_id from {personas})
            union all
            select chain.persona_id, p.merged_into_persona_id, chain.steps + 1
            from chain
            inner join {personas} as p on chain.target = p.persona_id
            where
                not p.is_linkable and chain.steps < 20
                and p.merged_into_persona_id in (select persona_id from {personas})
        )
        select persona_id, arg_max(target, steps) as target from chain group by persona_id
        """,
    )
    # A reviewer wins over the CRM: what was taken out of its person does not follow its target.
    connection.execute(
        """
        delete from merged
        where exists (
            select 1 from decisions as d
            where
                d.decision = 'no_match'
                and d.left_persona_id = least(merged.persona_id, merged.target)
                and d.right_persona_id = greatest(merged.persona_id, merged.target)
        )
        """
    )
    make(
        connection,
        "clusters",
        f"""
        with linked as (
            select personas.persona_id, min(personas.persona_id) over (partition by members.person) as cluster
            from members
            inner join personas using (n)
        ),
        placed as (
            select p.persona_id, coalesce(linked.cluster, p.persona_id) as cluster
            from {personas} as p
            left join linked using (persona_id)
        )
        select placed.persona_id, coalesce(target.cluster, placed.cluster) as cluster
        from placed
        left join merged using (persona_id)
        left join placed as target on merged.target = target.persona_id
        """,
    )
    _take_followers_out(connection)


def _take_followers_out(connection: duckdb.DuckDBPyConnection) -> None:
    """Take out of `clusters` and `merged` who followed the CRM to somebody that a reviewer keeps them apart from.

    Of two followers the one with the greater id goes.
    """
    make(
        connection,
        "taken_out",
        """
        with cannot_link as (
            select left_persona_id as a, right_persona_id as b from decisions where decision = 'no_match'
            union all
            select right_persona_id, left_persona_id from decisions where decision = 'no_match'
        )
        select distinct merged.persona_id
        from merged
        inner join clusters as mine using (persona_id)
        inner join cannot_link on merged.persona_id = cannot_link.a
        inner join clusters as others on cannot_link.b = others.persona_id and mine.cluster = others.cluster
        where cannot_link.b not in (select persona_id from merged) or cannot_link.b < merged.persona_id
        """,
    )
    connection.execute("delete from merged where persona_id in (from taken_out)")
    connection.execute("update clusters set cluster = persona_id where persona_id in (from taken_out)")


def write(connection: duckdb.DuckDBPyConnection, folder: Path, thresholds: Thresholds) -> None:
    """Write the five files of links.

    Needs `clusters`, `person_ids`, `owners`, `graph_pairs`, `violations` and `history`.
    """
    make_link_candidates(connection, thresholds)
    _persona_links(connection, thresholds)
    files = {
        "personas": "select * from persona_links order by persona_id",
        "link_candidates": "select * from link_candidates order by profile_persona_id, person_id",
        "person_id_history": "select * from history order by changed_at, from_person_id, to_person_id",
        # a pair that other evidence (a CRM merge, a second address) brought together after all broke no rule
        "violations": f"""
            select
                l.persona_id as left_persona_id, r.persona_id as right_persona_id, v.probability, v.rule
            from violations as v
            inner join personas as l on v.n_l = l.n
            inner join personas as r on v.n_r = r.n
            inner join clusters as lc on l.persona_id = lc.persona_id
            inner join clusters as rc on r.persona_id = rc.persona_id
            where lc.cluster <> rc.cluster or v.rule = {quote_text(rules.REVIEWER_NO_MATCH)}
            group by all
            order by all
        """,
        # what reviewers had said when the links were made: so they can be held against it
        "decided_pairs": """
            select left_persona_id, right_persona_id, decision
            from (from decisions union all from unsure)
            where
                left_persona_id in (select persona_id from clusters)
                and right_persona_id in (select persona_id from clusters)
            order by all
        """,
    }
    for name, query in files.items():
        write_parquet(connection, folder, name, query)


def write_parquet(connection: duckdb.DuckDBPyConnection, folder: Path, name: str, query: str) -> None:
    """Write the rows of a query to `folder`/`name`.parquet: whole or not at all."""
    with file_beside(folder / f"{name}.parquet") as path:
        connection.execute(f"copy ({query}) to {quote_text(path)} (format parquet)")


def _persona_links(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds) -> None:
    make(
        connection,
        "persona_links",
        f"""
        with best_owner as (
            select n, max(probability) as probability
            from (
                select n, probability from owners
                union all
                select n, probability from free_counterparts where probability >= {thresholds.review}
            )
            group by n
        ),
        duplicate_of as (
            select e.n, max(e.pair_probability) as probability
            from (
                select n_l as n, n_r as other, pair_probability from contact_pairs
                union all select n_r, n_l, pair_probability from contact_pairs
                union all select n_l, n_r, {rules.HIGHEST_PROBABILITY} from must_links
                union all select n_r, n_l, {rules.HIGHEST_PROBABILITY} from must_links
            ) as e
            inner join members as own on e.n = own.n
            inner join members as others on e.other = others.n and own.person = others.person
            group by e.n
        ),
        sized as (
            select
                clusters.persona_id, clusters.cluster, person_ids.person_id,
                count(*) over (partition by clusters.cluster) as size
            from clusters
            inner join person_ids using (cluster)
        ),
        anchors as (
            select
                sized.cluster,
                arg_min(sized.persona_id, (personas.persona_type <> 'contact', sized.persona_id)) as anchor
            from sized
            inner join personas using (persona_id)
            group by sized.cluster
        ),
        judged as (
            select
                sized.persona_id, sized.person_id, sized.size,
                coalesce(anchors.anchor, sized.cluster) = sized.persona_id as is_anchor,
                merged.persona_id is not null or (
                    p.n in (select n_l from must_links union select n_r from must_links)
                    and p.merged_into_persona_id is not null
                ) as is_crm_merge,
                d.n is not null as is_reviewed,
                coalesce(duplicate_of.probability, owned.probability) as link_probability,
                best_owner.probability as best_probability
            from sized
            left join personas as p using (persona_id)
            left join anchors on sized.cluster = anchors.cluster
            left join merged on sized.persona_id = merged.persona_id
            left join duplicate_of on p.n = duplicate_of.n
            left join members on p.n = members.n
            left join owners as owned on p.n = owned.n and members.person = owned.person
            left join best_owner on p.n = best_owner.n
            left join (
                select distinct unnest([n_l, n_r]) as n from numbered_decisions where decision = 'match'
            ) as d on p.n = d.n
        )
        select
            persona_id, person_id,
            case
                when is_anchor or size = 1 then 1.0
                when is_crm_merge then {rules.HIGHEST_PROBABILITY}
                else link_probability
            end as person_probability,
            case
                when size > 1 then 'accepted'
                when best_probability >= {thresholds.review} then 'review'
                when best_probability is not null then 'rejected'
                else 'unlinked'
            end as link_status,
            case
                when size = 1 then case when best_probability is null then 'none' else 'model' end
                when is_crm_merge then 'rule'
                when is_reviewed then 'reviewer'
                else 'model'
            end as decided_by,
            case
                when size > 1 and is_crm_merge then '{rules.CRM_MERGE}'
                when size > 1 and is_reviewed then '{rules.REVIEWER_MATCH}'
            end as rule
        from judged
        """,
    )
