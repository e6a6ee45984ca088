"""`call trace` draws a trace while the server comes and goes, and ends it when nobody reads it any more."""

from __future__ import annotations

import argparse
from typing import Any, cast

import pytest

from call24.cli import call_trace
from call24.installer.api_client import ApiAnswer
from call24.kit.settings import Settings

SETTINGS = cast(Settings, None)
NAMED = argparse.Namespace(
    list=False, end=None, show=None, number="+15005550001", minutes=10, numbers=False, json=False
)  # fmt: skip


def shown(state: str, *seqs: int, reader: str | None = None) -> ApiAnswer:
    items = [
        {"seq": seq, "after_s": 0.0, "from": "customer", "to": "call24", "line": "INVITE", "cseq": f"{seq} INVITE",
         "media": [], "again": False}
        for seq in seqs
    ]  # fmt: skip
    trace = {"call_id": "call_1", "tenant_id": "ten_1", "state": state, "reason": "unread" if state == "over" else None}
    return ApiAnswer(200, {"trace": trace, "reader": reader, "left_out": 0, "missed": 0, "items": items}, {})


NOBODY = ApiAnswer(0, "nobody answers", {})
BEGUN = ApiAnswer(201, {"id": "trc_1"}, {})
DELETED = ApiAnswer(200, {}, {})


class Server:
    """Answers in turn, the last answer for ever; `now`: seconds, of which each pause takes its own."""

    def __init__(self, *answers: ApiAnswer) -> None:
        self.answers = [BEGUN, *answers]
        self.asked: list[str] = []
        self.now = 0.0

    def ask(self, settings: Settings, method: str, path: str, body: Any = None) -> ApiAnswer:
        self.asked.append(f"{method} {path.removeprefix(call_trace.TRACES)}")
        if method == "DELETE":
            return DELETED
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def monotonic(self) -> float:
        return self.now


def serve(monkeypatch: pytest.MonkeyPatch, *answers: ApiAnswer) -> Server:
    server = Server(*answers)
    monkeypatch.setattr(call_trace, "ask", server.ask)
    monkeypatch.setattr(call_trace, "time", server)
    return server


def test_a_question_without_an_answer_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing = (NOBODY, ApiAnswer(503, {}, {}))
    server = serve(monkeypatch, shown("capturing", 1, reader="r"), *failing, shown("over", 2, reader="r"))
    assert call_trace.run(SETTINGS, NAMED) == 0
    on = "GET /trc_1?after=1&reader=r"
    assert server.asked == ["POST ", "GET /trc_1?after=0&reader=", on, on, on]
    said = capsys.readouterr()
    assert said.out.count("INVITE (") == 2 and "nobody read the trace for half a minute" in said.err


def test_a_server_that_stays_away_is_given_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server = serve(monkeypatch, NOBODY)
    assert call_trace.run(SETTINGS, NAMED) == 1
    assert call_trace.PATIENCE_S <= server.now <= call_trace.PATIENCE_S + call_trace.POLL_S
    assert "is not running" in capsys.readouterr().err


def test_a_trace_that_is_gone_is_not_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve(monkeypatch, ApiAnswer(404, {}, {}))
    assert call_trace.run(SETTINGS, NAMED) == 1 and len(server.asked) == 2


@pytest.mark.parametrize("ending", [KeyboardInterrupt, BrokenPipeError])
def test_whoever_stops_reading_ends_the_trace(monkeypatch: pytest.MonkeyPatch, ending: type[BaseException]) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ending

    server, silenced = serve(monkeypatch, shown("capturing", 1)), list[int]()
    monkeypatch.setattr(call_trace, "_drop_output", lambda: silenced.append(1))
    monkeypatch.setattr(call_trace, "line_of", broken)
    assert call_trace.run(SETTINGS, NAMED) == 0
    assert server.asked[-1] == "DELETE /trc_1" and silenced == [1] * (ending is BrokenPipeError)
