"""Who is called back in this process, and why that is enough: what changes in a document is told by the change feed.

A callback is lost when the server is killed between a write and the call. Each list of them is therefore in one of the
tables below, with what makes up for a lost call.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.source_trees import tree as tree_of

SOURCE = Path(__file__).resolve().parents[3] / "src" / "call24"

CACHES = {
    "agents/service.py skills_changed": "desks' settings, read anew at a start",
    "audit/service.py _listeners": "counts in the menus, which are counted again at a start",
    "queues/service.py changed": "desks' settings, read anew at a start",
    "pusher_apps/service.py changed": "the hub's copy of applications, read anew at a start",
    "pusher_apps/service.py removed": "the hub's copy of applications; its sockets end with the process",
    "flows/prompts.py changed": "copies on a PBX elsewhere, compared at each connect and each five minutes",
    "tenants/events.py trunk_added": "trunks in Asterisk, compared at a start and each 30 s",
    "tenants/events.py trunk_changed": "trunks in Asterisk, compared at a start and each 30 s",
    "tenants/events.py trunk_removed": "trunks in Asterisk, compared at a start and each 30 s",
    "tenants/events.py call_came": "a trunk's last call, shown while the process lives",
    "identity/events.py device_signed_in": "phones in Asterisk, all pushed anew at a start",
    "identity/events.py device_signed_out": "phones in Asterisk, all pushed anew at a start",
    "identity/events.py token_revoked": "open sockets, which end with the process",
    "identity/roles.py permissions_changed": "open sockets end with the process, phones are pushed anew",
    "identity/user_admin.py changed": "the same; links that ended are looked at again when they are used",
    "identity/roles.py changed": "links that nobody may give any more are looked at again when they are used",
}
"""What is in memory, or in Asterisk, and made anew at a start."""
COUNTS = {
    "identity/events.py sign_in_failed": "counts of failed sign-ins, in memory until the minute is logged",
    "consents/service.py refused": "monitoring that goes on ends; after a restart it has ended or is refused",
    "engine/arrivals.py not_taken": "calls that did not get in, in memory and stored each second",
    "asterisk/client.py answered": "a metric: how long Asterisk took, counted from the process's start",
    "kit/mongo/command_times.py told": "a metric: how long MongoDB took, counted from the process's start",
    "live/board.py left": "a metric: waits in queues, counted from the process's start",
    "toll_fraud/service.py denied": "a metric: refused calls, counted from the process's start",
}
"""What may lose its last second in a kill, and says so."""
JOURNAL = {
    "journal/journal.py _subscribers": "boards and copies in memory, replayed from the journal at a start",
    "journal/flusher.py readers": "the projector alone, whose position is stored",
}
"""The change feed of calls."""
NO_CHANGES = {
    "engine/desk.py _news": "wakes who waits in this process",
    "kit/monotonic_clock.py followed": "told that the clock was set",
    "installer/stack.py jobs": "what starts at the same time, in one function",
    "staffing/play.py _events": "the events of a simulated day",
    "doctor/audit/egress.py DECLARED": "who is asked for names, by recipient, when an audit runs",
    "crash_reports/service.py _failed": "errors of the server that wait to be stored as crash reports",
    "realtime/hosted.py _waiting": "requests to a Pusher service that wait for their turn",
}
"""No change of a document is told by these."""


WITHIN = {
    "identity/invitations.py accepted": "the queues of an invitation: after a kill the account is there without them, "
    "as without its first session, and who manages the queue adds it",
    "identity/events.py tokens_ended": "devices' passwords, which end with the user's API tokens before the answer",
}
"""What else a request does before it is answered: a kill loses it as it loses the request's own next step."""


def _aliases(trees: dict[str, ast.Module]) -> set[str]:
    """Names of types that can be called, such as `QueueWatcher`."""
    found: set[str] = set()
    for tree in trees.values():
        for node in tree.body:
            if isinstance(node, ast.Assign) and "Callable[" in ast.unparse(node.value):
                found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return found


def _lists(trees: dict[str, ast.Module]) -> Iterator[str]:
    aliases = _aliases(trees)
    for file, tree in trees.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.AnnAssign):
                continue
            names = {part.id for part in ast.walk(node.annotation) if isinstance(part, ast.Name)}
            if names & {"list", "set", "deque"} and names & {"Callable", *aliases}:
                yield f"{file} {ast.unparse(node.target).removeprefix('self.')}"


def _trees() -> dict[str, ast.Module]:
    return {str(path.relative_to(SOURCE)): tree_of(path) for path in sorted(SOURCE.rglob("*.py"))}


def test_every_list_of_callbacks_says_why_a_lost_call_does_not_matter() -> None:
    listed = {**CACHES, **COUNTS, **JOURNAL, **NO_CHANGES, **WITHIN}
    found = set(_lists(_trees()))
    assert sorted(found - listed.keys()) == [], "tell it by an event of the change feed (docs/rooms/changes.md)"
    assert sorted(listed.keys() - found) == [], "it is gone: take it off the list"
    assert all(listed.values())


def test_a_new_list_of_callbacks_is_found_however_it_is_spelt() -> None:
    module = """
from collections.abc import Awaitable, Callable
Watcher = Callable[[str], Awaitable[None]]
class Room:
    def __init__(self) -> None:
        self.changed: list[Watcher] = []
        self.gone: list[Callable[[], None]] = []
        self.names: list[str] = []
"""
    assert set(_lists({"room.py": ast.parse(module)})) == {"room.py changed", "room.py gone"}
