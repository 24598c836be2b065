"""Connected components, set-wise in DuckDB. Must not live here: which edges count."""

from __future__ import annotations

import duckdb


def connected_components(connection: duckdb.DuckDBPyConnection, nodes: str, edges: str, output: str) -> None:
    """Make `output` (n, component) from `nodes` (n) and `edges` (n_l, n_r), named by the smallest n."""
    connection.execute(f"create or replace temp table {output} as select n, n as component from ({nodes})")
    connection.execute(
        f"""
        create or replace temp table links as
        select n_l as a, n_r as b from ({edges})
        union
        select n_r, n_l from ({edges})
        """
    )
    moved = 1
    while moved:
        # Each node takes the smallest label around it, then the label of that label.
        connection.execute(
            f"""
            create or replace temp table relabelled as
            with around as (
                select links.a as n, min({output}.component) as component
                from links
                inner join {output} on links.b = {output}.n
                group by links.a
            ),
            nearest as (
                select
                    {output}.n,
                    least({output}.component, coalesce(around.component, {output}.component)) as component
                from {output}
                left join around on {output}.n = around.n
            )
            select nearest.n, least(nearest.component, further.component) as component
            from nearest
            inner join {output} as further on nearest.component = further.n
            """
        )
        moved = connection.execute(
            f"select count(*) from {output} inner join relabelled using (n) "
            f"where {output}.component <> relabelled.component"
        ).fetchall()[0][0]
        connection.execute(f"create or replace temp table {output} as select * from relabelled")
