"""How the dbt project falls into two stages around identity, read from its manifest. No dbt, no Dagster.

Personas, who follows whom and records of organisations come from dbt, links from Python, marts from dbt again.
So what identity reads, to link or to explain, with everything it is made from, is built before linking, and the
rest after. Must not
live here: how either looks in Dagster.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

PERSONAS = "int_personas"
READ_BY_IDENTITY = (PERSONAS, "int_edges", "int_organization_records", "int_persona_descriptions")
_BUILT = ("model.", "seed.", "snapshot.")


class NoPersonas(Exception):
    """The project has no model of the name that identity reads."""


@dataclass(frozen=True)
class DbtGraph:
    """The nodes of a dbt manifest, and who depends on whom."""

    manifest: Mapping[str, Any]

    @cached_property
    def built(self) -> frozenset[str]:
        """Ids of what dbt builds: models, seeds and snapshots, ephemeral ones apart."""
        nodes = self.manifest["nodes"].items()
        return frozenset(
            unique_id
            for unique_id, node in nodes
            if unique_id.startswith(_BUILT) and node["config"].get("materialized") != "ephemeral"
        )

    @cached_property
    def before_identity(self) -> frozenset[str]:
        """Ids of the models that identity reads and of all that they are made from."""
        found = [i for i in self.built if self.manifest["nodes"][i]["name"] in READ_BY_IDENTITY]
        if not any(self.manifest["nodes"][i]["name"] == PERSONAS for i in found):
            raise NoPersonas(
                f"dbt_project/models has no model called {PERSONAS!r}, which identity reads; found are "
                f"{', '.join(sorted(self.manifest['nodes'][i]['name'] for i in self.built))}"
            )
        return frozenset[str]().union(*map(self.ancestors, found)) & self.built | set(found)

    @cached_property
    def after_identity(self) -> frozenset[str]:
        """Ids of everything else."""
        return self.built - self.before_identity

    def names(self, unique_ids: Iterable[str]) -> list[str]:
        return sorted(self.manifest["nodes"][i]["name"] for i in unique_ids)

    def ancestors(self, unique_id: str) -> frozenset[str]:
        """Return all that a node is made from, near and far, sources included."""
        seen: set[str] = set()
        waiting = [unique_id]
        while waiting:
            parents = set(self.manifest["parent_map"].get(waiting.pop(), ())) - seen
            seen |= parents
            waiting.extend(parents)
        return frozenset(seen)

    def owner(self, test_id: str) -> str | None:
        """Return the model or seed whose check a dbt test is; None for tests of sources alone.

        The model it is written at, unless it also reads a model of the later stage: then it can only run
        there. A test of several models written at none belongs to the one built last.
        """
        test = self.manifest["nodes"][test_id]
        parents = [p for p in test["depends_on"]["nodes"] if p in self.built]
        late = [p for p in parents if p in self.after_identity]
        candidates = late or parents
        if test.get("attached_node") in candidates:
            return str(test["attached_node"])
        return max(candidates, key=lambda p: (len(self.ancestors(p)), p), default=None)
