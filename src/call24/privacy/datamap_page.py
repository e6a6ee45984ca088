"""Writes docs/reference/data-map.md from the models: `python -m call24.privacy.datamap_page [FILE]`."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import call24
from call24.data_map import (
    Browser,
    Category,
    Document,
    Fact,
    Files,
    GivenTo,
    Memory,
    Place,
    WithDocument,
    documents,
)
from call24.kit.holdings import Holdings

PAGE = Path("docs/reference/data-map.md")

_HEAD = """# The data map

Everything that Call24 keeps, in MongoDB and [elsewhere](#outside-of-mongodb), and what it gives to others: whose data
it is, what for, how long it is kept and how it is erased. Made from the declarations in the code by
`python -m call24.privacy.datamap_page`; tests fail when this page is out of date, and when MongoDB, the data folder or
a browser has something that it does not name.

A *caller* is anybody outside who calls or is called (fideslang's `customer`), a *user* somebody with an account
(`employee`). Categories are named after [fideslang](https://ethyca.github.io/fideslang); those that begin with
`organisation.` are Call24's own. The basis is the one that Call24 assumes (GDPR, article 6): the organisation is the
controller and decides. A recipient is somebody outside the installation. A row that does not say how long is kept and
erased with its document.

# MongoDB
"""

_OUTSIDE = """
# Outside of MongoDB

Each place is declared by the room that writes it, in its `personal_data.py`. Backups (`./call24 backup`) are encrypted
and expire after 30 days, or what `--backup-days` says: what is deleted here is in backups for so much longer. They have
MongoDB and the files that are named below. Another copy of the data folder is the operator's to expire.
"""
_KINDS = (
    (
        Files,
        "Files",
        "Below the data folder. `{tenant_id}`: a folder for each organisation, deleted with it. Such folders and files "
        "that go by their age, are deleted by `privacy/files.py`; logs by the parent process.",
    ),
    (
        Browser,
        "A user's browser",
        "Forgotten by the app at sign-out and when a session ends (`web/src/links/kept.ts`), but for the cookies and "
        "the language.",
    ),
    (Memory, "Memory of the server", "What outlives a request and has a person's name, number or acts in it."),
    (GivenTo, "Given to others", "Leaves the installation, where somebody set it so."),
)


def load_models() -> None:
    """Import every module of every room that declares what it holds, so that all documents are declared."""
    for declaration in sorted(Path(call24.__file__).parent.glob("*/personal_data.py")):
        room = declaration.parent
        for module in pkgutil.walk_packages([str(room)], f"call24.{room.name}."):
            importlib.import_module(module.name)


def page() -> str:
    load_models()
    return _HEAD + "".join(_section(document) for document in documents()) + _outside(holdings())


def holdings() -> list[Holdings]:
    """Of all rooms, by their names."""
    declared = sorted(file.parent.name for file in Path(call24.__file__).parent.glob("*/personal_data.py"))
    found: list[Holdings] = [importlib.import_module(f"call24.{name}.personal_data").HOLDS for name in declared]
    return found


def _outside(rooms: Iterable[Holdings]) -> str:
    places = [(room.room, place) for room in rooms for place in room.places]
    parts = [_OUTSIDE]
    for kind, title, about in _KINDS:
        mine = sorted((one for one in places if isinstance(one[1].where, kind)), key=lambda one: str(one[1].where))
        parts.append(f"\n## {title}\n\n{about}\n")
        told = [one for one in mine if one[1].personal or kind is not Files]
        parts += ["\n| where | room | what | kept | account deleted | organisation closed |\n", "|---" * 6 + "|\n"]
        parts += [f"| {' | '.join(_place(room, place))} |\n" for room, place in told]
        if plain := [f"`{place.where}`" for room, place in mine if (room, place) not in told]:
            parts.append("\nOf no person: " + ", ".join(plain) + ".\n")
        if backed := [f"`{place.where}`" for _, place in mine if place.in_backup]:
            parts.append("\nIn backups: " + ", ".join(backed) + ".\n")
    return "".join(parts)


def _place(room: str, place: Place) -> Iterator[str]:
    yield str(place.where) if isinstance(place.where, GivenTo) else f"`{place.where}`"
    yield f"`{room}`"
    yield "<br>".join(f"{name}: {fact.subject}, `{fact.category}`, {fact.purpose}" for name, fact in place.what.items())
    yield str(place.kept)
    yield str(place.account or "")
    given = isinstance(place.where, GivenTo)
    yield "" if given else f"{place.closing}{f': {place.why}' if place.why else ''}"


def _section(document: Document) -> str:
    whose = "one organisation's documents" if document.tenant else "the platform's documents"
    told = {path: fact for path, fact in document.facts.items() if not _plain(fact)}
    lines = [f"\n## `{document.collection}`: {whose}\n", f"Kept {document.kept}."]
    if told:
        lines += ["", "| field | whose | category | for | basis | recipients | kept and erased |", "|---" * 7 + "|"]
        lines += [f"| {' | '.join(_cells(path, fact))} |" for path, fact in told.items()]
    if plain := [f"`{path}`" for path in document.facts if path not in told]:
        lines += ["", "Of no person: " + ", ".join(plain) + "."]
    return "\n".join(lines) + "\n"


def _plain(fact: Fact) -> bool:
    """Whether one line for all such fields says enough: identifiers, times, states, settings."""
    return not fact.personal and fact.category in (Category.OPERATIONS, Category.SETTING)


def _cells(path: str, fact: Fact) -> Iterator[str]:
    yield f"`{path}`"
    yield fact.subject
    yield f"`{fact.category}`"
    yield fact.purpose
    yield fact.basis or ""
    yield ", ".join(fact.recipients)
    own = [] if isinstance(fact.kept, WithDocument) else [str(fact.kept)]
    yield "; ".join([*own, *([] if str(fact.erase) == "deleted" else [str(fact.erase)])])


def main() -> int:
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
