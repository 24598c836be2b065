"""Whom reviewers keep apart stays apart, whoever stands between them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from warehouse.identity.persons.divide import divide


def test_a_newcomer_goes_to_the_one_it_is_closer_to() -> None:
    """1 and 2 are kept apart. 3 is like both, more like 2."""
    groups, cut = divide([1, 2, 3], [(1, 3, 0.97), (2, 3, 0.99)], [(1, 2)])
    assert groups == {1: 1, 2: 2, 3: 2}
    assert cut == [(1, 3, 0.97)]


def test_a_longer_chain_breaks_at_its_weakest_link() -> None:
    groups, cut = divide([1, 2, 3, 4], [(1, 3, 0.99), (3, 4, 0.96), (2, 4, 0.98)], [(1, 2)])
    assert groups == {1: 1, 3: 1, 2: 2, 4: 2}
    assert cut == [(3, 4, 0.96)]


NODES = st.integers(0, 9)


@given(
    st.lists(st.tuples(NODES, NODES, st.floats(0.5, 1)), max_size=30),
    st.lists(st.tuples(NODES, NODES).filter(lambda pair: pair[0] != pair[1]), max_size=8),
)
def test_no_group_ever_holds_two_that_are_kept_apart(
    links: list[tuple[int, int, float]], forbidden: list[tuple[int, int]]
) -> None:
    groups, _ = divide(range(10), links, forbidden)
    assert all(groups[a] != groups[b] for a, b in forbidden)
    assert set(groups) == set(range(10))
