"""The texts of e-mails, in plain text. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from call24.identity.emails import Email, LetterKind

_NAME_MAX = 60
_INNER_DOT = re.compile(r"[.\u2024\u3002\uff0e\uff61](?=\w)")
_NO_NAME = re.compile(r"[^\w .,'’&()\-]|_")

_ABOUT_NAMES: frozenset[LetterKind] = frozenset(
    {"invitation", "closing", "closing_soon", "closing_stopped", "processor_late"}
)
"""Letters that name somebody or something, by a name that anybody may have chosen."""

_TEXTS: Mapping[LetterKind, tuple[str, str]] = {
    "invitation": (
        "Your invitation to Call24",
        "{about} of {organisation} invites you to answer calls with Call24.\n\n"
        "Set your password with this link. It works once, until {until}:\n\n{link}\n\n"
        "If you did not expect this e-mail, you can ignore it.",
    ),
    "reset": (
        "Reset your Call24 password",
        "Somebody, probably you, asked to reset the password of your account at {organisation}.\n\n"
        "Set a new password with this link. It works once, until {until}:\n\n{link}\n\n"
        "If it was not you, ignore this e-mail. Your password stays the same.",
    ),
    "confirm_email": (
        "Confirm your e-mail address",
        "You asked to use this e-mail address for your Call24 account at {organisation}.\n\n"
        "Confirm it with this link. It works once, until {until}:\n\n{link}\n\n"
        "If it was not you, ignore this e-mail.",
    ),
    "email_changed": (
        "Your e-mail address was changed",
        "The e-mail address of your Call24 account at {organisation} is now {about}.\n\n"
        "If it was not you, tell the owner of your organisation at once.",
    ),
    "password_changed": (
        "Your password was changed",
        "The password of your Call24 account at {organisation} was changed, and your other sessions were signed "
        "out.\n\n"
        "If it was not you, tell the owner of your organisation at once.",
    ),
    "proof_added": (
        "A second factor was added to your account",
        "{about} was added to your Call24 account at {organisation} and can now be used to sign in.\n\n"
        "If it was not you, remove it under Me, Signing in, change your password, and tell the owner of your "
        "organisation at once.",
    ),
    "proof_removed": (
        "A second factor was removed from your account",
        "{about} was removed from your Call24 account at {organisation} and no longer works.\n\n"
        "If neither you nor an administrator who helped you did this, tell the owner of your organisation at once.",
    ),
    "recovery_renewed": (
        "Your recovery codes were regenerated",
        "New recovery codes were created for your Call24 account at {organisation}. The old codes no longer work.\n\n"
        "If it was not you, change your password and tell the owner of your organisation at once.",
    ),
    "recovery_used": (
        "A recovery code was used",
        "A recovery code of your Call24 account at {organisation} was used. Codes left: {about}.\n\n"
        "If it was not you, change your password and tell the owner of your organisation at once.",
    ),
    "provider_bound": (
        "Single sign-on was connected to your account",
        "Your Call24 account at {organisation} was connected to {about}. You can now sign in with your account "
        "there.\n\n"
        "If it was not you, tell the owner of your organisation at once.",
    ),
    "provider_unbound": (
        "Single sign-on was disconnected from your account",
        "Your Call24 account at {organisation} is no longer connected to your organisation's single sign-on, and its "
        "sessions were signed out.\n\n"
        "If you did not ask for this, tell the owner of your organisation.",
    ),
    "closing": (
        "Your organisation is being closed",
        "{about} has closed {organisation} in Call24. It works as before until {until}. Then everything of it is "
        "deleted: accounts, calls, recordings, tasks and settings.\n\n"
        "Any owner can keep it until then: in the app, under Close organisation.",
    ),
    "closing_soon": (
        "Your organisation is about to be deleted",
        "{organisation} is being closed in Call24, as {about} asked. On {until}, everything of it is deleted: "
        "accounts, calls, recordings, tasks and settings. Export what you still need before.\n\n"
        "Any owner can keep it until then: in the app, under Close organisation.",
    ),
    "closing_stopped": (
        "Your organisation is kept",
        "{about} has kept {organisation} in Call24. It is not being closed any more, and nothing was deleted.",
    ),
    "closed": (
        "Your organisation was deleted",
        "The organisation that you closed in Call24 is gone, with everything of it. This is the signed receipt. It "
        "names nobody, and anyone can check it with ./call24 privacy verify-receipt:\n\n{about}\n\n"
        "Your e-mail address is forgotten once this e-mail is sent.",
    ),
    "privacy_deadline": (
        "A privacy request is near or past its deadline",
        "Somebody asked {organisation} under their rights over their data, and the answer is due on {about}.\n\n"
        "Read the request here:\n\n{link}",
    ),
    "policy_changed": (
        "The privacy policy changes",
        "The privacy policy of {organisation} for Call24 changes on {about}. Until then the present one applies; from "
        "then on the app asks you to accept the new one.\n\n"
        "What changes:\n\n{link}",
    ),
    "incident_deadline": (
        "The 72 hours of a personal data breach",
        "A personal data breach at {organisation} is neither notified to the supervisory authority nor assessed as one "
        "that need not be. It is to be notified by {about}.\n\n"
        "Read the incident here:\n\n{link}",
    ),
    "first_deletion": (
        "Calls of your organisation will be deleted",
        "{organisation} keeps calls in Call24 for a number of days. {about}\n\n"
        "You need to do nothing. What each day deletes, and how to keep calls for longer or shorter, is here:\n\n"
        "{link}",
    ),
    "processor_late": (
        "A processor has not answered an erasure",
        "{organisation} asked {about} to erase a person's data, and it has not answered for 7 days. It is asked again "
        "until 28 days are over. Ask it yourself what keeps it from answering.\n\n"
        "What processors were asked, and what they answered:\n\n{link}",
    ),
    "new_device": (
        "New sign-in to your account",
        "Somebody signed in to your Call24 account at {organisation} on a new device:\n\n{about}\n\n"
        "If it was not you, change your password and sign the device out under Me.",
    ),
}


def written(letter: Email, organisation: str, url: str) -> tuple[str, str]:
    """(subject, body)."""
    subject, body = _TEXTS[letter.kind]
    until = f"{letter.until:%d %B %Y, %H:%M} UTC"
    about = plain(letter.about) if letter.kind in _ABOUT_NAMES else letter.about
    text = body.format(about=about, organisation=plain(organisation), link=url, until=until)
    return subject, f"Hello {plain(letter.name)},\n\n{text}\n"


def plain(name: str) -> str:
    """A name without anything that a mail program would show as a link, an address or a new line."""
    words = _NO_NAME.sub(" ", _INNER_DOT.sub(". ", name))
    return " ".join(words.split())[:_NAME_MAX].strip()
