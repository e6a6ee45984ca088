"""What this room keeps in files: addresses that SIP comes from, and what Asterisk writes by itself."""

from __future__ import annotations

from datetime import timedelta

from call24.data_map import (
    SETTING,
    AsAgreed,
    ByAge,
    Category,
    Closing,
    Files,
    GivenTo,
    Place,
    Recipient,
    Until,
    WithInstallation,
    of_caller,
    of_organisation,
)
from call24.kit.holdings import Holdings

_FORWARD = "connecting calls to the telephone network"

HOLDS = Holdings(
    room="asterisk",
    places=(
        Place(
            where=Files("run/banned*"),
            in_backup=False,
            what={
                "addresses of strangers": of_caller(
                    Category.IP_ADDRESS, "keeping out addresses that attack the installation"
                )
            },
            kept=Until("the ban is over", "an hour"),
            closing=Closing.STAYS,
            why="strangers to every organisation",
        ),
        Place(
            where=Files("run/known_senders*"),
            in_backup=False,
            what={"addresses that calls came from": of_caller(Category.IP_ADDRESS, "telling carriers from strangers")},
            kept=Until("no call came from there for 30 days", "30 days"),
            closing=Closing.STAYS,
            why="a carrier's address may be of several organisations, and none is named with it",
        ),
        Place(
            where=Files("run/carriers*"),
            in_backup=False,
            what={"networks of carriers": of_organisation(Category.NETWORK, "who may connect to the SIP ports")},
            kept=Until("its trunk is deleted", "with the organisation"),
            closing=Closing.STAYS,
        ),
        Place(
            where=Files("asterisk/var/log/messages*"),
            in_backup=False,
            what={
                "addresses of who is refused": of_caller(
                    Category.IP_ADDRESS, "finding the cause of trouble with calls"
                ),
                "numbers in requests that are refused": of_caller(
                    Category.PHONE, "finding the cause of trouble with calls"
                ),
            },
            kept=ByAge(timedelta(days=28), by="parent"),
            closing=Closing.STAYS,
            why="lines of all organisations, not told apart, for 28 days",
        ),
        Place(
            where=Files("asterisk/var/etc/*"),
            in_backup=False,
            what={"Asterisk's configuration": SETTING},
            kept=WithInstallation(),
            closing=Closing.STAYS,
        ),
        Place(
            where=GivenTo(Recipient.CARRIER),
            what={
                "the number that is called": of_caller(Category.PHONE, _FORWARD),
                "what is said": of_caller(Category.VOICE, _FORWARD),
            },
            kept=AsAgreed("the organisation's contract with its carrier"),
        ),
    ),
)
