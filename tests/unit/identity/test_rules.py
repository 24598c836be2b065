"""Every rule that keeps personas apart, or joins them, says why in words."""

from __future__ import annotations

from warehouse.identity import rules


def test_every_named_rule_has_a_sentence() -> None:
    names = {value for name, value in vars(rules).items() if name.isupper() and isinstance(value, str)}
    assert names == set(rules.SENTENCES)
    assert all(sentence.endswith(".") for sentence in rules.SENTENCES.values())
