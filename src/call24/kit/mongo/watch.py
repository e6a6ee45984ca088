"""A listener that sees every command and keeps those that reach a tenant's collection without naming a tenant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from call24.data_map import belongs_to_tenants

COMMENT = "call24 platform: "
"""How a command over all tenants carries its reason."""

_SCHEMA_COMMANDS = frozenset(
    {
        "create",
        "collMod",
        "createIndexes",
        "dropIndexes",
        "listIndexes",
        "listCollections",
        "getMore",
        "killCursors",
        "drop",
    }
)


class ScopeWatch(CommandListener):
    """`unscoped`: commands that break tenancy, as text; `reasons`: (collection, why) of those over all tenants."""

    def __init__(self) -> None:
        self.unscoped: list[str] = []
        self.reasons: set[tuple[str, str]] = set()
        self.seen = 0

    def started(self, event: CommandStartedEvent) -> None:
        self.look(event.command_name, event.command)

    def look(self, name: str, command: Mapping[str, Any]) -> None:
        """One command, from whoever tells of it."""
        collection = command.get(name)
        if name in _SCHEMA_COMMANDS or not isinstance(collection, str):
            return
        if not belongs_to_tenants(collection):
            return
        self.seen += 1
        comment = command.get("comment")
        if isinstance(comment, str) and comment.startswith(COMMENT):
            self.reasons.add((collection, comment.removeprefix(COMMENT)))
        elif not all(_names_tenant(part) for part in _selectors(name, command)):
            self.unscoped.append(f"{name} {collection}")

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


def _names_tenant(selector: object) -> bool:
    tenant = selector.get("tenant_id") if isinstance(selector, Mapping) else None
    return isinstance(tenant, str) and bool(tenant)


def _selectors(name: str, command: Mapping[str, Any]) -> Iterator[object]:
    """The parts of a command that must each name a tenant; a command we do not know yields one that never does."""
    match name:
        case "find":
            yield command.get("filter")
        case "insert":
            yield from command.get("documents", [None])
        case "update":
            yield from (update.get("q") for update in command.get("updates", [{}]))
        case "delete":
            yield from (delete.get("q") for delete in command.get("deletes", [{}]))
        case "findAndModify" | "count" | "distinct":
            yield command.get("query")
        case "aggregate":
            pipeline = command.get("pipeline") or [{}]
            yield pipeline[0].get("$match")
        case _:
            yield None
