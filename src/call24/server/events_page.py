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
from call24.web_push.events import AnyPushEvent
from call24.webhooks.events import NEEDS, OF, TEST

PAGE = Path("docs/reference/events.md")
_TENANT, _USER = "the organisation's", "the user's"
REALTIME = {
    "agent": (
        f"{_TENANT}; {_USER}",
        "a row of the live board; on the channels of users who may see all calls with the agent's caller (`with`)",
    ),
    "alert": (
        _USER,
        "`outbound_frozen`: outgoing calls were frozen; for users who may see all calls, and the user concerned",
    ),
    "branding": (_TENANT, "its logo, colour or help contact was changed: load them again"),
    "call": (
        _USER,
        "the call that this user has, is rung for, is consulted in or monitors; `state: ended` when over for them",
    ),
    "call_note": (_TENANT, "the note of a call was written or removed: the call's id"),
    "live_call": (_USER, "a call in progress, for users who may see all calls; `state: ended` when it is over"),
    "notification": (_USER, "an id and `state`, `new` or `read`; `id` null: all are read"),
    "queue": (_TENANT, "a row of the live board: a queue's waiting calls, agents and alerts"),
    "record": (_TENANT, "a call has ended and its record is written: its id and outcome"),
    "session": (_USER, "the agent's own session"),
    "system": (_TENANT, "of every organisation: which of Asterisk, MongoDB and recording work"),
    "task": (_TENANT, "a task is new or was changed: its id, kind, state and queue"),
    "task_offer": (_USER, "a task is offered to this agent, or no longer"),
}
"""Event -> on which channel, and what it says."""
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
    yield "| event | room | says | body |"
    yield "| --- | --- | --- | --- |"
    for room, kind in journal_events():
        yield f"| `{kind.__name__}` | {room} | {_says(kind)} | {_fields(kind)} |"


def journal_events() -> list[tuple[str, Any]]:
    """(room, event) of each that the journal has."""
    return [
        *(("agents", kind) for kind in get_args(AnyAgentEvent)),
        *(("calls", kind) for kind in get_args(AnyCallEvent)),
        *(("toll_fraud", kind) for kind in TollFraudEvent.__subclasses__()),
        *(("web_push", kind) for kind in get_args(AnyPushEvent)),
    ]


def _webhooks() -> Iterator[str]:
    yield "\n## Webhooks\n"
    yield "To organisations' own servers, for those that they subscribed to ([webhooks](../rooms/webhooks.md)).\n"
    yield "| event | says | body | permission to subscribe |"
    yield "| --- | --- | --- | --- |"
    for name, kind in sorted(OF.items()):
        needs = "none: sent when somebody asks for it" if name == TEST else f"`{NEEDS[name]}`"
        yield f"| `{name}` | {_says(kind)} | {_fields(kind)} | {needs} |"


def _realtime() -> Iterator[str]:
    yield "\n## Realtime\n"
    yield "By the Pusher protocol ([realtime](../rooms/realtime.md)), on the organisation's channel,"
    yield "`private-tenant.TENANT`, or a user's, `private-tenant.TENANT.user.USER`.\n"
    yield "| event | channel | says |"
    yield "| --- | --- | --- |"
    for name, (channel, says) in sorted(REALTIME.items()):
        yield f"| `{name}` | {channel} | {says} |"


def _says(kind: type[msgspec.Struct]) -> str:
    return " ".join((inspect.getdoc(kind) or "").split()).replace("``", "`")


def _fields(kind: type[msgspec.Struct]) -> str:
    return ", ".join(f"`{name}`" for name in kind.__struct_fields__) or "nothing"


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else PAGE).write_text(page())
