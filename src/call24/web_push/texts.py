"""What this room itself shows on a device, in each language. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from call24.kit.language import Language
from call24.web_push.model import PushMessage

_ARRIVES: Mapping[Language, str] = {
    "en": "Notifications arrive on this device.",
    "mn": "Мэдэгдэл энэ төхөөрөмжид ирж байна.",
}


def test_message(language: Language) -> PushMessage:
    """What a user asks for who wants to see that it works."""
    return PushMessage(kind="test", title="Call24", body=_ARRIVES[language], tag="test")
