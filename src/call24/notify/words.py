"""The letters' words, in plain text. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from call24.identity.letters import Letter, LetterKind

_TEXTS: Mapping[LetterKind, tuple[str, str]] = {
    "invitation": (
        "Your invitation to Call24",
        "{about} of {organisation} invites you to answer calls with Call24.\n\n"
        "Choose a password here; the link works once, until {until}:\n\n{link}\n\n"
        "If you did not expect this, do nothing.",
    ),
    "reset": (
        "A new password for Call24",
        "Somebody, probably you, asked for a new password of your account at {organisation}.\n\n"
        "Choose it here; the link works once, until {until}:\n\n{link}\n\n"
        "If it was not you, do nothing: your password stays as it is.",
    ),
    "confirm_email": (
        "Confirm your e-mail address",
        "This shall become the e-mail address of your Call24 account at {organisation}.\n\n"
        "Confirm it here; the link works once, until {until}:\n\n{link}\n\n"
        "If it was not you, do nothing.",
    ),
    "email_changed": (
        "Your e-mail address was changed",
        "The e-mail address of your Call24 account at {organisation} is now {about}.\n\n"
        "If it was not you, tell the owner of your organisation at once.",
    ),
    "password_changed": (
        "Your password was changed",
        "The password of your Call24 account at {organisation} was changed, and other sign-ins were ended.\n\n"
        "If it was not you, tell the owner of your organisation at once.",
    ),
    "new_device": (
        "A new device signed in",
        "Your Call24 account at {organisation} was signed in on a device that was not seen before:\n\n{about}\n\n"
        "If it was not you, change your password and sign the device out under Me.",
    ),
}


def written(letter: Letter, organisation: str, url: str) -> tuple[str, str]:
    """(subject, body)."""
    subject, body = _TEXTS[letter.kind]
    until = f"{letter.until:%d %B %Y, %H:%M} UTC"
    text = body.format(about=letter.about, organisation=organisation, link=url, until=until)
    return subject, f"Hello {letter.name},\n\n{text}\n"
