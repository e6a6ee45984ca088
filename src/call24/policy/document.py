"""A version of the policy with an organisation's parts in it, as blocks; and what differs between two versions. Pure.

Marks of a text, and nothing else: `# ` a title, `## ` a heading, `* ` an item, `[[callers]]` a table, `{contact}` a
part of the organisation's. What an organisation states is text, never marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from call24.policy.model import PolicySettings
from call24.policy.texts import Row, Tables, Version
from call24.tenants.model import RecordingLimit, Tenant

Kind = Literal["title", "heading", "paragraph", "item", "header", "row"]
_PART = re.compile(r"\{([a-z_]+)\}")
_NO_TRANSFERS = "none is registered"
_NOT_STATED = "not stated yet"
_COLUMNS = ("What", "What for", "How long", "Legal basis", "Given to")
_RECORDING: dict[RecordingLimit, str] = {
    "always": "Calls are recorded where the queue that they come to is set so, or an agent records them.",
    "on_demand": "A call is recorded only when an agent starts the recording.",
    "never": "Calls are not recorded.",
}


@dataclass(frozen=True)
class Block:
    """`cells`: of a row of a table or its header; else one text."""

    kind: Kind
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """`heading`: below which it stands; `removed` and `added`: what was there before, and is there now."""

    heading: str
    removed: tuple[Block, ...]
    added: tuple[Block, ...]


def parts(tenant: Tenant, settings: PolicySettings, transfers: Sequence[str] = ()) -> dict[str, str]:
    """What the marks of a text stand for."""
    stated = {name: getattr(settings, name) or _NOT_STATED for name in ("postal_address", "contact", "officer")}
    return {
        **stated,
        "controller": settings.controller or tenant.name,
        "authority": settings.authority or _NOT_STATED,
        "data_region": settings.data_region or _NOT_STATED,
        "transfers": "; ".join(transfers) or _NO_TRANSFERS,
        "record_days": str(tenant.record_days),
        "recording": _RECORDING[tenant.recording],
    }


def blocks(version: Version, filled: Mapping[str, str]) -> tuple[Block, ...]:
    """Raises: KeyError for a mark that stands for nothing."""
    return tuple(block for part in version.text.strip().split("\n\n") for block in _blocks(part, version, filled))


def differences(before: Sequence[Block], after: Sequence[Block]) -> list[Difference]:
    """What was removed and added, in the order of `after`."""
    found = []
    for tag, old, old_end, new, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            below = [block.cells[0] for block in after[: new + 1] if block.kind in ("title", "heading")]
            found.append(Difference(below[-1] if below else "", tuple(before[old:old_end]), tuple(after[new:new_end])))
    return found


def _blocks(part: str, version: Version, filled: Mapping[str, str]) -> Iterator[Block]:
    if part.startswith("[["):
        yield from _table(part.strip("[]"), version.tables)
        return
    for mark, kind in (("## ", "heading"), ("# ", "title")):
        if part.startswith(mark):
            yield Block(kind, (_filled(part.removeprefix(mark), filled),))  # type: ignore[arg-type]
            return
    if part.startswith("* "):
        for line in part.splitlines():
            yield Block("item", (_filled(line.removeprefix("* "), filled),))
    else:
        yield Block("paragraph", (_filled(part, filled),))


def _filled(text: str, filled: Mapping[str, str]) -> str:
    return _PART.sub(lambda found: filled[found[1]], text)


def _table(name: str, tables: Tables) -> Iterator[Block]:
    if name == "recipients":
        yield Block("header", ("Who", "What"))
        for who, kinds in tables.recipients:
            yield Block("row", (who, "; ".join(kinds)))
        return
    rows: Mapping[str, tuple[Row, ...]] = {"callers": tables.callers, "users": tables.users}
    yield Block("header", _COLUMNS)
    for row in rows[name]:
        lists = (row.purposes, row.kept, row.basis, row.recipients)
        yield Block("row", (row.what, *("; ".join(words) for words in lists)))
