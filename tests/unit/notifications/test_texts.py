"""Every e-mail exists in every language, with the same things in it, as text and as HTML that loads nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from string import Formatter
from typing import get_args

import pytest

from call24.identity.emails import Email, LetterKind
from call24.kit.ids import TenantId
from call24.kit.language import Language
from call24.notifications.email.templates import Written, written
from call24.notifications.email.texts import TEXTS
from call24.notifications.email.texts.text import Text
from call24.notifications.email_kinds import OF_EMAIL
from call24.notifications.kinds import NotificationKind

LETTERS: tuple[LetterKind, ...] = get_args(LetterKind)
LANGUAGES: tuple[Language, ...] = get_args(Language)
DAY = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
URL, OFF = "https://call24.test/#/somewhere", "https://call24.test/unsubscribe/token"
ASKED_FOR = {"invitation", "reset", "confirm_email", "closed"}
"""They notify of nothing: somebody asked for them, or has no account any more."""
MUST = {NotificationKind.SECURITY, NotificationKind.POLICY_CHANGE, NotificationKind.ORGANISATION}


def made(kind: LetterKind, language: Language, about: str = "Olga", unsubscribe: str = "") -> Written:
    figures = {"days": 90, "calls": 31, "recordings": 17} if kind == "first_deletion" else {}
    letter = Email(
        tenant_id=TenantId("ten_1"),
        kind=kind,
        to="k@b.c",
        name="Sarnai",
        about=about,
        on=DAY,
        figures=figures,
        until=DAY,
    )
    return written(letter, "Acme", URL, language=language, unsubscribe=unsubscribe)


def parts(text: Text) -> str:
    return "\n".join((text.subject, *text.lead, text.action, *text.after))


def fields(text: Text) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(parts(text)) if name}


def test_what_each_letter_notifies_of_is_known() -> None:
    assert set(LETTERS) - set(OF_EMAIL) == ASKED_FOR
    assert {letter for letter, kind in OF_EMAIL.items() if kind in MUST} == {
        "email_changed",
        "password_changed",
        "new_device",
        "proof_added",
        "proof_removed",
        "recovery_renewed",
        "recovery_used",
        "provider_bound",
        "provider_unbound",
        "incident_deadline",
        "closing",
        "closing_soon",
        "closing_stopped",
        "policy_changed",
    }


@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_says_the_same_things_in_every_language(kind: LetterKind) -> None:
    english = TEXTS["en"].letters[kind]
    for language in LANGUAGES:
        there = TEXTS[language].letters[kind]
        assert fields(there) == fields(english) and bool(there.action) == bool(english.action), language
        assert len(there.lead) == len(english.lead) and len(there.after) == len(english.after), language
    cyrillic = re.findall(r"[а-яөүё]", parts(TEXTS["mn"].letters[kind]).lower())
    assert len(cyrillic) > 20 and not re.search(r"[а-я]", parts(english))


def test_each_kind_has_its_words_in_every_language() -> None:
    for language in LANGUAGES:
        texts = TEXTS[language]
        assert set(texts.titles) == set(texts.why) == set(NotificationKind) and all(texts.titles.values())


class Loaded(HTMLParser):
    """What an HTML part would load, where it leads, and whether its tags close."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.leads: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.loads += [str(given[name]) for name in ("src", "background", "srcset", "poster") if name in given]
        self.loads += [tag] if tag in ("img", "link", "script", "iframe", "video", "object") else []
        self.loads += re.findall(r"url\([^)]*\)|@import", given.get("style") or "")
        if tag == "a":
            self.leads.add(str(given["href"]))
        if tag not in ("meta", "br", "doctype"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.loads += re.findall(r"url\([^)]*\)|@import", data)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", LETTERS)
def test_html_loads_nothing_leads_nowhere_else_and_says_what_the_text_says(
    kind: LetterKind, language: Language
) -> None:
    one = made(kind, language, unsubscribe=OFF)
    page = Loaded()
    page.feed(one.html)
    assert page.loads == [] and page.open == []
    text = TEXTS[language].letters[kind]
    assert page.leads == ({URL, OFF} if text.action else {OFF})
    assert f'lang="{language}"' in one.html and one.subject in one.html and len(one.html) < 12_000
    assert "prefers-color-scheme:dark" in one.html
    bare = re.sub(r"<[^>]+>", " ", one.html)
    for said in one.text.split("\n-- ")[0].split("\n\n"):
        assert " ".join(said.split()) in " ".join(bare.split()).replace("&#x27;", "'").replace("&quot;", '"')


def test_names_and_devices_become_no_markup() -> None:
    one = made("new_device", "en", about='<img src="https://evil.example/x"> & "Pixel"\nAndroid')
    assert "<img" not in one.html and "&lt;img" in one.html and "Pixel&quot;<br>Android" in one.html


def test_what_must_be_sent_says_so_and_what_may_be_left_says_why_it_came() -> None:
    assert "always sent" in made("new_device", "en").text
    assert "you are notified by e-mail: Task assigned" in made("task_assigned", "en").text
    assert "because somebody asked for it" in made("invitation", "en").text


def test_dates_are_written_as_in_the_language() -> None:
    assert "due on 01 December 2026" in made("privacy_deadline", "en").text
    assert "хариу өгөх хугацаа: 2026 оны 12 сарын 1-ний өдөр." in made("privacy_deadline", "mn").text
    assert "calls 31, recordings 17" in made("first_deletion", "en").text
    assert "дуудлага 31, бичлэг 17" in made("first_deletion", "mn").text
