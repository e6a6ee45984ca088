"""The letters' words, in plain text. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from call24.identity.emails import Letter, LetterKind

_NAME_MAX = 60
_INNER_DOT = re.compile(r"[.\u2024\u3002\uff0e\uff61](?=\w)")
_NO_NAME = re.compile(r"[^\w .,'’&()\-]|_")

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
    "proof_added": (
        "A new way to prove who you are was added",
        "{about} was added to your Call24 account at {organisation}. It opens the account from now on.\n\n"
        "If it was not you, remove it under Me, Signing in, change your password, and tell the owner of your "
        "organisation at once.",
    ),
    "proof_removed": (
        "A way to prove who you are was removed",
        "{about} was removed from your Call24 account at {organisation} and opens nothing any more.\n\n"
        "If neither you nor somebody who helped you did this, tell the owner of your organisation at once.",
    ),
    "recovery_renewed": (
        "Your recovery codes were made anew",
        "The recovery codes of your Call24 account at {organisation} were made anew; the old ones open nothing any "
        "more.\n\n"
        "If it was not you, change your password and tell the owner of your organisation at once.",
    ),
    "recovery_used": (
        "A recovery code was used",
        "A recovery code of your Call24 account at {organisation} was used. Left: {about}.\n\n"
        "If it was not you, change your password and tell the owner of your organisation at once.",
    ),
    "provider_bound": (
        "Your account was connected to a sign-in",
        "Your Call24 account at {organisation} was connected to the sign-in at {about}: who signs in there as you is "
        "let in here.\n\n"
        "If it was not you, tell the owner of your organisation at once.",
    ),
    "provider_unbound": (
        "Your account was disconnected from a sign-in",
        "Your Call24 account at {organisation} is not connected to your organisation's sign-in any more, and its "
        "sessions were ended.\n\n"
        "If you did not ask for this, tell the owner of your organisation.",
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
    about = plain(letter.about) if letter.kind == "invitation" else letter.about
    text = body.format(about=about, organisation=plain(organisation), link=url, until=until)
    return subject, f"Hello {plain(letter.name)},\n\n{text}\n"


def plain(name: str) -> str:
    """What somebody wrote as a name, so that no reader makes a link or an address of it and no line ends in it."""
    words = _NO_NAME.sub(" ", _INNER_DOT.sub(". ", name))
    return " ".join(words.split())[:_NAME_MAX].strip()
