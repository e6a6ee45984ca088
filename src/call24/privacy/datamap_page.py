"""Writes docs/reference/data-map.md from the models: `python -m call24.privacy.datamap_page [FILE]`."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

from call24.kit.datamap import Document, documents

PAGE = Path("docs/reference/data-map.md")
ROOMS = (
    "audit",
    "tenants",
    "identity",
    "agents",
    "pusher_apps",
    "queues",
    "flows",
    "toll_fraud",
    "contacts",
    "tasks",
    "calls",
    "journal",
    "recordings",
    "call_records",
    "statistics",
    "exports",
    "reconciliation",
    "notifications",
    "webhooks",
    "idempotency",
    "realtime",
    "privacy",
)

_HEAD = """# The data map

Every field that Call24 stores in MongoDB: whose data it is, what for, how long it stays and how it goes. Made from the
models by `python -m call24.privacy.datamap_page`; a test fails when this page or a stored field is not up to date.
Besides MongoDB there are the sound files of recordings (named by `recordings.path`) and of prompts (named by their id),
and the journal's spool, which holds `journal` lines until MongoDB has them, and for about 10 s more.
"""


def load_models() -> None:
    """Import every module of every room that stores something, so that all documents are declared."""
    for room in ROOMS:
        package = importlib.import_module(f"call24.{room}")
        for module in pkgutil.walk_packages(package.__path__, f"call24.{room}."):
            importlib.import_module(module.name)


def page() -> str:
    load_models()
    return _HEAD + "".join(_section(document) for document in documents())


def _section(document: Document) -> str:
    whose = "one organisation's documents" if document.tenant else "the platform's documents"
    rows = [
        f"\n## `{document.collection}`: {whose}\n",
        "| field | whose | kind | for | kept | erased |",
        "|---" * 6 + "|",
    ]
    for path, fact in document.facts.items():
        cells = (f"`{path}`", fact.subject, fact.category, fact.purpose, fact.retention, fact.erase)
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"


def main() -> int:
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
