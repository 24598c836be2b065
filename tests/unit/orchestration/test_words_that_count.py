"""Words of orders and contacts that would count for nothing, foretold by what was looked at."""

from __future__ import annotations

import pytest

from ingestion.preview import SourcePreview
from orchestration.words_that_count import words_that_count_for_nothing
from warehouse.settings import Settings


def said(**words: tuple[str | None, ...]) -> list[str]:
    settings = Settings.model_validate(
        {"brand": {"name": "B"}, "sources": [{"name": "s", "format": "feed", "path": "a", "network": "n"}]}
    )
    seen = {name.replace("_", ".", 1): values for name, values in words.items()}
    return words_that_count_for_nothing(settings, [SourcePreview("shop", "table", "a", words=seen)])


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        ({"orders_status": ("Draft", None)}, "Source 'shop': no order that was looked at has a status of"),
        (
            {"orders_status": ("paid ",), "orders_currency": ("USD",)},
            "Source 'shop': orders are in 'USD', and",
        ),
        (
            {"contacts_stage": (None, "Lead")},
            "No contact that was looked at has a stage of crm.customer_stages",
        ),
    ],
)
def test_what_counts_for_nothing_is_said(words: dict[str, tuple[str | None, ...]], begins: str) -> None:
    (sentence,) = said(**words)
    assert sentence.startswith(begins)


def test_what_counts_is_not() -> None:
    assert said(orders_status=("Paid", None), orders_currency=(None, "EUR"), contacts_stage=(None,)) == []
    assert said(contacts_stage=("customer",)) == []
    assert said() == []
