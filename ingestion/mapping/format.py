"""What a format is: the words in which `formats/<platform>/` says how an export becomes canonical rows.

A format is data, not code: it names the container its records lie in, the kinds of record it knows, and
for each the canonical columns as SQL over the record. Landing (landing.py) reads, compiles and runs it.
Must not live here: reading of bytes (containers), the canonical columns (warehouse/canonical/).

In the SQL of a column these names stand for:
    r            the record, a struct of text with the fields named in `shape`, NULL where absent
    pointer      where in a page the record lay: '/data', '/includes/users'; '' for a line or a row
    page         fields of the page around the record (`page_shape`), such as X's `includes`
    network      the source's network
    observed_at  when the platform was asked: the record's own time (`RecordKind.observed_at`), else the
                 file's; an instant
    file_name    name of the file, or of the member of an archive, without its folders
    options      the source's options, a map of text: options['relation']
    each         the element, where `Rows.each` unnests a list
and the macros of macros.py (plain_text, links_of_html …) are at hand. Text is cast to the type of the
canonical column: a value that does not cast rejects the record; an empty text is NULL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ingestion.containers.container import Container


@dataclass(frozen=True)
class Rows:
    """What a record becomes in one canonical table: column → SQL. `when` and `each` are SQL, too.

    `let` names parts that several columns use, so that they are computed once; each may use those before.
    """

    table: str
    columns: Mapping[str, str]
    when: str | None = None
    each: str | None = None
    let: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RecordKind:
    """A kind of record. `is_a` tells it from the others, the first that holds wins.

    A kind without rows is known and counted. `context` is SQL for what else the rows are made of than the
    record's own bytes (of the page): where it differs, the record is no duplicate. `problem` is SQL for a
    reason code (NULL where all is well): the format's own closed enumerations; shape rules come from the
    Arrow schema without saying so. `mapped` are the columns of the file that the source's own map names, each with
    the canonical column made of it: a file without one of them is said.
    """

    name: str
    is_a: str
    rows: tuple[Rows, ...] = ()
    observed_at: str | None = None
    problem: str | None = None
    context: str | None = None
    mapped: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Observes:
    """What a format lists wherever it occurs, so that where a source lists none, there was none.

    Only what belongs to the layout itself is declared: counters in every post of a forum, a table of views.
    Whatever else a format may hold a source observes once one of it has landed; until then the marts say
    NULL, not zero (dbt, int_networks).
    """

    views: bool = False
    counters: bool = False
    connections: bool = False
    reshares: bool = False


@dataclass(frozen=True)
class Sign:
    """What the first bytes of a file may show: a pattern over them, and such a file in words.

    The platform writes the file, whether the format reads it (`is_read`) or not. A general sign says how a file is
    laid out, whoever wrote it: those of other formats are asked before.
    """

    pattern: bytes
    words: str
    is_read: bool = True
    is_general: bool = False


def _as_it_is(_: str, cell: str) -> str:
    return cell


@dataclass(frozen=True)
class Format:
    """An export's layout. Its version is made of what it compiles to (version.py): nobody counts it up.

    `shape` names the fields read (shape.py); of a table, its columns. `known_fields` are the record's further
    top-level fields that are known and not used: any other one is reported as drift; `page_fields` says the
    same of the page around the records. `refused` names other endpoints by SQL over `r` and `pointer`: one
    such record refuses the file, in those words.
    `let` names parts of a record that the tests of its kinds and its rows use, as `Rows.let` does.
    `says_it_is` is SQL for the word by which a record of no known kind names itself, for the report.
    `options` are the source's options it understands, each with the values that are valid (none named:
    any). `read_cell` gives, of a table, the SQL of a field from its name and the SQL of its cell: what a cell
    says before any column is made of it. `deletions_by` says whose Delete counts where the source does not: on a
    platform moderators delete, too; where anybody may write any activity, only what its author takes back is gone.
    `reference` is the address of the platform's published schema.
    """

    name: str
    description: str
    reference: str
    network: str | None
    container: Container
    kinds: tuple[RecordKind, ...]
    shape: Mapping[str, object]
    page_shape: Mapping[str, object] | None = None
    known_fields: frozenset[str] = field(default_factory=frozenset)
    page_fields: frozenset[str] = field(default_factory=frozenset)
    refused: Mapping[str, str] | None = None
    let: Mapping[str, str] = field(default_factory=dict)
    says_it_is: str | None = None
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    read_cell: Callable[[str, str], str] = _as_it_is
    observes: Observes = Observes()
    deletions_by: Literal["author", "platform"] = "platform"
