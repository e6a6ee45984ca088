"""What the server says in English and the app shows in its own language: the app has each of these texts."""

from __future__ import annotations

import re

from call24.call_records.labels import REASONS, YOU
from call24.identity.permissions import HELP
from call24.installer.paths import WEB
from call24.live.live_calls import FREE
from call24.notifications.kinds import KINDS
from call24.routing.pool import WON
from call24.statistics.measures import MEASURES
from call24.what_if.what_if import NOT_MODELLED

KIT = WEB / "src" / "kit"


def texts(name: str) -> list[str]:
    return [text.replace("\\'", "'") for text in re.findall(r"'((?:[^'\\]|\\.)*)'", (KIT / name).read_text())]


def test_why_a_call_went_to_somebody() -> None:
    said = {*REASONS.values(), FREE, *(f"You, because {because}" for because in YOU.values())}
    known = texts("why_texts.ts")
    assert set(known) == said
    assert [text for text in texts("why.ts") if text != "./why_texts"] == known


def test_why_an_agent_would_be_rung_with_other_settings() -> None:
    app = dict(re.findall(r"^  (\w+): '(.*)',$", (KIT / "what_if.ts").read_text(), re.M))
    assert app.items() <= REASONS.items()
    assert app.keys() == {*WON.values(), "most_skilled", "skill_relaxed", "sticky", "rung_directly", "second_try"}


def test_what_a_what_if_does_not_take_into_account() -> None:
    [listed] = re.findall(
        r"NOT_MODELLED: readonly string\[\] = \[(.*?)^\]", (KIT / "what_if.ts").read_text(), re.S | re.M
    )
    assert len(re.findall(r"^  '.*',$", listed, re.M)) == len(NOT_MODELLED)


def test_kinds_of_notifications() -> None:
    source = (KIT / "notifications.ts").read_text()
    app = dict(re.findall(r"^  (\w+): \{ (title: '.*', says: '.*') \},$", source, re.M))
    assert app == {str(one.kind): f"title: '{one.title}', says: '{one.says}'" for one in KINDS.values()}


def test_what_permissions_let_one_do() -> None:
    app = dict(re.findall(r"^  '([\w.]+)': '(.*)',$", (KIT / "permission_words.ts").read_text(), re.M))
    assert {name: text.replace("\\'", "'") for name, text in app.items()} == HELP


def test_measures_of_reports() -> None:
    source = (KIT / "measures.ts").read_text()
    app = re.findall(r"^  (\w+): \{ name: (?:/\*.*\*/ )?'(.*)', definition: '(.*)' \},$", source, re.M)
    assert [(key, name, text.replace("\\'", "'")) for key, name, text in app] == [
        (one.key, one.name, one.definition) for one in MEASURES
    ]
