"""A name that a CRM lets no record be without: who has none here is written as `-`, and `-` is read as none. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NO_NAME = "-"


def written(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    """`name`: the member that must not be empty, where it is among them."""
    return {**values, name: values[name] or NO_NAME} if name in values else dict(values)


def read(fields: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {**fields, name: ""} if fields.get(name) == NO_NAME else dict(fields)
