"""An e-mail in words: the text of its kind in the receiver's language, with what is known put in, in the one design.

Pure. What somebody chose as a name is cleaned: it becomes no link and no address.
"""

from __future__ import annotations

import re

import msgspec

from call24.branding.tones import tones
from call24.identity.emails import Email, LetterKind
from call24.kit.language import Language
from call24.notifications.email import design, figures
from call24.notifications.email.texts import TEXTS
from call24.notifications.email.texts.text import Texts
from call24.notifications.email_kinds import OF_EMAIL
from call24.notifications.kinds import KINDS, NotificationChannel

_NAME_MAX = 60
_INNER_DOT = re.compile(r"[.\u2024\u3002\uff0e\uff61](?=\w)")
_NO_NAME = re.compile(r"[^\w .,'’&()\-]|_")

_ABOUT_NAMES: frozenset[LetterKind] = frozenset(
    {
        "invitation",
        "closing",
        "closing_soon",
        "closing_stopped",
        "processor_late",
        "task_assigned",
        "task_mentioned",
        "crm_stopped",
        "queue_alert",
        "report",
    }
)
"""Emails that name somebody or something, by a name that anybody may have chosen."""
_MOMENTS: frozenset[LetterKind] = frozenset({"incident_deadline", "task_due"})
"""Emails whose day has a time."""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """An e-mail as it is sent. `unsubscribe`: the address of one-click unsubscribing (RFC 8058), or empty. `csv`: the
    text of an attached file, `csv_name`: what it is called."""

    subject: str
    text: str
    html: str = ""
    unsubscribe: str = ""
    csv: str = ""
    csv_name: str = ""


def written(
    letter: Email,
    organisation: str,
    url: str,
    *,
    language: Language = "en",
    unsubscribe: str = "",
    preferences: str = "",
    accent: str = "",
) -> Written:
    """`unsubscribe`, `preferences`: addresses for its foot, where there is something to choose. `accent`: the
    organisation's colour, or empty."""
    texts = TEXTS[language]
    text = texts.letters[letter.kind]
    words = {
        "about": _about(letter, texts),
        "organisation": plain(organisation),
        "until": texts.moment(letter.until),
        "on": _on(letter, texts),
        "days": figures.days(letter.table) if letter.table is not None else "",
    }
    title = text.subject.format(**words)
    kind = OF_EMAIL.get(letter.kind)
    links = [(texts.unsubscribe, unsubscribe)] if unsubscribe else []
    if kind is not None and preferences:
        links.append((texts.preferences, preferences))
    if kind is None:
        why = texts.plain_why.format(**words)
    else:
        why = texts.why[kind] if KINDS[kind].may_choose(NotificationChannel.EMAIL) else texts.must
    parts = design.Parts(
        language=language,
        subject=title,
        organisation=plain(organisation),
        greeting=texts.greeting.format(name=plain(letter.name)),
        lead=[said.format(**words) for said in text.lead],
        action=text.action,
        link=url if text.action else "",
        link_below=texts.link_below,
        after=[said.format(**words) for said in text.after],
        why=why,
        links=links,
        tones=tones(accent) if accent else None,
        table=None if letter.table is None else figures.shown(letter.table, texts.figures, plain),
    )
    name = "" if letter.table is None else f"call24-report-{letter.table.last.isoformat()}.csv"
    return Written(
        subject=title,
        text=design.text(parts),
        html=design.html(parts),
        unsubscribe=unsubscribe,
        csv=letter.csv,
        csv_name=name,
    )


def subject(kind: LetterKind, language: Language, about: str) -> str:
    """Of an e-mail whose subject says what it is about."""
    return TEXTS[language].letters[kind].subject.format(about=about)


def _about(letter: Email, texts: Texts) -> str:
    if letter.figures and letter.on is not None:
        return texts.deletion.format(on=texts.day(letter.on), **letter.figures)
    said = texts.phrase(letter.about)
    return plain(said) if letter.kind in _ABOUT_NAMES else said


def _on(letter: Email, texts: Texts) -> str:
    if letter.on is None:
        return letter.about
    return texts.moment(letter.on) if letter.kind in _MOMENTS else texts.day(letter.on)


def plain(name: str) -> str:
    """A name without anything that a mail program would show as a link, an address or a new line."""
    words = _NO_NAME.sub(" ", _INNER_DOT.sub(". ", name))
    return " ".join(words.split())[:_NAME_MAX].strip()
