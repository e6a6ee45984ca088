"""What this room holds of persons: letters that wait to be sent."""

from __future__ import annotations

from call24.data_map import AsAgreed, Category, DeletedByAddress, GivenTo, Place, Recipient, Trace, of_user
from call24.kit.holdings import Holdings
from call24.notifications.email.model import OutgoingEmail

HOLDS = Holdings(
    room="notifications",
    places=(
        Place(
            where=GivenTo(Recipient.MAIL_SERVER),
            what={
                "the address": of_user(Category.EMAIL, "sending the e-mail"),
                "the letter": of_user(Category.MESSAGE, "sending the e-mail"),
            },
            kept=AsAgreed("the operator's contract with who runs it"),
        ),
    ),
    traces=(Trace(struct=OutgoingEmail, erase=DeletedByAddress("to"), untold="sealed until it is sent"),),
)
