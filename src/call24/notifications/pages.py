"""The two pages of unsubscribing from a kind of e-mail, in the language of the e-mail. Pure."""

from __future__ import annotations

from html import escape

from call24.branding.pages import PLAIN, Masthead
from call24.http.pages import page
from call24.kit.language import Language
from call24.notifications.email.texts import TEXTS
from call24.notifications.kinds import NotificationKind


def unsubscribe_page(token: str, kind: NotificationKind, language: Language, brand: Masthead = PLAIN) -> str:
    texts = TEXTS[language]
    says = escape(texts.unsubscribe_says.replace("{kind}", texts.titles[kind]))
    form = (
        f'<form method="post" action="/unsubscribe/{escape(token)}"><button>{texts.unsubscribe_button}</button></form>'
    )
    return page(texts.unsubscribe_title, f"<p>{says}</p>{form}", language, head=brand.head, top=brand.top)


def unsubscribed_page(kind: NotificationKind, language: Language, brand: Masthead = PLAIN) -> str:
    texts = TEXTS[language]
    says = escape(texts.unsubscribed_says.replace("{kind}", texts.titles[kind]))
    return page(texts.unsubscribed_title, f"<p>{says}</p>", language, head=brand.head, top=brand.top)
