"""Organisations: records that name one (`int_organization_records`) in, one organisation for each record out.

Splink scores pairs by frozen parameters (organization_model.py). CRM accounts and the brand are the anchors;
every other record belongs to the anchor it most probably is, owner-normalised as profiles are (marts.md, Link
doubt), so that a name two accounts bear belongs to neither; the rest join among themselves. Must not live here:
who works where (dbt), persons (persons/cluster.py).
"""

from __future__ import annotations

import logging
from pathlib import Path

import duckdb

from warehouse.engine import quote_text
from warehouse.identity.organizations.organization_model import (
    OrganizationModel,
    load_organization_model,
    splink_settings,
)
from warehouse.identity.persons.connected_components import connected_components
from warehouse.identity.persons.person_ids import continue_ids
from warehouse.identity.rules import HIGHEST_PROBABILITY
from warehouse.identity.tables import Maker
from warehouse.lake import file_beside

make = Maker(__name__)

RECORDS = "warehouse.intermediate.int_organization_records"
FILE = "organizations.parquet"
# A blocking key that more records share than this says nothing.
LARGEST_BLOCK = 200


def link_organizations(connection: duckdb.DuckDBPyConnection, folder: Path, prior: Path | None) -> int:
    """Resolve the records and write organizations.parquet into `folder`; return the number of organisations.

    Columns: record_id, organization_id, probability (of the link that holds the record in its organisation; 1
    for an anchor or a record alone). `connection` has the warehouse attached; without records (identity models
    built alone) the file is empty. Ids are stable as persons' are. Raises ModelError.
    """
    model = load_organization_model()
    _records(connection, model)
    _candidate_pairs(connection)
    _score(connection, model)
    _resolve(connection, model.join)
    _assign_ids(connection, prior)
    with file_beside(folder / FILE) as path:
        connection.execute(
            f"""
            copy (
                select r.record_id, given_ids.person_id as organization_id,
                    coalesce(m.probability, 1.0) as probability
                from organization_records as r
                inner join organization_members as m using (n)
                inner join organization_clusters as c on r.record_id = c.persona_id
                inner join given_ids using (cluster)
                order by r.record_id
            ) to {quote_text(path)} (format parquet)
            """
        )
    return int(connection.execute("select count(*) from given_ids").fetchall()[0][0])


def _records(connection: duckdb.DuckDBPyConnection, model: OrganizationModel) -> None:
    schema, table = RECORDS.split(".")[1:]
    exists = connection.execute(
        "select count(*) from duckdb_tables() where database_name = 'warehouse' and schema_name = ? "
        "and table_name = ?",
        [schema, table],
    ).fetchall()[0][0]
    source = (
        f"select * from {RECORDS}"
        if exists
        else "select '' as record_id, '' as record_kind, '' as name_core, '' as glued, [''] as domains, "
        "'' as country where false"
    )
    words = ", ".join(quote_text(word) for word in model.common_words)
    make(
        connection,
        "organization_records",
        f"""
        select
            cast(row_number() over (order by record_id) as integer) as n, record_id,
            record_kind in ('account', 'brand') as is_anchor, glued, domains, country,
            regexp_extract(glued, '[0-9]*$') as number,
            -- chance that another organisation bears the name: that of its words, one by one
            coalesce(
                list_product(list_transform(
                    string_split(name_core, ' '),
                    lambda w: case
                        when w in ({words}) then {model.common_frequency!r} else {model.word_frequency!r}
                    end
                )),
                {model.word_frequency!r}
            ) as frequency
        from ({source})
        """,
    )


def _candidate_pairs(connection: duckdb.DuckDBPyConnection) -> None:
    make(
        connection,
        "organization_pairs",
        f"""
        with keys as (
            select n, 'name ' || glued as key from organization_records where glued is not null
            union
            select n, 'domain ' || unnest(domains) from organization_records
            union
            select n, 'close ' || left(glued, 4) || right(glued, 3) from organization_records
            where length(glued) >= 8
        ),
        kept as (
            select * from keys qualify count(*) over (partition by key) <= {LARGEST_BLOCK}
        )
        select distinct '0' as match_key, l.n as join_key_l, r.n as join_key_r
        from kept as l
        inner join kept as r on l.key = r.key and l.n < r.n
        """,
    )


def _score(connection: duckdb.DuckDBPyConnection, model: OrganizationModel) -> None:
    from splink import DuckDBAPI, Linker

    make(
        connection,
        "frequency_of_glued",
        """
        select glued, greatest(max(frequency), 1e-9) as tf_glued
        from organization_records where glued is not null group by glued
        """,
    )
    logging.getLogger("splink").setLevel(logging.ERROR)
    database = DuckDBAPI(connection=connection)
    linker = Linker(
        database.register("organization_records", dataset_display_name="organization_records"),
        splink_settings(model),
        log_level=None,
        validate_settings=False,
    )
    linker.table_management.register_term_frequency_lookup(database.register("frequency_of_glued"), "glued")
    linker.table_management.register_blocked_pairs_for_predict(database.register("organization_pairs"))
    predicted = linker.inference.predict()
    make(
        connection,
        "scored_organization_pairs",
        f"select n_l, n_r, match_probability as probability from {predicted.physical_name}",
    )
    linker.table_management.delete_tables_created_by_splink_from_db()


def _resolve(connection: duckdb.DuckDBPyConnection, join: float) -> None:
    """Make `organization_members` (n, organization, probability): anchors, what belongs to one, the rest."""
    make(
        connection,
        "sure_organization_pairs",
        f"from scored_organization_pairs where probability >= {join}",
    )
    connected_components(
        connection,
        "select n from organization_records where is_anchor",
        "select e.n_l, e.n_r from sure_organization_pairs as e "
        "inner join organization_records as l on e.n_l = l.n and l.is_anchor "
        "inner join organization_records as r on e.n_r = r.n and r.is_anchor "
        # two accounts of one name that have domains of their own are two firms, however rare the name
        "where length(l.domains) = 0 or length(r.domains) = 0 or list_has_any(l.domains, r.domains)",
    )
    make(connection, "anchors", "from components")
    make(
        connection,
        "attached",
        f"""
        with both_ways as (
            select n_l as n, n_r as other, probability from scored_organization_pairs
            union all
            select n_r, n_l, probability from scored_organization_pairs
        ),
        owners as (
            select e.n, a.component, least(max(e.probability), {HIGHEST_PROBABILITY}) as pair_probability
            from both_ways as e
            inner join anchors as a on e.other = a.n
            where e.n not in (select n from anchors)
            group by e.n, a.component
        ),
        normalised as (
            select n, component,
                pair_probability / (1 - pair_probability)
                / (1 + sum(pair_probability / (1 - pair_probability)) over (partition by n)) as probability
            from owners
        )
        select * from normalised where probability >= {join}
        """,
    )
    make(
        connection,
        "unattached",
        """
        select n from organization_records
        where n not in (select n from anchors) and n not in (select n from attached)
        """,
    )
    connected_components(
        connection,
        "select n from unattached",
        "select n_l, n_r from sure_organization_pairs where n_l in (select n from unattached) "
        "and n_r in (select n from unattached)",
    )
    make(connection, "others", "from components")
    make(
        connection,
        "organization_members",
        """
        select n, component as organization, 1.0 as probability from anchors
        union all
        select n, component, probability from attached
        union all
        select o.n, o.component, coalesce(max(e.probability), 1.0)
        from others as o
        left join sure_organization_pairs as e on o.n in (e.n_l, e.n_r) and o.n <> o.component
        group by o.n, o.component
        """,
    )


def _assign_ids(connection: duckdb.DuckDBPyConnection, prior: Path | None) -> None:
    """Stable ids by the mechanism of persons, over records in place of personas."""
    before = prior / FILE if prior is not None else None
    rows = (
        f"select record_id as persona_id, organization_id as person_id from read_parquet({quote_text(before)})"
        if before is not None and before.exists()
        else "select '' as persona_id, '' as person_id where false"
    )
    make(
        connection,
        "organization_clusters",
        """
        select record_id as persona_id, min(record_id) over (partition by organization) as cluster
        from organization_records inner join organization_members using (n)
        """,
    )
    # what merged or split among organisations is not recorded
    history = "(select ''::varchar as from_person_id, '' as to_person_id, '' as reason where false)"
    continue_ids(connection, "organization_clusters", f"({rows})", history, "organization_")
