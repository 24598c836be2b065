"""Evidence 8: rhythm: do two profiles keep the same hours and days.

The statistic is a Bayes factor, in bits: how much likelier the two histograms are if both are drawn from one
unknown distribution than if each has its own. Counts are multinomial under a symmetric Dirichlet prior
(Jeffreys, 1/2 a bin), so it is a difference of three log marginal likelihoods, log m(a + b) − log m(a) −
log m(b), and knows how little few activities say. A flat prior, and not the population's own hours: it is
indifferent to the time zone in which a company's customers live. What everybody shares there, u learns.

Must not live here: counting (int_persona_rhythms.sql).
"""

from __future__ import annotations

from warehouse.identity.evidence.spec import Comparison, Level

_PRIOR = 0.5
# Bits from which two rhythms are alike, and from which they may be.
ALIKE, SIMILAR = 8, 0


def _log_marginal(counts: str, plus: str = "") -> str:
    """Natural logarithm of the Dirichlet-multinomial likelihood of a list of counts, one sequence of draws.

    `plus` is added to each count `v` at position `i`; terms that depend on neither are left out, since they
    cancel but for the one of the prior, `_AT_NOTHING`.
    """
    bins = f"list_transform({counts}, lambda v, i: lgamma({_PRIOR} + v{plus}))"
    total = f"list_sum(list_transform({counts}, lambda v, i: {_PRIOR} + v{plus}))"
    return f"(list_sum({bins}) - lgamma({total}))"


def _at_nothing(bins: int) -> str:
    return f"({bins} * lgamma({_PRIOR}) - lgamma({bins * _PRIOR}))"


_COLUMNS = {"rhythm_hours": 24, "rhythm_weekdays": 7}
_OWN = " + ".join(_log_marginal(column) for column in _COLUMNS)
_TOGETHER = " + ".join(
    f"{_log_marginal(f'{column}_l', f' + {column}_r[i]')} + {_at_nothing(bins)}"
    for column, bins in _COLUMNS.items()
)
BITS = f"(({_TOGETHER} - rhythm_own_l - rhythm_own_r) / ln(2))"

COMPARISONS = (
    Comparison(
        name="rhythm",
        meaning="hours and days of activity (UTC)",
        missing="rhythm_own_l is null or rhythm_own_r is null",
        levels=(
            Level("alike", f"{BITS} >= {ALIKE}", "active at the same hours and days"),
            Level("similar", f"{BITS} >= {SIMILAR}", "active at similar hours and days"),
        ),
        otherwise="active at other hours or days",
        derived={"rhythm_own": _OWN},
    ),
)
