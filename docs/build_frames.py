"""Writes docs/reference/soketi.md from the recordings in docs/figures/frames/: `.venv/bin/python docs/build_frames.py`.

Each step of each session that Call24 and soketi answer otherwise is shown, with the reason that is written here. A
difference without a reason, and a reason without a difference, are errors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

DOCS = Path(__file__).parent
PAGE = DOCS / "reference" / "soketi.md"
RECORDINGS = DOCS / "figures" / "frames"
Json = dict[str, Any]


class Everywhere(NamedTuple):
    """Something that soketi says otherwise at every turn; `ours` turns it into what Call24 says there."""

    what: str
    why: str
    ours: Callable[[Json], Json]


def _frame(event: str, change: Callable[[Json], Json]) -> Callable[[Json], Json]:
    return lambda told: {**told, **change(told)} if told.get("event") == event else told


def _answer(when: Callable[[Any], bool], change: Callable[[Any], Json]) -> Callable[[Json], Json]:
    return lambda told: change(told["body"]) if "status" in told and when(told.get("body")) else told


def _without_channel(told: Json) -> Json:
    return (
        {name: one for name, one in told.items() if name != "channel"} if told.get("event") == "pusher:error" else told
    )


def _refused(told: Json) -> Json:
    body = told["data"]
    return {"data": {"as text": {**body, "code": 4009} if body.get("status") == 401 else body}}


def _patience(told: Json) -> Json:
    return {"data": {"as text": {**told["data"]["as text"], "activity_timeout": 120}}}


EVERYWHERE = [
    Everywhere(
        "`activity_timeout` is 30 at soketi, 120 here",
        "Pusher leaves it to the server, and names 120 where none is told.",
        _frame("pusher:connection_established", _patience),
    ),
    Everywhere(
        "`data` of `pusher:pong`, `pusher:subscription_error`, `pusher:signin_success` is an object there, text here",
        "Pusher has `data` of what the server sends as text, but for `pusher:error`. Its clients take both.",
        _frame("pusher:pong", lambda told: {"data": {"as text": told["data"]}}),
    ),
    Everywhere(
        "`pusher:subscription_error` has a `code` (4009) beside `status` 401 here",
        "More than is asked for: the code that a closed socket would have.",
        _frame("pusher:subscription_error", _refused),
    ),
    Everywhere(
        "`pusher:signin_success` carries the signature at soketi, `user_data` alone here",
        "Pusher tells `user_data`. Nobody needs to be told a signature that they have shown.",
        _frame("pusher:signin_success", lambda told: {"data": {"as text": {"user_data": told["data"]["user_data"]}}}),
    ),
    Everywhere(
        "`pusher_internal:subscription_succeeded` has no `data` at soketi where nobody is present, `{}` as text here",
        "Pusher has `data` there.",
        _frame(
            "pusher_internal:subscription_succeeded", lambda told: {} if "data" in told else {"data": {"as text": {}}}
        ),
    ),
    Everywhere(
        "`pusher:error` about a client event names its channel at soketi",
        "Pusher has an error of the connection without one.",
        _without_channel,
    ),
    Everywhere(
        'An event, a batch and an end of connections are answered with `{"ok": true}` at soketi, with `{}` here',
        "Pusher answers with an empty object.",
        _answer(lambda body: body == {"ok": True}, lambda body: {"status": 200, "body": {}}),
    ),
    Everywhere(
        "A refused request is answered with status 200 by this soketi, the code is in the body; here with the status",
        "Pusher answers with the status. The rebuild of soketi's websocket engine seems to lose it, which would also "
        "be why the clients' test of a wrong secret fails there.",
        _answer(
            lambda body: isinstance(body, dict) and "error" in body,
            lambda body: {"status": body["code"], "body": "(text)"},
        ),
    ),
]
COUNTS = (
    "soketi counts subscribers unasked; Pusher tells what `info` asks for, and counts members on presence channels."
)
VERSIONS = "soketi looks at no version. Pusher names 4006, 4007 and 4008; it says that it will answer 4008 in future."
LENGTHS = "soketi lets 100 KB through. Pusher's limit is 10 KB."
ODD = "soketi says nothing. Pusher says nothing of it either; here the client is told."
WHY: dict[tuple[str, str], str] = {
    ("Connecting", "connect without a version of the protocol"): VERSIONS,
    ("Connecting", "connect with a version that is not spoken"): VERSIONS,
    ("Connecting", "connect with a version that is no number"): VERSIONS,
    ("Public channels", "subscribe to a name that cannot be"): (
        "Both refuse it. Pusher gives no code for it; soketi's 4009 means that a socket is not authorised."
    ),
    ("Public channels", "subscribe to a name that is too long"): "Both refuse it, with codes of their own.",
    ("Public channels", "subscribe to nothing"): (
        "At soketi this closes everybody's socket, as when the server ends. Here the sender is told."
    ),
    ("Presence channels", "its count"): COUNTS,
    ("Presence channels", "join without saying who"): "Both refuse it; soketi says that it is the server's fault.",
    ("Presence channels", "join without a user_id"): (
        "soketi lets a member in who has no id. Pusher requires `user_id` in `channel_data`."
    ),
    ("Encrypted channels", "a client event"): (
        "soketi passes it on, in plain text. Pusher does not support client events on encrypted channels."
    ),
    (
        "Client events",
        "on a public channel",
    ): "soketi passes it on. Pusher has them on private and presence channels alone.",
    (
        "Client events",
        "on a channel that was not subscribed to",
    ): "Nobody hears it at either; here the sender is told with 4301.",
    ("Client events", "whose data is longer than 10 KB"): LENGTHS,
    ("Odd frames", "a message without an event"): ODD,
    ("Odd frames", "a list"): ODD,
    ("Odd frames", "no JSON"): ODD,
    (
        "Odd frames",
        "a message that is too long",
    ): "soketi takes it. A message here has 12 KB at most: an event's 10, and its names.",
    (
        "HTTP API",
        "an event that asks for counts",
    ): "soketi does not know `info` here. Pusher answers with the channels' attributes.",
    (
        "HTTP API",
        "an event on a channel that cannot be",
    ): "soketi takes any name. Pusher names the characters that there may be.",
    ("HTTP API", "an event longer than 10 KB"): LENGTHS + " It answers 413.",
    (
        "HTTP API",
        "an event of an hour ago",
    ): "soketi does not look at the time. Pusher takes 600 s, so that nothing is sent again.",
    ("HTTP API", "the channels"): COUNTS,
    ("HTTP API", "the presence channels, with counts"): COUNTS,
    (
        "HTTP API",
        "user_count of all channels",
    ): "soketi answers all the same. Pusher refuses it without a prefix of presence channels.",
    ("HTTP API", "a channel that nobody hears"): COUNTS,
    ("HTTP API", "what is not there"): "Both say 404; here with a text.",
}

_HEAD = """# Beside soketi, frame by frame

The same sessions of Pusher's protocol ({steps} steps: `tests/support/realtime/frame_scenes.py`), played on Call24 and on soketi
1.6.1, and what each said, step by step. Socket ids, signatures, `seq`, and words for people are left out of the
comparison. Made by `docs/build_frames.py` from `docs/figures/frames/`; how they are recorded:
[realtime](../rooms/realtime.md).

Where soketi's ways below are taken for ours, {alike} of the steps are answered alike, and {apart} are not. "Pusher" is
its documentation (Channels Protocol, version 7; HTTP API reference; Events); hosted Pusher itself could not be asked.

## Differences everywhere

| what | why |
| --- | --- |
"""


def page() -> str:
    ours, theirs = (json.loads((RECORDINGS / f"{name}.json").read_text()) for name in ("call24", "soketi"))
    assert {scene: [one["step"] for one in steps] for scene, steps in ours.items()} == {
        scene: [one["step"] for one in steps] for scene, steps in theirs.items()
    }, "the two were not asked the same"
    apart: list[str] = []
    seen: set[tuple[str, str]] = set()
    for scene, steps in ours.items():
        before = len(apart)
        for mine, other in zip(steps, theirs[scene], strict=True):
            if mine != as_ours(other):
                apart += [_shown(mine, other, WHY[scene, mine["step"]])]
                seen.add((scene, mine["step"]))
        if len(apart) > before:
            apart[before] = f"## {scene}\n\n{apart[before]}"
    assert seen == WHY.keys(), WHY.keys() - seen
    steps_in_all = sum(map(len, ours.values()))
    head = _HEAD.format(steps=steps_in_all, alike=steps_in_all - len(seen), apart=len(seen))
    return head + "".join(f"| {one.what} | {one.why} |\n" for one in EVERYWHERE) + "\n" + "\n".join(apart)


def as_ours(step: Json) -> Json:
    """What soketi said, with its ways turned into ours."""
    told: Json = {}
    for name, value in step.items():
        told[name] = [_turned(one) for one in value] if isinstance(value, list) else value
        if name == "answer":
            told[name] = _turned(value)
    return told


def _turned(told: Json) -> Json:
    for one in EVERYWHERE:
        told = one.ours(told)
    return told


def _shown(ours: Json, theirs: Json, why: str) -> str:
    return f"**{ours['step']}.** {why}\n\n* Call24: {_said(ours)}\n* soketi: {_said(theirs)}\n"


def _said(step: Json) -> str:
    told = {name: value for name, value in step.items() if name != "step"}
    parts = [f"{name} `{json.dumps(value, ensure_ascii=False)}`" for name, value in told.items()]
    return re.sub(r"(.)\1{30,}", r"\1…", "; ".join(parts)) or "nothing"


if __name__ == "__main__":
    PAGE.write_text(page())
