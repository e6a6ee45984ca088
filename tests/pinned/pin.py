"""Names that programs, administrators and stored data rely on. `.venv/bin/python tests/pinned/pin.py` adds what is new.

Each list is a text file beside this one, a name a line. tests/unit/repository/test_pinned.py fails when a name that is
in a list is gone from the product: an integration, a dashboard, a script or stored data would break. Adding is free.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import get_args

from call24.agents.events import AnyAgentEvent
from call24.calls.events import AnyCallEvent
from call24.data_map import declared
from call24.http.codes import CODES
from call24.http.former_operations import FORMER
from call24.identity.permissions import HELP
from call24.kit.ids import PREFIXES
from call24.kit.settings import Settings
from call24.kit.settings_places import DataPaths
from call24.metrics.families import FAMILIES
from call24.privacy.datamap_page import load_models
from call24.realtime import fanout
from call24.server.operations_page import operations
from call24.webhooks.events import NEEDS

FOLDER = Path(__file__).parent


def _operations() -> Iterator[str]:
    for one in operations():
        yield f"{one.id} {one.method} {one.path}"


def _problems() -> Iterator[str]:
    for status, codes in CODES.items():
        for code in codes:
            yield f"{status} {code}"


def _journal_events() -> Iterator[str]:
    for event in (*get_args(AnyCallEvent), *get_args(AnyAgentEvent)):
        yield event.__name__


def _realtime_events() -> Iterator[str]:
    """What is sent on the channels of organisations and users: the names that are given to these."""
    place = {"publish": 1, "_to_tenant": 1, "ToTenant": 1, "ToUser": 2}
    for node in ast.walk(ast.parse(Path(fanout.__file__).read_text())):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", "") or getattr(node.func, "id", "")
            name = node.args[place[called]] if called in place else None
            if isinstance(name, ast.Constant):
                yield str(name.value)


def _settings() -> Iterator[str]:
    for setting in fields(Settings):
        yield f"--{setting.name.replace('_', '-')}"


def _metrics() -> Iterator[str]:
    for family in FAMILIES:
        yield " ".join((family.kind, family.name, *family.labels))


def _stored_fields() -> Iterator[str]:
    load_models()
    for collection, facts in declared().items():
        for path in facts:
            yield f"{collection}.{path}"


def _places() -> Iterator[str]:
    """Where things lie in the data folder."""
    here = Settings(data=Path("DATA"))
    for name, value in vars(DataPaths).items():
        if isinstance(value, property):
            yield str(getattr(here, name))


LISTS: dict[str, Callable[[], Iterator[str]]] = {
    "data-folder": _places,
    "former-operations": lambda: (f"{former} -> {now}" for now, former in FORMER.items()),
    "id-prefixes": lambda: iter(PREFIXES),
    "journal-events": _journal_events,
    "metrics": _metrics,
    "operations": _operations,
    "permissions": lambda: iter(HELP),
    "problems": _problems,
    "realtime-events": _realtime_events,
    "settings": _settings,
    "stored-fields": _stored_fields,
    "webhook-events": lambda: iter(NEEDS),
}


def pinned(name: str) -> set[str]:
    file = FOLDER / f"{name}.txt"
    return set(file.read_text().splitlines()) if file.exists() else set()


def main() -> None:
    for name, found in LISTS.items():
        (FOLDER / f"{name}.txt").write_text("".join(f"{line}\n" for line in sorted({*pinned(name), *found()})))


if __name__ == "__main__":
    main()
