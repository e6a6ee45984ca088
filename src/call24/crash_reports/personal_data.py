"""What this room holds of persons: who sent how many crash reports within the last hour. The reports are nobody's."""

from __future__ import annotations

from call24.crash_reports.service import CrashReports
from call24.data_map import (
    AsAgreed,
    Basis,
    Category,
    ChangedByRoom,
    Closing,
    GivenTo,
    Memory,
    Place,
    Recipient,
    Until,
    of_user,
)
from call24.kit.holdings import Holdings, Keeper, Stage

HOLDS = Holdings(
    room="crash_reports",
    places=(
        Place(
            where=Memory(CrashReports),
            what={
                "ids and networks of who sent crash reports": of_user(
                    Category.ID, "bounding how many are sent", basis=Basis.LEGITIMATE_INTERESTS
                )
            },
            kept=Until("an hour is over", "the server is started again"),
            closing=Closing.ROOM,
            account=ChangedByRoom("the counts are dropped"),
            untold="counts of one hour in memory",
        ),
        Place(
            where=GivenTo(Recipient.ERROR_SERVICE),
            what={
                "what failed, in which browser and on which screen; nobody's name, number or id": of_user(
                    Category.TELEMETRY, "fixing failures of the app that the user reported", basis=Basis.CONSENT
                )
            },
            kept=AsAgreed("what the operator agreed with the service"),
        ),
    ),
    keepers=(
        Keeper(
            of=CrashReports,
            forget_person=CrashReports.forget_person,
            forget_organisation=CrashReports.forget_organisation,
            stage=Stage.WRITERS,
        ),
    ),
)
