"""Stand-ins for dbt's cross-database macros, for sqlfluff alone: it reads SQL without dbt.

Must not live here: anything that dbt runs. Each gives SQL of the same kind as the true macro.
"""


def dateadd(part: str, count: object, moment: str) -> str:
    """A moment, moved by a count of parts."""
    return f"{moment} + interval ({count}) {part}"


def datediff(first: str, second: str, part: str) -> str:
    """A whole number of parts."""
    return f"date_diff('{part}', {first}, {second})"


def date_trunc(part: str, moment: str) -> str:
    """The first moment of a part."""
    return f"date_trunc('{part}', {moment})"


def last_day(date: str, part: str) -> str:
    """The last day of a part."""
    return f"last_{part}_day({date})"


def listagg(measure: str, separator: str, order: str) -> str:
    """Texts, joined."""
    return f"string_agg({measure}, {separator} {order})"


def type_string() -> str:
    """The type of text."""
    return "string"
