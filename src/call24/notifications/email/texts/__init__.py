"""The texts of e-mails, in every language that a user can choose. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from call24.kit.language import Language
from call24.notifications.email.texts import english, mongolian
from call24.notifications.email.texts.text import Texts

TEXTS: Mapping[Language, Texts] = {"en": english.TEXTS, "mn": mongolian.TEXTS}
