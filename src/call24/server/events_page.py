"""Writes docs/reference/events.md from the declarations: `python -m call24.server.events_page [FILE]`."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec

from call24.agents.events import AnyAgentEvent
from call24.calls.events import AnyCallEvent
from call24.server.change_readers import EVENTS, READERS, RECORD_READERS
from call24.toll_fraud.events import TollFraudEvent
from call24.webhooks.events import NEEDS, OF, TEST

PAGE = Path("docs/reference/events.md")
REALTIME = {
    "agent": "the organisation; with the caller, who may see all calls: an agent's state, as in the list of agents",
    "alert": "who may see all calls, and whose calls they are: calls to the outside were stopped",
    "branding": "the organisation: its logo, colour or help contact was changed",
    "call": "the people in the call: the call as they see it",
    "call_note": "the organisation: the note of a call was written or removed, by the call's id",
    "live_call": "who may see all calls: a row of the list of calls",
    "notification": "the user: they are notified of something, or have read it on another device",
    "queue": "the organisation: a queue's waiting calls and agents",
    "record": "the organisation: a call's record is written, with its outcome",
    "session": "the agent: its own state",
    "system": "every organisation: Asterisk, MongoDB or the disk went away, or came back",
    "task": "the organisation: a task is new or was changed",
    "task_offer": "the agent: a task is offered to them, or no longer",
}
"""Event -> whose channel, and what it says."""
_HEAD = """# Events

What Call24 tells, where, and who listens. Written by `python -m call24.server.events_page`; a test fails when it is not
up to date. None of these has a name, a number or a word in it, but for realtime events to people who may see them.

| | kept | told | order |
| --- | --- | --- | --- |
| [change feed](#change-feed) | seven days | at least once, from each reader's stored position | of each organisation |
| [journal](#journal) | as long as call records | at least once, from a stored position | of each organisation |
| [webhooks](#webhooks) | three days, two weeks where not taken | at least once, with an id that stays the same | none |
| [realtime](#realtime) | not | to who is connected; each event has the whole new state | of each organisation |
"""


def page() -> str:
    return "\n".join([_HEAD, *_feed(), *_journal(), *_webhooks(), *_realtime()]) + "\n"


def _feed() -> Iterator[str]:
    yield "## Change feed\n"
    yield "Stored together with the document that changed ([changes](../rooms/changes.md)).\n"
    yield "| event | version | room | says | body | read by |"
    yield "| --- | --: | --- | --- | --- | --- |"
    for kind in sorted(EVENTS, key=lambda kind: kind.name):
        who = ", ".join(reader.name for reader in READERS if kind in reader.wants) or "nobody"
        yield f"| `{kind.name}` | {kind.version} | {kind.room} | {kind.says} | {_fields(kind.body)} | {who} |"


def _journal() -> Iterator[str]:
    yield "\n## Journal\n"
    yield "What happens in calls and to agents ([journal](../rooms/journal.md)). Read by the live board, realtime,"
    yield "what is known of callers who call often, and the projector: it writes call records, and then tells"
    yield f"{', '.join(RECORD_READERS)} of each ([readers of records](../rooms/call_records.md#readers-of-records)).\n"
    yield "| event | room | body |"
    yield "| --- | --- | --- |"
    kinds: list[tuple[str, Any]] = [
        *(("agents", kind) for kind in get_args(AnyAgentEvent)),
        *(("calls", kind) for kind in get_args(AnyCallEvent)),
        *(("toll_fraud", kind) for kind in TollFraudEvent.__subclasses__()),
    ]
    for room, kind in kinds:
        yield f"| `{kind.__name__}` | {room} | {_fields(kind)} |"


def _webhooks() -> Iterator[str]:
    yield "\n## Webhooks\n"
    yield "To organisations' own servers, for those that they subscribed to ([webhooks](../rooms/webhooks.md)).\n"
    yield "| event | says | body | permission to subscribe |"
    yield "| --- | --- | --- | --- |"
    for name, kind in sorted(OF.items()):
        needs = "none: sent when somebody asks for it" if name == TEST else f"`{NEEDS[name]}`"
        says = " ".join((inspect.getdoc(kind) or "").split())
        yield f"| `{name}` | {says} | {_fields(kind)} | {needs} |"


def _realtime() -> Iterator[str]:
    yield "\n## Realtime\n"
    yield "By the Pusher protocol ([realtime](../rooms/realtime.md)).\n"
    yield "| event | to whom, and what it says |"
    yield "| --- | --- |"
    for name, says in sorted(REALTIME.items()):
        yield f"| `{name}` | {says} |"


def _fields(kind: type[msgspec.Struct]) -> str:
    return ", ".join(f"`{name}`" for name in kind.__struct_fields__) or "nothing"


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else PAGE).write_text(page())
