"""Words of orders and contacts that would count for nothing, foretold by what was looked at."""

from __future__ import annotations

import pytest

from ingestion.preview import SourcePreview
from orchestration.configuration.words_that_count import words_that_count_for_nothing
from warehouse.settings import Settings


def said(**words: tuple[str | None, ...]) -> list[str]:
    settings = Settings.model_validate(
        {
            "brand": {"name": "B"},
            "sources": [{"name": "s", "format": "feed", "path": "a", "network": "n"}],
            "segmentations": [{"name": "lifestyle"}],
        }
    )
    seen = {name.replace("__", "."): values for name, values in words.items()}
    return words_that_count_for_nothing(settings, [SourcePreview("shop", "table", "a", words=seen)])


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        ({"orders__status": ("Draft", None)}, "Source 'shop': no order that was looked at has a status of"),
        (
            {"orders__status": ("paid ",), "orders__currency": ("USD",)},
            "Source 'shop': orders are in 'USD', and",
        ),
        (
            {"contacts__stage": (None, "Lead")},
            "No contact that was looked at has a stage of crm.customer_stages",
        ),
        (
            {"segment_assignments__segmentation": ("lifestyle", "calm")},
            "Source 'shop': assignments to 'calm' count for nothing: scrm.yml names 'lifestyle' under",
        ),
        (
            {"consents__purpose": ("Linking", "marketing")},
            "Source 'shop': no consent or objection that was looked at is of the purpose 'linking'",
        ),
    ],
)
def test_what_counts_for_nothing_is_said(words: dict[str, tuple[str | None, ...]], begins: str) -> None:
    (sentence,) = said(**words)
    assert sentence.startswith(begins)


def test_what_counts_is_not() -> None:
    assert said(orders__status=("Paid", None), orders__currency=(None, "EUR"), contacts__stage=(None,)) == []
    assert said(contacts__stage=("customer",)) == []
    assert said(segment_assignments__segmentation=("lifestyle",)) == []
    assert said(consents__purpose=("marketing", "linking")) == []
    assert said() == []
