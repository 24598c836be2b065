"""How the dbt project is cut in two around identity.

lake.contacts ─ stg_contacts ─ int_personas        (before)
lake.orders   ─ stg_orders ─┐
identity.personas ──────────┴─ customers ─ segments  (after)
"""

from __future__ import annotations

from typing import Any

import pytest

from orchestration.dbt.graph import DbtGraph, NoPersonas


def node(name: str, parents: list[str], **more: Any) -> dict[str, Any]:
    kind = "test" if name.startswith("test_") else "model"
    return {
        "unique_id": f"{kind}.p.{name}",
        "name": name,
        "config": {"materialized": "table"},
        "depends_on": {"nodes": parents},
        **more,
    }


def manifest(*nodes: dict[str, Any]) -> dict[str, Any]:
    return {
        "nodes": {n["unique_id"]: n for n in nodes},
        "parent_map": {n["unique_id"]: n["depends_on"]["nodes"] for n in nodes},
    }


MODELS = (
    node("stg_contacts", ["source.p.lake.contacts"]),
    node("stg_orders", ["source.p.lake.orders"]),
    node("int_personas", ["model.p.stg_contacts"]),
    node("customers", ["model.p.stg_orders", "source.p.identity.personas"]),
    node("segments", ["model.p.customers"]),
)


def test_what_personas_are_made_from_comes_before_identity_and_everything_else_after() -> None:
    graph = DbtGraph(manifest(*MODELS))
    assert graph.names(graph.before_identity) == ["int_personas", "stg_contacts"]
    assert graph.names(graph.after_identity) == ["customers", "segments", "stg_orders"]


def test_an_ephemeral_model_is_not_built() -> None:
    graph = DbtGraph(manifest(*MODELS, node("words", [], config={"materialized": "ephemeral"})))
    assert "words" not in graph.names(graph.built)


@pytest.mark.parametrize(
    ("parents", "attached", "owner"),
    [
        (["stg_contacts"], "stg_contacts", "stg_contacts"),
        (["stg_contacts", "int_personas"], "stg_contacts", "stg_contacts"),
        (["stg_contacts", "customers"], "stg_contacts", "customers"),  # cannot run before customers is built
        (["customers", "segments"], None, "segments"),  # written at none: the one built last
    ],
)
def test_a_test_belongs_to_a_model_of_the_stage_in_which_it_can_run(
    parents: list[str], attached: str | None, owner: str
) -> None:
    test = node(
        "test_it",
        [f"model.p.{p}" for p in parents],
        attached_node=f"model.p.{attached}" if attached else None,
    )
    assert DbtGraph(manifest(*MODELS, test)).owner("test.p.test_it") == f"model.p.{owner}"


def test_a_test_of_sources_alone_belongs_to_no_model() -> None:
    test = node("test_it", ["source.p.lake.contacts"])
    assert DbtGraph(manifest(*MODELS, test)).owner("test.p.test_it") is None


def test_a_project_without_personas_is_refused_by_name() -> None:
    with pytest.raises(NoPersonas, match="no model called 'int_personas'"):
        _ = DbtGraph(manifest(MODELS[0])).before_identity
