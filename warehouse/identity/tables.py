"""The tables that steps of linkage hand to each other on a connection: name, who makes each, columns with types.

Every table and view of linkage is made through a `Maker`, one for each module. It makes what is declared here
only for the module that is declared to make it, and only with the columns that are declared; what is not declared
is a step of its own module, which no other may make as well. So no module can overwrite another's. Must not live
here: what is in the tables (the modules that make them), files (persons/link_files.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import duckdb
import pyarrow as pa

_PACKAGE = "warehouse.identity."
ANY = ("",)


class TableError(Exception):
    """A module would make a table that another one makes, or with other columns than are declared."""


@dataclass(frozen=True)
class Table:
    """A table that other modules than its maker read.

    `columns` is "name TYPE, …". Further columns may have names that begin with one of `further` (ANY: any name),
    for what hangs on the comparisons or on dbt's models.
    """

    name: str
    maker: str
    columns: str
    further: tuple[str, ...] = field(default=(), kw_only=True)

    @property
    def types(self) -> Mapping[str, str]:
        """Type by column."""
        columns = re.split(r", (?![^(]*\))", self.columns) if self.columns else []
        return {name: kind for name, _, kind in (column.partition(" ") for column in columns)}

    def faults(self, found: Mapping[str, str]) -> list[str]:
        """In words: in what the columns that were made differ from those that are declared."""
        missing = [f"lacks {name} {kind}" for name, kind in self.types.items() if name not in found]
        other = [
            f"has {name} as {found[name]}, not as {kind}"
            for name, kind in self.types.items()
            if found.get(name, kind) != kind
        ]
        more = [
            f"has {name}, which is not declared"
            for name in found
            if name not in self.types and not name.startswith(self.further or ("\0",))
        ]
        return missing + other + more


_DECISION = (
    "left_persona_id VARCHAR, right_persona_id VARCHAR, decision VARCHAR, decided_at TIMESTAMP WITH TIME ZONE, "
    "reviewer VARCHAR, reason VARCHAR, origin VARCHAR, number BIGINT"
)
_PAIR = "n_l INTEGER, n_r INTEGER"
_TWO_PERSONAS = "left_persona_id VARCHAR, right_persona_id VARCHAR"
_TO_COMPARE = "match_key VARCHAR, join_key_l INTEGER, join_key_r INTEGER"
_SCORED = f"{_PAIR}, match_key VARCHAR, match_weight DOUBLE, pair_probability DOUBLE"
_OF_COMPARISONS = ("level_", "mw_")
_FREQUENCY = "rarity VARCHAR, value VARCHAR, frequency DOUBLE"
_OWNER = "n INTEGER, person INTEGER, best_n INTEGER, pair_probability DOUBLE"
_HISTORY = (
    "from_person_id VARCHAR, to_person_id VARCHAR, run_id VARCHAR, reason VARCHAR, "
    "changed_at TIMESTAMP WITH TIME ZONE"
)
_SIDE = "n INTEGER, person INTEGER, kind UTINYINT, bits FLOAT"
_REACH = "n INTEGER, known BIGINT, is_free BOOLEAN"
_LINK = (
    "persona_id VARCHAR, person_id VARCHAR, person_probability DOUBLE, link_status VARCHAR, decided_by VARCHAR, "
    "rule VARCHAR"
)

# n numbers the linkable personas of a connection, person the persons while they are made. Of a pair n_l < n_r;
# (n, other) stands for each pair twice, once from either side.
DECLARED: tuple[Table, ...] = (
    Table("all_decisions", "decisions", _DECISION),
    Table("decisions", "decisions", _DECISION),
    Table("unsure", "decisions", _DECISION),
    Table("frozen_frequencies", "model.term_frequencies", _FREQUENCY),
    Table("value_frequencies", "model.term_frequencies", _FREQUENCY),
    Table(
        "interest_weights",
        "model.term_frequencies",
        "persona_id VARCHAR, weighed_interests STRUCT(interest VARCHAR, bits DOUBLE)[]",
    ),
    Table("handles_of_words", "model.handle_words", "persona_id VARCHAR"),
    Table(
        "personas",
        "pairs.scoring",
        "n INTEGER, persona_id VARCHAR, persona_type VARCHAR, network VARCHAR, native_id VARCHAR, "
        "merged_into_persona_id VARCHAR",
        further=ANY,  # columns of int_personas, and what comparisons derive of them
    ),
    Table("blocking_keys", "pairs.blocking", "rule UTINYINT, n INTEGER, key UBIGINT"),
    Table("large_blocks", "pairs.blocking", "rule UTINYINT, key UBIGINT, personas BIGINT"),
    Table("pairs", "pairs.blocking", _TO_COMPARE),
    Table("proposed_by_rule", "pairs.blocking", f"{_PAIR}, rules UINTEGER"),
    Table("unchanged", "pairs.unchanged", "persona_id VARCHAR, n INTEGER, is_at_rest BOOLEAN"),
    Table("scored", "pairs.reused_scores", _SCORED, further=_OF_COMPARISONS),
    Table("pruned_pairs", "pairs.pruning", _SCORED, further=_OF_COMPARISONS),
    Table(
        "judged",
        "pairs.judgement",
        f"{_PAIR}, scored_probability DOUBLE, shares_more BOOLEAN, shares_a_value BOOLEAN, names_agree BOOLEAN, "
        "names_contradict BOOLEAN, decision VARCHAR, is_low_trust BOOLEAN, is_a_generation_apart BOOLEAN, "
        "pair_probability DOUBLE",
    ),
    Table("likely_pairs", "pairs.judgement", "n INTEGER, other INTEGER, pair_probability DOUBLE"),
    Table(
        "contact_pairs",
        "pairs.judgement",
        f"{_PAIR}, pair_probability DOUBLE, shares_more BOOLEAN, shares_a_value BOOLEAN, names_agree BOOLEAN, "
        "names_contradict BOOLEAN",
    ),
    Table("must_links", "pairs.judgement", _PAIR),
    Table("cannot_links", "pairs.judgement", "n INTEGER, other INTEGER"),
    Table("said_to_match", "pairs.judgement", "n INTEGER, other INTEGER"),
    Table("told", "pairs.judgement", "n INTEGER"),
    Table("numbered_decisions", "pairs.judgement", f"{_PAIR}, decision VARCHAR"),
    Table("violations", "pairs.judgement", f"{_PAIR}, probability DOUBLE, rule VARCHAR"),
    Table("follows", "graph.follows", "n INTEGER, other INTEGER, kind UTINYINT"),
    Table("follow_counts", "graph.follows", "n INTEGER, follows BIGINT, followers BIGINT"),
    Table(
        "follow_networks",
        "graph.follows",
        "network VARCHAR, code UTINYINT, follows DOUBLE, mutual DOUBLE",
    ),
    Table("known_accounts", "graph.neighbours", "n INTEGER, person INTEGER, network UTINYINT"),
    Table("side_a", "graph.neighbours", _SIDE),
    Table("side_b", "graph.neighbours", _SIDE),
    Table("reach_a", "graph.neighbours", _REACH),
    Table("reach_b", "graph.neighbours", _REACH),
    Table(
        "graph_pairs",
        "graph.counterparts",
        f"{_PAIR}, graph_known BIGINT, graph_ratio DOUBLE, graph_shared BIGINT, graph_lead DOUBLE, "
        "is_proposed BOOLEAN",
    ),
    # a column for each of joint_evidence.KINDS
    Table("pair_kinds", "persons.joint_evidence", "n INTEGER, other INTEGER", further=ANY),
    Table("joint", "persons.joint_evidence", "n INTEGER, person INTEGER, probability DOUBLE"),
    Table("against", "persons.joint_evidence", "n INTEGER, person INTEGER, bits DOUBLE"),
    Table("asking", "persons.owners", "n INTEGER"),
    Table("singles", "persons.owners", _OWNER),
    Table("owners", "persons.ownership", f"{_OWNER}, probability DOUBLE"),
    Table("components", "persons.connected_components", "n INTEGER, component INTEGER"),
    Table("given_ids", "persons.person_ids", "cluster VARCHAR, person_id VARCHAR"),
    Table("members", "persons.cluster", "n INTEGER, person INTEGER"),
    Table("barred", "persons.cluster", "n INTEGER, person INTEGER"),
    Table("moved", "persons.cluster", "n INTEGER"),
    Table("newcomers", "persons.cluster", "n INTEGER, person INTEGER, probability DOUBLE"),
    Table(
        "beyond_the_rules",
        "persons.cardinality",
        "n INTEGER, person INTEGER, best_n INTEGER, probability DOUBLE, rule VARCHAR",
    ),
    Table("prior_personas", "persons.prior", "persona_id VARCHAR, person_id VARCHAR, link_status VARCHAR"),
    Table("prior_history", "persons.prior", _HISTORY),
    Table("clusters", "persons.link_files", "persona_id VARCHAR, cluster VARCHAR"),
    Table("person_ids", "persons.person_ids", "cluster VARCHAR, person_id VARCHAR"),
    Table("history", "persons.person_ids", _HISTORY),
    Table("persona_links", "persons.link_files", _LINK),
    Table(
        "link_candidates",
        "persons.link_candidates",
        "profile_persona_id VARCHAR, network VARCHAR, profile_id VARCHAR, person_id VARCHAR, "
        "best_persona_id VARCHAR, pair_probability DOUBLE, probability DOUBLE, link_status VARCHAR, "
        "graph_ratio DOUBLE",
    ),
    Table(
        "free_counterparts",
        "persons.link_candidates",
        "n INTEGER, other INTEGER, pair_probability DOUBLE, probability DOUBLE",
    ),
    Table("prior_members", "passes", "n INTEGER, person_id VARCHAR"),
    Table("proposed_pairs", "passes", _TO_COMPARE),
    Table(
        "audit_sample",
        "measure.audit_sample",
        f"{_TWO_PERSONAS}, model_version VARCHAR, publication_id VARCHAR, stratum INTEGER, stratum_pairs BIGINT, "
        "stratum_drawn BIGINT, sampling_rate DOUBLE, match_weight DOUBLE, pair_probability DOUBLE, "
        "was_accepted BOOLEAN, is_profile_of_contact BOOLEAN, network VARCHAR, segments VARCHAR[], half VARCHAR",
    ),
    Table("drawn_now", "measure.audit_sample", f"{_TWO_PERSONAS}, stratum BIGINT", further=ANY),
    Table(
        "audit_candidates",
        "review.sheet",
        f"{_TWO_PERSONAS}, match_weight DOUBLE, pair_probability DOUBLE, stands_for INTEGER, "
        "was_accepted BOOLEAN, is_profile_of_contact BOOLEAN, network VARCHAR, segments VARCHAR[]",
    ),
    Table(
        "review_pairs",
        "review.queue",
        f"{_TWO_PERSONAS}, reason VARCHAR, rule VARCHAR, pair_probability DOUBLE, probability DOUBLE, "
        "left_person_id VARCHAR, right_person_id VARCHAR",
    ),
    Table(
        "link_evidence",
        "review.link_evidence",
        f"{_PAIR}, place INTEGER, comparison VARCHAR, meaning VARCHAR, level VARCHAR, "
        "label VARCHAR, weight DOUBLE",
    ),
    # links that questions are asked about, on a connection of their own: with the columns of the marts and files
    # that they are views of, whichever version published them
    *(
        Table(name, "review.links_at_hand", "", further=ANY)
        for name in (
            *("personas", "customers", "review_queue", "link_evidence", "link_candidates"),
            *("scored_pairs", "violations", "person_id_history"),
        )
    ),
    # persons held back: files of the linkage, and what becomes of their persons
    Table("persons_held_back", "review.held_back", "person_id VARCHAR"),
    Table("held_back_before", "review.held_back", "persona_id VARCHAR, person_id VARCHAR"),
    Table("was_personas", "review.held_back", _LINK),
    Table("was_decided_pairs", "review.held_back", f"{_TWO_PERSONAS}, decision VARCHAR"),
    Table("was_person_id_history", "review.held_back", _HISTORY),
    Table(
        "placed",
        "review.pieces",
        "persona_id VARCHAR, was_person_id VARCHAR, person_id VARCHAR, persona_type VARCHAR, size BIGINT, "
        "is_first BOOLEAN",
    ),
    Table("reviewed", "training.learning_pairs", f"{_PAIR}, is_match BOOLEAN"),
    Table(
        "scored_for_training",
        "training.learning_pairs",
        f"{_SCORED}, is_settled BOOLEAN, is_decided_by_others BOOLEAN",
        further=_OF_COMPARISONS,
    ),
    Table(
        "known_pairs",
        "training.trial",
        f"{_TWO_PERSONAS}, by_contact_points BOOLEAN, is_match BOOLEAN, profiles INTEGER",
    ),
    Table(
        "predicted_persons",
        "evaluation.sample",
        "persona_id VARCHAR, predicted VARCHAR, true_person VARCHAR, holds_evidence BOOLEAN",
        further=ANY,
    ),
    Table("true_pairs", "evaluation.sample", _PAIR),
    Table("true_pairs", "evaluation.standard_sets", _PAIR),
    Table(
        "scored_with_all", "evaluation.ablation", f"{_SCORED}, stands_for INTEGER", further=_OF_COMPARISONS
    ),
)
# Macros that other modules call, by name: who makes each.
MACROS: Mapping[str, str] = {
    "stands_for": "pairs.pruning",
    "joint_probability": "persons.joint_evidence",
    "further_account": "persons.joint_evidence",
    "candidate_probability": "persons.ownership",
}

# who made what on a connection
_made: WeakKeyDictionary[duckdb.DuckDBPyConnection, dict[str, str]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Maker:
    """Makes tables for one module, which each module has of its own: `make = Maker(__name__)`."""

    module: str

    def __call__(
        self, connection: duckdb.DuckDBPyConnection, name: str, query: str, parameters: object = None
    ) -> int:
        """Make a table of the rows of a query, in place of the one that was there; return their number.

        Raises TableError where another module makes a table of that name, or other columns are declared.
        """
        declared = self._claim(connection, name)
        made: int = connection.execute(
            f"create or replace temp table {name} as {query}", parameters
        ).fetchall()[0][0]
        self._check(connection, name, declared)
        return made

    def view(self, connection: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
        """Make a view of a query; else as for a table."""
        declared = self._claim(connection, name)
        connection.execute(f"create or replace temp view {name} as {query}")
        self._check(connection, name, declared)

    def empty(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        """Make a declared table without rows."""
        declared = self._claim(connection, name)
        if declared is None:
            raise TableError(
                f"{name} is not declared in tables.py: which columns it should have is not known"
            )
        connection.execute(f"create or replace temp table {name} ({declared.columns})")

    def rows(self, connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
        """Let SQL read an Arrow table under a name of this module."""
        declared = self._claim(connection, name)
        connection.register(name, rows)
        self._check(connection, name, declared)

    def macro(self, connection: duckdb.DuckDBPyConnection, signature: str, expression: str) -> None:
        """Make a macro, `name(parameters)`, that is declared for this module."""
        name = signature.partition("(")[0]
        if MACROS.get(name) != self._short:
            raise TableError(f"macro {name} is declared for {MACROS.get(name)}, not for {self._short}")
        connection.execute(f"create or replace temp macro {signature} as {expression}")

    def drop(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        """Drop what this module made under a name, table or view."""
        self._claim(connection, name)
        kind = connection.execute(
            "select table_type from information_schema.tables "
            "where table_catalog = 'temp' and table_name = $name",
            {"name": name},
        ).fetchall()[0][0]
        connection.execute(f"drop {'view' if kind == 'VIEW' else 'table'} {name}")
        del _made[connection][name]

    @property
    def _short(self) -> str:
        return self.module.removeprefix(_PACKAGE)

    def _claim(self, connection: duckdb.DuckDBPyConnection, name: str) -> Table | None:
        """What is declared of a name, if anything, once it is sure that this module may make it."""
        makers = {table.maker: table for table in DECLARED if table.name == name}
        if makers and self._short not in makers:
            raise TableError(
                f"{self._short} would make the table {name}, which is declared for {' and '.join(makers)}; "
                "give it another name"
            )
        made = _made.setdefault(connection, {})
        if made.setdefault(name, self._short) != self._short:
            raise TableError(
                f"{self._short} would make the table {name}, which {made[name]} made on this connection; "
                "give it another name"
            )
        return makers.get(self._short)

    def _check(self, connection: duckdb.DuckDBPyConnection, name: str, declared: Table | None) -> None:
        if declared is None:
            return
        found = connection.execute(f"from {name} limit 0").description or []
        faults = declared.faults({column[0]: str(column[1]) for column in found})
        if faults:
            raise TableError(
                f"{self._short} made the table {name} otherwise than declared: it {'; it '.join(faults)}"
            )
