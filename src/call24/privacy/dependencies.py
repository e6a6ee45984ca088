"""What routes ask of this room: `service: PersonsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.kit.holdings import Held
from call24.privacy.agreed_time import AgreedTime
from call24.privacy.caller_erasure import CallerErasures
from call24.privacy.closings import Closings
from call24.privacy.deletion_notices import DeletionNotices
from call24.privacy.holds import LegalHolds
from call24.privacy.person_erasure import PersonErasures
from call24.privacy.persons import Persons
from call24.privacy.receipts import Receipts
from call24.privacy.retention_changes import RetentionChanges
from call24.privacy.retention_watch import RetentionWatch

CallerErasuresDep = Annotated[CallerErasures, provided(CallerErasures)]
ClosingsDep = Annotated[Closings, provided(Closings)]
DeletionNoticesDep = Annotated[DeletionNotices, provided(DeletionNotices)]
HeldDep = Annotated[Held, provided(Held)]
LegalHoldsDep = Annotated[LegalHolds, provided(LegalHolds)]
PersonErasuresDep = Annotated[PersonErasures, provided(PersonErasures)]
PersonsDep = Annotated[Persons, provided(Persons)]
ReceiptsDep = Annotated[Receipts, provided(Receipts)]
AgreedTimeDep = Annotated[AgreedTime, provided(AgreedTime)]
RetentionChangesDep = Annotated[RetentionChanges, provided(RetentionChanges)]
RetentionWatchDep = Annotated[RetentionWatch, provided(RetentionWatch)]
