"""Names in one text: taken apart, and in which order their parts stand. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from call24.people.model import NameOrder

_PARTS: dict[NameOrder, tuple[str, str, str]] = {
    "given_first": ("given", "patronymic", "family"),
    "family_first": ("family", "given", "patronymic"),
    "patronymic_first": ("patronymic", "given", "family"),
}


def in_order(names: Mapping[str, Any], order: NameOrder) -> str:
    """As they are shown."""
    return " ".join(part for part in (names.get(field, "") for field in _PARTS[order]) if part)


def order_of(shown: str, names: Mapping[str, Any], usual: NameOrder) -> NameOrder:
    """The order in which the parts give what is shown; the usual one where several do, or none."""
    plain = " ".join(shown.split())
    fitting = [order for order in (usual, *_PARTS) if in_order(names, order) == plain]
    return fitting[0] if fitting else usual


def split_name(text: str, order: NameOrder) -> dict[str, Any]:
    """Fields of a person whose name is shown as the text was, but for a comma after a family name."""
    family, comma, rest = (part.strip() for part in text.partition(","))
    if comma and family and rest:
        return {"family": family, "given": rest, "order": "family_first"}
    words = text.replace(",", " ").split()
    if len(words) < 2:
        return {"given": " ".join(words), "order": order}
    match order:
        case "given_first":
            return {"given": " ".join(words[:-1]), "family": words[-1], "order": order}
        case "family_first":
            return {"family": words[0], "given": " ".join(words[1:]), "order": order}
        case _:
            return {"patronymic": words[0], "given": " ".join(words[1:]), "order": order}
