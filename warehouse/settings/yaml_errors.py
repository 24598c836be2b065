"""What is wrong in a YAML file, as sentences that begin with the line: the YAML itself, and a model's values.

Must not live here: which values are valid (sections.py).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

# Instead of pydantic's words, which speak of Python's types and regular expressions.
_WORDS = {
    r"^[a-z][a-z0-9_]{0,62}$": "must begin with a lower-case letter and hold only such, digits and underscores",
    r"^[A-Z]{3}$": "must be three capital letters, such as EUR",
    r"^\d+(\.\d+)?\s?[KMGT]i?B$": "must be a number and KB, MB, GB or TB, such as 2GB",
}
_LIST, _MAP = "must be a list, such as [a, b]", "must be a map, such as {a: b}"
_MUST_BE = {
    "string_type": "must be a text: write it in quotes",
    "tuple_type": _LIST,
    "list_type": _LIST,
    "dict_type": _MAP,
    "model_type": _MAP,
    "model_attributes_type": _MAP,
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "date_type": "must be a day, such as 2025-12-31",
    "date_from_datetime_parsing": "must be a day, such as 2025-12-31",
}


class YamlInvalid(Exception):
    """A text that is no YAML mapping; its sentence begins after the file's name."""


# More than any configuration says. What a file's aliases stand for counts each time that they do.
_MOST_BYTES, _MOST_NODES = 4 << 20, 100_000


def read_mapping(text: str) -> dict[str, Any]:
    """Read a YAML mapping. Raises YamlInvalid, as `read_value` does, and for anything else than a mapping."""
    data = read_value(text)
    if not isinstance(data, dict):
        found = f"a {type(data).__name__}" if isinstance(data, (list, tuple)) else repr(data)
        raise YamlInvalid(f": must be a mapping with 'brand' and 'sources', found {found}")
    return data


def read_value(text: str) -> Any:
    """Read YAML. Raises YamlInvalid, also for a key given twice, of which YAML would take the last, and for
    aliases that stand for more than a configuration can say, before they are followed."""
    if len(text) > _MOST_BYTES:
        raise YamlInvalid(f": is larger than {_MOST_BYTES >> 20} MiB, so it is no configuration.")
    root = None
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        _refuse_endless(root)
        twice = next(_keys_given_twice(root), None)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error)
        raise YamlInvalid(f"{where}: not valid YAML: {problem}") from error
    except RecursionError:
        raise YamlInvalid(": its values are nested too deep; no configuration is.") from None
    except ValueError as error:  # what looks like a date and is none
        line, seen = _no_date(root)
        raise YamlInvalid(f", line {line}: {seen!r} looks like a date, but is none: {error}.") from error
    if twice is not None:
        line = twice.start_mark.line + 1
        raise YamlInvalid(f", line {line}: {twice.value} is given twice; put both into one.")
    return data


def _refuse_endless(root: yaml.Node | None) -> None:
    """Raise YamlInvalid where aliases (*name) make one value stand in itself, or very many out of few."""
    sizes: dict[int, int] = {}
    within: set[int] = set()

    def size(node: yaml.Node) -> int:
        if id(node) in within:
            line = node.start_mark.line + 1
            raise YamlInvalid(
                f", line {line}: the value that begins here holds itself, by an alias; write it out."
            )
        if id(node) not in sizes:
            within.add(id(node))
            sizes[id(node)] = 1 + sum(map(size, _inside(node)))
            within.remove(id(node))
        if sizes[id(node)] > _MOST_NODES:
            line = node.start_mark.line + 1
            raise YamlInvalid(
                f", line {line}: the aliases (*name) in the value that begins here make it more than "
                f"{_MOST_NODES:,} values; write out what is meant."
            )
        return sizes[id(node)]

    if root is not None:
        size(root)


def sentences(error: ValidationError, text: str, model: type[BaseModel]) -> list[str]:
    """Say each error of a model's validation of `text`, beginning with its line, after the file's name."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    errors: list[dict[str, Any]] = [dict(each) for each in error.errors()]
    places = [tuple(each["loc"]) for each in errors]
    return [
        _sentence(each, root, model)
        for each, place in zip(errors, places, strict=True)
        # a list whose only element is wrong counts as empty, too
        if each["type"] != "too_short" or not any(p[: len(place)] == place != p for p in places)
    ]


def _sentence(error: dict[str, Any], root: yaml.Node | None, model: type[BaseModel]) -> str:
    location = tuple(error["loc"])
    where = ".".join(str(part) for part in location) or "the file"
    line = _line(root, location)
    if error["type"] == "missing":
        return f", line {line}: {where} is missing; it must be given."
    if error["type"] == "extra_forbidden":
        return f", line {line}: {where} is not a known setting; {_nearest(location, model)}"
    value = error.get("input")
    seen = "" if isinstance(value, (dict, list, tuple, BaseModel)) else f" {value!r}"
    return f", line {line}: {where}{seen}: {_message(error)}."


def _message(error: dict[str, Any]) -> str:
    if error["type"] == "string_pattern_mismatch":
        return _WORDS.get(error["ctx"]["pattern"], str(error["msg"]))
    if error["type"] == "too_short":
        return f"at least {error['ctx']['min_length']} must be given"
    if error["type"] in _MUST_BE:
        return _MUST_BE[error["type"]]
    return re.sub(r"^Value error, ", "", error["msg"]).replace("Input should be", "must be")


def _nearest(location: tuple[Any, ...], model: type[BaseModel]) -> str:
    for part in location[:-1]:
        field = model.model_fields.get(str(part))
        section = _section_of(field.annotation) if field else None
        model = section or model
    known = sorted(model.model_fields)
    close = difflib.get_close_matches(str(location[-1]), known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known here are {', '.join(known)}."


def _section_of(annotation: Any) -> type[BaseModel] | None:
    candidates = (annotation, *getattr(annotation, "__args__", ()))
    return next((c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel)), None)


def _line(root: yaml.Node | None, location: tuple[Any, ...]) -> int:
    if root is None:
        return 1
    node = root
    line = root.start_mark.line + 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _inside(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [each for pair in node.value for each in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _nodes(root: yaml.Node | None) -> Iterator[yaml.Node]:
    """Yield every node once, however many aliases name it."""
    waiting, seen = [root] if root is not None else [], set()
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            waiting += reversed(_inside(node))


def _keys_given_twice(root: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    for node in _nodes(root):
        if isinstance(node, yaml.MappingNode):
            seen = set()
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode):
                    if key.value in seen:
                        yield key
                    seen.add(key.value)


def _no_date(root: yaml.Node | None) -> tuple[int, str]:
    """Line and text of the first value that YAML takes for a date and Python does not."""
    constructor = yaml.SafeLoader("")
    for node in _nodes(root):
        if node.tag == "tag:yaml.org,2002:timestamp":
            try:
                constructor.construct_object(node)
            except ValueError:
                return node.start_mark.line + 1, str(node.value)
    return 1, "a value"
