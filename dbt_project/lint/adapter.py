"""Stand-ins for dbt's `adapter`, for sqlfluff alone: it reads SQL without dbt and without a database.

Must not live here: anything that dbt runs. Each stand-in gives SQL of the same kind as the true macro.
"""

from collections.abc import Callable

_RELATIONS = {"integers": "select 1 as n", "known_time_zones": "select 'UTC' as time_zone"}
_TYPES = {"type_instant": "timestamp"}


def dispatch(macro: str, *_: object) -> Callable[..., str]:
    """The macro's stand-in: a query, a type, or a call of a function of that name."""
    return lambda *arguments: (
        _RELATIONS.get(macro) or _TYPES.get(macro) or f"{macro}({', '.join(map(str, arguments))})"
    )
