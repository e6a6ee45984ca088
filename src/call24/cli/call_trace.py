"""`call24 call trace`: the SIP messages of the next call of a number, drawn as they come; masked, kept for minutes."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from call24.cli.as_operator import ask, failed
from call24.cli.ladder import drawn, heads
from call24.installer.api_client import ApiAnswer
from call24.kit.settings import Settings

TRACES = "/v1/internal/sip-traces"
POLL_S = 1.0
PATIENCE_S = 10.0
"""A question that is not answered is asked again for so long: the server is started again within seconds."""
REASONS = {
    "call_ended": "the call is over",
    "time_over": "the time is over",
    "ended": "the trace was ended",
    "too_busy": "Asterisk sent more than the server can look at beside its calls",
    "unread": "nobody read the trace for half a minute",
}


def add_flags(parser: argparse.ArgumentParser) -> None:
    which = parser.add_argument_group("of trace").add_mutually_exclusive_group()
    which.add_argument("--number", metavar="E164", help="trace the next call of an organisation's number")
    which.add_argument("--list", action="store_true", help="list the traces that are kept")
    which.add_argument("--show", metavar="TRACE", help="draw a trace that is kept")
    which.add_argument("--end", metavar="TRACE", help="end a trace, or delete one that is over")
    parser.add_argument("--minutes", type=int, default=10, metavar="N", help="wait so long for the call (1 to 30)")


def run(settings: Settings, named: argparse.Namespace) -> int:
    if named.list:
        return _list(settings)
    if named.end is not None:
        return int(failed(ask(settings, "DELETE", _path(named.end))))
    if named.show is not None:
        return _followed(settings, named.show, as_json=named.json, once=True)
    if named.number is None:
        print("call24: trace what? call24 call trace --number E164, --list, --show ID or --end ID", file=sys.stderr)
        return 2
    wish = {"number": named.number, "minutes": named.minutes} | ({"numbers": True} if named.numbers else {})
    answer = ask(settings, "POST", TRACES, wish)
    if failed(answer):
        return 1
    trace_id = answer.body["id"]
    print(f"call24: {trace_id} waits for the next call of {named.number}; Ctrl-C ends it", file=sys.stderr, flush=True)
    try:
        return _followed(settings, trace_id, as_json=named.json, once=False)
    except KeyboardInterrupt:
        return int(failed(ask(settings, "DELETE", _path(trace_id))))
    except BrokenPipeError:  # `| head`: whoever read it is gone
        _drop_output()
        return int(failed(ask(settings, "DELETE", _path(trace_id))))


def _drop_output() -> None:
    """What is not printed yet would fail once more at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _list(settings: Settings) -> int:
    answer = ask(settings, "GET", TRACES)
    if failed(answer):
        return 1
    for one in answer.body["items"]:
        call = one["call_id"] or "no call yet"
        print(f"{one['id']}  {one['state']:<9}  {one['tenant_id']}  {call}  {one['messages']} messages")
    return 0


def _followed(settings: Settings, trace_id: str, *, as_json: bool, once: bool) -> int:
    """Draws what there is, and goes on until the trace is over."""
    after, reader, headed = 0, "", False
    while True:
        answer = _asked(settings, f"{_path(trace_id)}?after={after}&reader={quote(reader, safe='')}")
        if failed(answer):
            return 1
        reader = answer.body["reader"] or reader
        if answer.body["items"] and not headed and not as_json:
            print(f"{answer.body['trace']['call_id']}, organisation {answer.body['trace']['tenant_id']}\n\n{heads()}")
            headed = True
        for one in answer.body["items"]:
            print(json.dumps(one) if as_json else line_of(one), flush=True)
            after = one["seq"]
        if once or answer.body["trace"]["state"] == "over":
            _say_how_it_ended(answer.body)
            return 0
        time.sleep(POLL_S)


def _asked(settings: Settings, path: str) -> ApiAnswer:
    last = time.monotonic() + PATIENCE_S
    while True:
        answer = ask(settings, "GET", path)
        if 0 < answer.status < 500 or time.monotonic() >= last:
            return answer
        time.sleep(POLL_S)


def _say_how_it_ended(shown: Mapping[str, Any]) -> None:
    for name, what in (
        ("left_out", "beyond the bound are not kept"),
        ("missed", "could not be read, or may be another call's"),
    ):
        if count := shown[name]:
            print(f"call24: {count} {'message' if count == 1 else 'messages'} {what}", file=sys.stderr)
    if (reason := shown["trace"]["reason"]) is not None:
        print(f"call24: {REASONS[reason]}", file=sys.stderr)


def line_of(message: Mapping[str, Any]) -> str:
    """A message as a step of the ladder."""
    number, _, method = message["cseq"].partition(" ")
    request = message["line"].startswith(f"{method} ")
    counted = f"({number})" if request else f"({method} {number})"
    words = ", ".join([f"{message['line']} {counted}", *(f"[{stream}]" for stream in message["media"])])
    told = f"{words} again" if message["again"] else words
    return drawn(message["after_s"], message["from"], message["to"], told)


def _path(trace_id: str) -> str:
    return f"{TRACES}/{quote(trace_id, safe='')}"
