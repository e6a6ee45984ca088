"""A person's name in one piece, for CRMs that have no other: how it is put together, and taken apart. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from call24.people.model import Person
from call24.people.rules import NAME_ORDERS, name_of

WHOLE = "name"
"""The field of a mapping; it stands for all of PARTS."""
PARTS = ("given", "family", "patronymic")


def whole(person: Person) -> str:
    """In the person's own order; of who has no name, the company."""
    return " ".join(name_of(person).split())


def parts(text: str, person: Person | None) -> dict[str, str]:
    """Fields by which `whole` is this text. Where one part alone is another, the others stay; otherwise the first word
    is the given name (of who is written with the family first, the family), and the rest the other."""
    if person is not None and person.company and not any(getattr(person, part) for part in PARTS):
        return {"company": text}
    order = NAME_ORDERS[person.order] if person is not None else NAME_ORDERS["given_first"]
    before = {part: " ".join(getattr(person, part).split()) if person is not None else "" for part in PARTS}
    for part in order:
        if before[part] and (found := _between(text, order, part, before)):
            return {**before, part: found}
    first, _, rest = text.partition(" ")
    if rest and order[0] == "family":
        return {"given": rest, "family": first, "patronymic": ""}
    return {"given": first, "family": rest, "patronymic": ""}


def _between(text: str, order: Sequence[str], part: str, before: dict[str, str]) -> str:
    """What stands between the other parts; empty: they are others."""
    at = list(order).index(part)
    head = "".join(f"{before[one]} " for one in order[:at] if before[one])
    tail = "".join(f" {before[one]}" for one in order[at + 1 :] if before[one])
    if len(text) <= len(head) + len(tail) or not (text.startswith(head) and text.endswith(tail)):
        return ""
    return text[len(head) : len(text) - len(tail)]
