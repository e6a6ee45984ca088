"""Domains of Tryton, as far as the connector asks by them: whether a row is meant. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Many = Callable[[Any, str], Sequence[Mapping[str, Any]] | None]
"""Rows of a one-to-many field; None: it is none."""


def matches(row: Mapping[str, Any], domain: Sequence[Any], many: Many) -> bool:
    if not domain:
        return True
    if domain[0] in ("OR", "AND"):
        found = [matches(row, each, many) for each in domain[1:]]
        return any(found) if domain[0] == "OR" else all(found)
    if isinstance(domain[0], str):
        name, operator, value = domain
        return any(_holds(one, operator, _read(value)) for one in part(row, name, many))
    return all(matches(row, each, many) for each in domain)


def part(row: Mapping[str, Any], name: str, many: Many) -> list[Any]:
    """The values of a field, which may be one of related rows."""
    outer, _, inner = name.partition(".")
    rows = many(row, outer)
    if rows is not None:
        return [one[inner] for one in rows]
    if inner and inner != "id":
        raise ValueError(f"no such field: {name}")
    return [row[outer]]


def _read(value: Any) -> Any:
    if isinstance(value, Mapping) and value.get("__class__") == "datetime":
        day = datetime(value["year"], value["month"], value["day"], tzinfo=UTC)
        return day.replace(**{name: value[name] for name in ("hour", "minute", "second", "microsecond")})
    return value


def _holds(own: Any, operator: str, value: Any) -> bool:
    match operator:
        case "=":
            return bool(own == value)
        case "!=":
            return bool(own != value)
        case ">":
            return own is not None and bool(own > value)
        case "in":
            return own in value
        case "like" | "ilike":
            pattern = "".join(".*" if one == "%" else "." if one == "_" else re.escape(one) for one in value)
            return (
                re.fullmatch(pattern, str(own), re.DOTALL | (re.IGNORECASE if operator == "ilike" else 0)) is not None
            )
        case _:
            raise ValueError(f"no such operator: {operator}")
