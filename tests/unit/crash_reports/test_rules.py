"""What of a failure is kept: nothing that is somebody's, and enough to find the place."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from call24.crash_reports import rules
from call24.crash_reports.model import Frame, Report, Screen
from call24.crash_reports.sentry import envelope
from call24.crash_reports.words import WORDS
from call24.kit.version import VERSION

CHECKOUT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
CANARIES = (
    "+49 170 1234567",
    "0301234567",
    "anna.mueller@example.com",
    "call_01jdx3kq8r9tq2v5w7x8y9z0ab",
    "Anna Müller",
    "Bataa",
    "Хонгорзул",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "192.168.17.4",
    "2001:db8::17",
    "https://call24.example/#/reset/9fJk2Lm4Qx",
    "hunter2",
    "17",
)


def report(message: str = "x is not a function", **other: object) -> Report:
    fields = {"version": "0.1.0", "type": "TypeError", "browser": "Chrome", "browser_version": 142, "screen": "work"}
    return Report(**{**fields, "message": message, **other})  # type: ignore[arg-type]


def everything(one: Report) -> str:
    return json.dumps({name: str(getattr(one, name)) for name in one.__struct_fields__}, ensure_ascii=False)


@pytest.mark.parametrize("canary", CANARIES)
def test_nothing_of_a_person_comes_out_of_a_browsers_report_and_again_is_the_same(canary: str) -> None:
    said = f"Cannot read properties of undefined (reading '{canary}') for {canary}"
    frames = (Frame(file=f"assets/{canary}.js", line=1), Frame(file="assets/index-BQ3fK2xA.js", line=7, column=1234))
    kept = rules.minimised(report(said, type=canary, frames=frames))
    assert kept.message == "Cannot read properties of undefined reading * for *"
    assert (kept.type, kept.frames) == ("Error", frames[1:])
    assert rules.minimised(kept) == kept
    assert canary not in everything(without_places(kept))


def without_places(one: Report) -> Report:
    """Its versions and places are numbers of their own."""
    return Report(version="", type=one.type, message=one.message, screen=one.screen)


@pytest.mark.parametrize("canary", CANARIES)
def test_nothing_of_a_person_comes_out_of_an_error_of_the_server(canary: str) -> None:
    def deeper(secret: str) -> None:
        raise KeyError(f"missing key {secret}")

    with pytest.raises(KeyError) as raised:
        deeper(canary)
    raised.value.add_note(canary)
    made = rules.of_error(raised.value, "0.1.0")
    assert (made.type, made.message) == ("KeyError", "missing key *")
    assert made.frames == (), "this test is no part of the program"


def test_an_error_of_the_server_names_the_lines_of_the_program_that_it_went_through() -> None:
    with pytest.raises(TypeError) as raised:
        rules.minimised_message(17)  # type: ignore[arg-type]
    made = rules.of_error(raised.value, "0.1.0")
    assert made.type == "TypeError"
    assert [one.file for one in made.frames] == ["call24/crash_reports/rules.py"]
    assert made.frames[0].line > 1


def test_the_same_failure_is_one_whatever_the_build_and_is_counted() -> None:
    first = report(frames=(Frame(file="assets/index-BQ3fK2xA.js", line=7, column=9),))
    later = report(
        version="0.2.0",
        browser="Firefox",
        browser_version=144,
        frames=(Frame(file="assets/index-Zz11yy22.js", line=9),),
    )
    one = rules.added(None, "app", first, NOW)
    two = rules.added(one, "app", later, NOW + timedelta(days=3))
    assert one.id == two.id != rules.added(None, "server", first, NOW).id
    assert (two.count, two.versions, two.browsers) == (2, ("0.1.0", "0.2.0"), ("Chrome 142", "Firefox 144"))
    assert (two.first_seen_at, two.last_seen_at) == (NOW, NOW + timedelta(days=3))
    assert two.delete_at == NOW + timedelta(days=33)
    assert rules.added(None, "app", report("x is not iterable"), NOW).id != one.id
    for minor in range(30):
        two = rules.added(two, "app", report(version=f"0.{minor}.0"), NOW)
    assert len(two.versions) == 10 and two.versions[-1] == "0.29.0"


def test_an_envelope_is_three_lines_and_its_event_has_the_report_and_nothing_else() -> None:
    frames = (Frame(file="assets/a-BQ3fK2xA.js", line=7, column=9), Frame(file="assets/b-BQ3fK2xA.js", line=1))
    head, item, event, rest = envelope("app", report("* is not a function", frames=frames), NOW).split(b"\n")
    assert rest == b""
    assert set(json.loads(head)) == {"event_id", "sent_at"}
    assert re.fullmatch("[0-9a-f]{32}", json.loads(head)["event_id"])
    assert json.loads(item) == {"type": "event", "length": len(event), "content_type": "application/json"}
    told = json.loads(event)
    assert (told.pop("event_id"), told.pop("timestamp")) == (json.loads(head)["event_id"], "2026-11-28T09:00:00.000Z")
    assert told == {
        "platform": "javascript",
        "level": "error",
        "release": "call24@0.1.0",
        "exception": {
            "values": [
                {
                    "type": "TypeError",
                    "value": "* is not a function",
                    "stacktrace": {
                        "frames": [
                            {"filename": "assets/b-BQ3fK2xA.js", "lineno": 1, "in_app": True},
                            {"filename": "assets/a-BQ3fK2xA.js", "lineno": 7, "colno": 9, "in_app": True},
                        ]
                    },
                }
            ]
        },
        "tags": {"source": "app", "screen": "work"},
        "contexts": {"browser": {"name": "Chrome", "version": "142"}},
    }


def test_the_app_has_the_same_words_and_the_same_screens() -> None:
    words = (CHECKOUT / "web/src/kit/crash_words.ts").read_text().split("`")[1].split()
    assert set(words) == WORDS and len(words) == len(WORDS)
    routes = (CHECKOUT / "web/src/rooms/route.svelte.ts").read_text().partition("export function")[0]
    assert set(re.findall(r"name: '([a-z-]+)'", routes)) == set(get_args(Screen))


def test_the_version_is_the_packages_and_the_apps() -> None:
    assert tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["version"] == VERSION
    assert json.loads((CHECKOUT / "web/package.json").read_text())["version"] == VERSION
