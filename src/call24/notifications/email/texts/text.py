"""The parts of an e-mail's text, in one language. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from call24.identity.emails import LetterKind
from call24.notifications.kinds import NotificationKind


@dataclass(frozen=True, kw_only=True)
class Text:
    """`lead`: paragraphs before the link, `after`: below it; `action`: the words of the button.

    In all of them `{about}`, `{organisation}`, `{until}`, `{on}` and `{days}` stand for what is known of the e-mail.
    """

    subject: str
    lead: tuple[str, ...]
    action: str = ""
    after: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FigureTexts:
    """The words of a table of figures. `by`: what its rows are; `measures`, `directions`, `without`: by their keys.
    `compared` has `{days}`, `left_out` has `{count}`."""

    by: Mapping[str, str]
    measures: Mapping[str, str]
    directions: Mapping[str, str]
    without: Mapping[str, str]
    total: str
    compared: str
    left_out: str


@dataclass(frozen=True, kw_only=True)
class Texts:
    """`moment`, `day`: an instant in words, in UTC. `phrase`: what the server wrote in English into `about`, here.

    `titles`, `says`: of each kind, as a device shows it too. `why`: why this e-mail came, by kind; `plain_why`: of one
    that was asked for. `greeting` has `{name}`.
    `link_below`: stands before the link in words.
    """

    letters: Mapping[LetterKind, Text]
    moment: Callable[[datetime], str]
    day: Callable[[datetime], str]
    phrase: Callable[[str], str]
    deletion: str
    greeting: str
    link_below: str
    titles: Mapping[NotificationKind, str]
    says: Mapping[NotificationKind, str]
    why: Mapping[NotificationKind, str]
    must: str
    plain_why: str
    unsubscribe: str
    preferences: str
    unsubscribed_title: str
    unsubscribe_title: str
    unsubscribe_says: str
    unsubscribe_button: str
    unsubscribed_says: str
    figures: FigureTexts
