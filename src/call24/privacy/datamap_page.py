"""Writes docs/reference/data-map.md from the models: `python -m call24.privacy.datamap_page [FILE]`."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

import call24
from call24.data_map import Category, Document, Fact, WithDocument, documents

PAGE = Path("docs/reference/data-map.md")

_HEAD = """# The data map

Everything that Call24 stores in MongoDB: whose data it is, what for, how long it is kept and how it is erased. Files
(recordings, prompts, exports, the journal spool, logs) and what the app keeps in the browser are not listed here yet;
the room that writes them deletes them. Made from the declarations in the code by
`python -m call24.privacy.datamap_page`; tests fail when this page is out of date or when MongoDB has something that
it does not name.

A *caller* is anybody outside who calls or is called (fideslang's `customer`), a *user* somebody with an account
(`employee`). Categories are named after [fideslang](https://ethyca.github.io/fideslang); those that begin with
`organisation.` are Call24's own. The basis is the one that Call24 assumes (GDPR, article 6): the organisation is the
controller and decides. A recipient is somebody outside the installation. A row that does not say how long is kept and
erased with its document.

# MongoDB
"""


def load_models() -> None:
    """Import every module of every room that declares what it holds, so that all documents are declared."""
    for declaration in sorted(Path(call24.__file__).parent.glob("*/personal_data.py")):
        room = declaration.parent
        for module in pkgutil.walk_packages([str(room)], f"call24.{room.name}."):
            importlib.import_module(module.name)


def page() -> str:
    load_models()
    return _HEAD + "".join(_section(document) for document in documents())


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
