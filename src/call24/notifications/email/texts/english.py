"""The texts of e-mails in English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from call24.identity.emails import LetterKind
from call24.kit.package import COMMAND
from call24.notifications.email.texts.figures import ENGLISH
from call24.notifications.email.texts.text import Text, Texts
from call24.notifications.kinds import KINDS

_NOT_YOU = "If it was not you, tell the owner of your organisation at once."

LETTERS: Mapping[LetterKind, Text] = {
    "invitation": Text(
        subject="Your invitation to Call24",
        lead=(
            "{about} of {organisation} invites you to answer calls with Call24.",
            "Set your password with this link. It works once, until {until}:",
        ),
        action="Set your password",
        after=("If you did not expect this e-mail, you can ignore it.",),
    ),
    "reset": Text(
        subject="Reset your Call24 password",
        lead=(
            "Somebody, probably you, asked to reset the password of your account at {organisation}.",
            "Set a new password with this link. It works once, until {until}:",
        ),
        action="Set a new password",
        after=("If it was not you, ignore this e-mail. Your password stays the same.",),
    ),
    "confirm_email": Text(
        subject="Confirm your e-mail address",
        lead=(
            "You asked to use this e-mail address for your Call24 account at {organisation}.",
            "Confirm it with this link. It works once, until {until}:",
        ),
        action="Confirm the address",
        after=("If it was not you, ignore this e-mail.",),
    ),
    "email_changed": Text(
        subject="Your e-mail address was changed",
        lead=("The e-mail address of your Call24 account at {organisation} is now {about}.",),
        after=(_NOT_YOU,),
    ),
    "password_changed": Text(
        subject="Your password was changed",
        lead=(
            "The password of your Call24 account at {organisation} was changed, and your other sessions were "
            "signed out.",
        ),
        after=(_NOT_YOU,),
    ),
    "proof_added": Text(
        subject="A second factor was added to your account",
        lead=("{about} was added to your Call24 account at {organisation} and can now be used to sign in.",),
        after=(
            "If it was not you, remove it under Me, Signing in, change your password, and tell the owner of your "
            "organisation at once.",
        ),
    ),
    "proof_removed": Text(
        subject="A second factor was removed from your account",
        lead=("{about} was removed from your Call24 account at {organisation} and no longer works.",),
        after=(
            "If neither you nor an administrator who helped you did this, tell the owner of your organisation at once.",
        ),
    ),
    "recovery_renewed": Text(
        subject="Your recovery codes were regenerated",
        lead=(
            "New recovery codes were created for your Call24 account at {organisation}. The old codes no longer work.",
        ),
        after=("If it was not you, change your password and tell the owner of your organisation at once.",),
    ),
    "recovery_used": Text(
        subject="A recovery code was used",
        lead=("A recovery code of your Call24 account at {organisation} was used. Codes left: {about}.",),
        after=("If it was not you, change your password and tell the owner of your organisation at once.",),
    ),
    "provider_bound": Text(
        subject="Single sign-on was connected to your account",
        lead=(
            "Your Call24 account at {organisation} was connected to {about}. You can now sign in with your account "
            "there.",
        ),
        after=(_NOT_YOU,),
    ),
    "provider_unbound": Text(
        subject="Single sign-on was disconnected from your account",
        lead=(
            "Your Call24 account at {organisation} is no longer connected to your organisation's single sign-on, and "
            "its sessions were signed out.",
        ),
        after=("If you did not ask for this, tell the owner of your organisation.",),
    ),
    "closing": Text(
        subject="Your organisation is being closed",
        lead=(
            "{about} has closed {organisation} in Call24. It works as before until {until}. Then everything of it is "
            "deleted: accounts, calls, recordings, tasks and settings.",
        ),
        after=("Any owner can keep it until then: in the app, under Close organisation.",),
    ),
    "closing_soon": Text(
        subject="Your organisation is about to be deleted",
        lead=(
            "{organisation} is being closed in Call24, as {about} asked. On {until}, everything of it is deleted: "
            "accounts, calls, recordings, tasks and settings. Export what you still need before.",
        ),
        after=("Any owner can keep it until then: in the app, under Close organisation.",),
    ),
    "closing_stopped": Text(
        subject="Your organisation is kept",
        lead=("{about} has kept {organisation} in Call24. It is not being closed any more, and nothing was deleted.",),
    ),
    "closed": Text(
        subject="Your organisation was deleted",
        lead=(
            "The organisation that you closed in Call24 is gone, with everything of it. This is the signed receipt. It "
            f"names nobody, and anyone can check it with {COMMAND} privacy verify-receipt:",
            "{about}",
            "Your e-mail address is forgotten once this e-mail is sent.",
        ),
    ),
    "privacy_deadline": Text(
        subject="A privacy request is near or past its deadline",
        lead=(
            "Somebody asked {organisation} under their rights over their data, and the answer is due on {on}.",
            "Read the request here:",
        ),
        action="Read the request",
    ),
    "policy_changed": Text(
        subject="The privacy policy changes",
        lead=(
            "The privacy policy of {organisation} for Call24 changes on {on}. Until then the present one applies; from "
            "then on the app asks you to accept the new one.",
            "What changes:",
        ),
        action="Read what changes",
    ),
    "incident_deadline": Text(
        subject="The 72 hours of a personal data breach",
        lead=(
            "A personal data breach at {organisation} is neither notified to the supervisory authority nor assessed as "
            "one that need not be. It is to be notified by {on}.",
            "Read the incident here:",
        ),
        action="Read the incident",
    ),
    "first_deletion": Text(
        subject="Calls of your organisation will be deleted",
        lead=(
            "{organisation} keeps calls in Call24 for a number of days. {about}",
            "You need to do nothing. What each day deletes, and how to keep calls for longer or shorter, is here:",
        ),
        action="See what is deleted",
    ),
    "processor_late": Text(
        subject="A processor has not answered an erasure",
        lead=(
            "{organisation} asked {about} to erase a person's data, and it has not answered for 7 days. It is asked "
            "again until 28 days are over. Ask it yourself what keeps it from answering.",
            "What processors were asked, and what they answered:",
        ),
        action="See the processors",
    ),
    "new_device": Text(
        subject="New sign-in to your account",
        lead=("Somebody signed in to your Call24 account at {organisation} on a new device:", "{about}"),
        after=("If it was not you, change your password and sign the device out under Me.",),
    ),
    "task_assigned": Text(
        subject="A task was assigned to you",
        lead=("{about} gave you a task at {organisation}.",),
        action="Open your tasks",
    ),
    "task_due": Text(
        subject="A task of yours is due",
        lead=("A task of yours at {organisation} was due on {on} and is still open.",),
        action="Open your tasks",
    ),
    "task_reminder": Text(
        subject="Reminder of a task",
        lead=("You wanted to be reminded of a task at {organisation}, or it is waiting in one of your queues.",),
        action="Open your tasks",
    ),
    "task_mentioned": Text(
        subject="You were named in a task",
        lead=("{about} named you in a comment on a task at {organisation}.",),
        action="Open your tasks",
    ),
    "task_answered": Text(
        subject="A customer answered by e-mail",
        lead=("A customer answered by e-mail in a task at {organisation} that you work on.",),
        action="Open your tasks",
    ),
    "crm_stopped": Text(
        subject="The connection to your CRM has stopped",
        lead=(
            "{organisation} and its CRM ({about}) are no longer kept in step. Nothing is lost: once it "
            "works, it goes on where it stopped.",
            "Why it stopped, and what to do:",
        ),
        action="See the connection",
    ),
    "queue_alert": Text(
        subject="Callers of a queue wait too long",
        lead=(
            "In the queue {about} at {organisation}, callers wait for longer, or more of them, than its settings say.",
        ),
        action="See the live board",
    ),
    "missed_call": Text(
        subject="A caller reached nobody",
        lead=("A caller of one of your queues at {organisation} reached nobody. Nobody has called back yet.",),
        action="Open your tasks",
    ),
    "voicemail": Text(
        subject="A new voicemail",
        lead=("A caller of one of your queues at {organisation} left a message.",),
        action="Listen to it",
    ),
    "callback_due": Text(
        subject="A caller waits to be called back",
        lead=("A callback of one of your queues at {organisation} did not reach the caller, who waits for another.",),
        action="Open your tasks",
    ),
    "upgraded": Text(
        subject="Call24 was upgraded to {about}",
        lead=("The Call24 that {organisation} uses was upgraded to version {about}.", "What is new in it:"),
        action="Read what is new",
    ),
    "report": Text(
        subject="Report: {about}",
        lead=("The report {about} of {organisation}, {days}. All its figures are in the attached file.",),
        action="Open the report",
        after=("It is sent to you at set times. You can stop this below.",),
    ),
}


def moment(at: datetime) -> str:
    return f"{at:%d %B %Y, %H:%M} UTC"


def day(at: datetime) -> str:
    return f"{at:%d %B %Y}"


TEXTS = Texts(
    letters=LETTERS,
    moment=moment,
    day=day,
    phrase=lambda said: said,
    deletion="From {on} on, what has reached its day is deleted: call records {days} days after the call, recordings "
    "with them or sooner, as you have set. In the first week that is: calls {calls}, recordings {recordings}.",
    greeting="Hello {name},",
    link_below="If the button does not work, open this address:",
    titles={kind: one.title for kind, one in KINDS.items()},
    says={kind: one.says for kind, one in KINDS.items()},
    why={kind: f"You get this e-mail because you are notified by e-mail: {one.title}." for kind, one in KINDS.items()},
    must="This e-mail is always sent: it is about the security of your account or of data, the privacy policy, or your "
    "organisation.",
    plain_why="You get this e-mail because somebody asked for it. {organisation} uses Call24 for its calls.",
    unsubscribe="Unsubscribe",
    preferences="All notifications",
    unsubscribe_title="Unsubscribe",
    unsubscribe_says="Stop e-mails of this kind: {kind}? You still see it in the app.",
    unsubscribe_button="Unsubscribe",
    unsubscribed_title="You are unsubscribed",
    unsubscribed_says="You get no more e-mails of this kind: {kind}. You can turn them on again in the app, under Me, "
    "Notifications.",
    figures=ENGLISH,
)
