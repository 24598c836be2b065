"""Connected components, set-wise in DuckDB. Must not live here: which edges count."""

from __future__ import annotations

import duckdb

from warehouse.identity.tables import Maker

make = Maker(__name__)


def connected_components(connection: duckdb.DuckDBPyConnection, nodes: str, edges: str) -> None:
    """Make `components` (n, component) from `nodes` (n) and `edges` (n_l, n_r), named by the smallest n."""
    make(connection, "components", f"select n, n as component from ({nodes})")
    make(
        connection,
        "links",
        f"""
        select n_l as a, n_r as b from ({edges})
        union
        select n_r, n_l from ({edges})
        """,
    )
    moved = 1
    while moved:
        # Each node takes the smallest label around it, then the label of that label.
        make(
            connection,
            "relabelled",
            """
            with around as (
                select links.a as n, min(components.component) as component
                from links
                inner join components on links.b = components.n
                group by links.a
            ),
            nearest as (
                select
                    components.n,
                    least(components.component, coalesce(around.component, components.component)) as component
                from components
                left join around on components.n = around.n
            )
            select nearest.n, least(nearest.component, further.component) as component
            from nearest
            inner join components as further on nearest.component = further.n
            """,
        )
        moved = connection.execute(
            "select count(*) from components inner join relabelled using (n) "
            "where components.component <> relabelled.component"
        ).fetchall()[0][0]
        make(connection, "components", "from relabelled")
