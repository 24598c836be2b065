"""Standard sets of the record-linkage field, as CRM contacts: for evaluation only, nothing is ever tuned on them.

They hold no handles, accounts or graphs: what they test is names, places, birth years and addresses among
records of one kind. Lives here: reading each set into canonical contacts and true clusters, and measuring the
model beside the baselines. Must not live here: matching, baselines, layout.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.engine import connect, quote_text
from warehouse.identity.evaluation.baselines import best_threshold, exact_matching, score_with_stock_splink
from warehouse.identity.measure.link_quality import PairQuality, Share
from warehouse.identity.model.linkage_model import Model
from warehouse.identity.model.term_frequencies import value_frequencies
from warehouse.identity.pairs.blocking import candidate_pairs
from warehouse.identity.pairs.scoring import score_pairs, scoring_input
from warehouse.identity.personas.build import build_personas
from warehouse.identity.tables import Maker

make = Maker(__name__)

_FEBRL = """
    select
        '{file}-' || trim(rec_id) as contact_id, nullif(trim(given_name), '') as given_name,
        nullif(trim(surname), '') as family_name, nullif(trim(suburb), '') as city, 'AU' as country,
        try_cast(left(trim(date_of_birth), 4) as integer) as birth_year, cast(null as varchar) as email,
        cast(null as varchar) as title, regexp_extract(rec_id, 'rec-(\\d+)-', 1) as true_person
    from read_csv({path}, header = true, all_varchar = true, normalize_names = true)
"""
_FAKE = """
    select
        unique_id as contact_id, first_name as given_name, surname as family_name, city, 'GB' as country,
        try_cast(left(dob, 4) as integer) as birth_year, email, cast(null as varchar) as title,
        cluster as true_person
    from read_csv({path}, header = true, all_varchar = true)
"""
_HISTORICAL = """
    select
        unique_id as contact_id, first_name as given_name, surname as family_name, birth_place as city,
        cast(null as varchar) as country, try_cast(left(dob, 4) as integer) as birth_year,
        cast(null as varchar) as email, occupation as title, cluster as true_person
    from read_parquet({path})
"""


@dataclass(frozen=True)
class StandardSet:
    """A set: files below the folder of sets, each with the query that reads it as contacts."""

    name: str
    files: tuple[tuple[str, str], ...]


SETS = (
    StandardSet("FEBRL 3", (("febrl/dataset3.csv", _FEBRL),)),
    StandardSet("FEBRL 4", (("febrl/dataset4a.csv", _FEBRL), ("febrl/dataset4b.csv", _FEBRL))),
    StandardSet("fake 1000", (("splink/fake_1000.csv", _FAKE),)),
    StandardSet("historical figures", (("splink/historical_figures_with_errors_50k.parquet", _HISTORICAL),)),
)


@dataclass(frozen=True)
class SetEvaluation:
    """Pairs of one set: each method at its own best threshold, recall within all true pairs."""

    name: str
    records: int
    true_pairs: int
    candidate_pairs: int
    blocking_recall: Share
    model: PairQuality
    model_threshold: float
    model_at_join: PairQuality
    stock_splink: PairQuality
    stock_threshold: float
    exact: tuple[str, PairQuality]


def evaluate_standard_sets(folder: Path, model: Model, join: float) -> list[SetEvaluation]:
    """Evaluate each set that lies in `folder`. Raises FileNotFoundError where there is none of them."""
    present = [s for s in SETS if all((folder / file).is_file() for file, _ in s.files)]
    if not present:
        wanted = ", ".join(file for s in SETS for file, _ in s.files)
        raise FileNotFoundError(f"{folder} holds none of the standard sets; any of these is wanted: {wanted}")
    return [_evaluate(s, folder, model, join) for s in present]


def read_contacts(connection: duckdb.DuckDBPyConnection, wanted: StandardSet, folder: Path) -> pa.Table:
    """Rows of one set as canonical contacts, with the column true_person beside them."""
    queries = [
        query.format(path=quote_text(folder / file), file=Path(file).stem) for file, query in wanted.files
    ]
    return connection.execute(" union all ".join(queries)).to_arrow_table()


def _evaluate(wanted: StandardSet, folder: Path, model: Model, join: float) -> SetEvaluation:
    with tempfile.TemporaryDirectory() as temporary, connect() as connection:
        contacts = read_contacts(connection, wanted, folder)
        make.rows(connection, "contacts", contacts)
        database = build_personas(Path(temporary), {"contacts": contacts.drop_columns(["true_person"])})
        connection.execute(f"attach {quote_text(database)} as warehouse (read_only)")
        scoring_input(
            connection, "warehouse.intermediate.int_personas", model.shared_values, model.frequencies
        )
        value_frequencies(connection, model)
        candidate_pairs(connection)
        score_pairs(connection, model, "scored_records", make=make)
        _true_pairs(connection)
        score_with_stock_splink(connection)
        return _measured(connection, wanted.name, join)


def _true_pairs(connection: duckdb.DuckDBPyConnection) -> None:
    make(
        connection,
        "true_pairs",
        """
        with known as (
            select p.n, c.true_person
            from contacts as c
            inner join personas as p on p.persona_id = 'contact:' || c.contact_id
        )
        select l.n as n_l, r.n as n_r
        from known as l
        inner join known as r on l.true_person = r.true_person and l.n < r.n
        """,
    )


def _measured(connection: duckdb.DuckDBPyConnection, name: str, join: float) -> SetEvaluation:
    def count(query: str) -> int:
        return int(connection.execute(f"select count(*) from {query}").fetchall()[0][0])

    actual = count("true_pairs")
    proposed = count("true_pairs inner join scored_records using (n_l, n_r)")
    hits = count(f"scored_records inner join true_pairs using (n_l, n_r) where pair_probability >= {join}")
    linked = count(f"scored_records where pair_probability >= {join}")
    threshold, model = best_threshold(connection, "scored_records")
    stock_threshold, stock = best_threshold(connection, "stock")
    exact = exact_matching(connection)
    return SetEvaluation(
        name=name,
        records=count("personas"),
        true_pairs=actual,
        candidate_pairs=count("pairs"),
        blocking_recall=Share(proposed, actual),
        model=model,
        model_threshold=threshold,
        model_at_join=PairQuality(Share(hits, linked), Share(hits, actual)),
        stock_splink=stock,
        stock_threshold=stock_threshold,
        exact=max(exact.items(), key=lambda item: item[1].f1 if item[1].f1 == item[1].f1 else -1.0),
    )
