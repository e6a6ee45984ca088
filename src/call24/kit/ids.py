"""Typed, prefixed, time-ordered ids: `call_01j...` is a prefix and a lower-case ULID.

It makes ids; it does not check who may use them.
Source: ULID specification (github.com/ulid/spec): 48 bits of milliseconds, 80 bits of randomness, Crockford base 32.
"""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from typing import NewType

TenantId = NewType("TenantId", str)
UserId = NewType("UserId", str)
CallId = NewType("CallId", str)
LegId = NewType("LegId", str)
QueueId = NewType("QueueId", str)
NumberId = NewType("NumberId", str)
TrunkId = NewType("TrunkId", str)
ContactId = NewType("ContactId", str)
DeviceId = NewType("DeviceId", str)
TokenId = NewType("TokenId", str)
OfferId = NewType("OfferId", str)
RecordingId = NewType("RecordingId", str)
EventId = NewType("EventId", str)
FlowId = NewType("FlowId", str)
PromptId = NewType("PromptId", str)
HoursId = NewType("HoursId", str)
PauseReasonId = NewType("PauseReasonId", str)
DispositionId = NewType("DispositionId", str)
TaskId = NewType("TaskId", str)
KeyId = NewType("KeyId", str)
ListeningId = NewType("ListeningId", str)
InvitationId = NewType("InvitationId", str)
LinkId = NewType("LinkId", str)
LetterId = NewType("LetterId", str)
RoleId = NewType("RoleId", str)
AuditId = NewType("AuditId", str)
ApplicationId = NewType("ApplicationId", str)
WebhookId = NewType("WebhookId", str)
DeliveryId = NewType("DeliveryId", str)
WaitingEventId = NewType("WaitingEventId", str)
PasskeyId = NewType("PasskeyId", str)
PolicyAcceptanceId = NewType("PolicyAcceptanceId", str)
PolicyNoticeId = NewType("PolicyNoticeId", str)
PrivacyRequestId = NewType("PrivacyRequestId", str)
RestrictionId = NewType("RestrictionId", str)
IncidentId = NewType("IncidentId", str)
IncidentSearchId = NewType("IncidentSearchId", str)
DisclosureId = NewType("DisclosureId", str)
DataTransferId = NewType("DataTransferId", str)
ProcessorId = NewType("ProcessorId", str)
ErasureNoticeId = NewType("ErasureNoticeId", str)
HoldId = NewType("HoldId", str)
ConsentEntryId = NewType("ConsentEntryId", str)
CorrectionId = NewType("CorrectionId", str)
CrashReportId = NewType("CrashReportId", str)
CallerImportId = NewType("CallerImportId", str)
ImportedDocumentId = NewType("ImportedDocumentId", str)
PersonId = NewType("PersonId", str)
PersonPictureId = NewType("PersonPictureId", str)
AddressBookImportId = NewType("AddressBookImportId", str)
HistoryEntryId = NewType("HistoryEntryId", str)
DuplicateId = NewType("DuplicateId", str)
NotificationId = NewType("NotificationId", str)
TaskCommentId = NewType("TaskCommentId", str)
TaskEntryId = NewType("TaskEntryId", str)
TaskFilterId = NewType("TaskFilterId", str)
TaskSeriesId = NewType("TaskSeriesId", str)
SavedReportId = NewType("SavedReportId", str)
BulkChangeId = NewType("BulkChangeId", str)
AppPasswordId = NewType("AppPasswordId", str)
CardId = NewType("CardId", str)
CrmConnectionId = NewType("CrmConnectionId", str)
CrmLinkId = NewType("CrmLinkId", str)
CrmJobId = NewType("CrmJobId", str)
FileId = NewType("FileId", str)
QueueAlertId = NewType("QueueAlertId", str)
TaskAddressId = NewType("TaskAddressId", str)

PREFIXES = (
    "ten",
    "usr",
    "call",
    "leg",
    "que",
    "num",
    "trk",
    "ctc",
    "dev",
    "tok",
    "off",
    "rec",
    "evt",
    "swp",
    "exp",
    "flw",
    "prm",
    "hrs",
    "psr",
    "dsp",
    "tsk",
    "key",
    "lis",
    "inv",
    "lnk",
    "ltr",
    "rol",
    "aud",
    "app",
    "whk",
    "dlv",
    "msg",
    "wev",
    "idk",
    "psk",
    "ban",
    "rfc",
    "rcp",
    "pac",
    "pno",
    "prq",
    "rst",
    "inc",
    "isr",
    "dcl",
    "sau",
    "dtr",
    "hld",
    "rtc",
    "cns",
    "crr",
    "prc",
    "ern",
    "cim",
    "imd",
    "cor",
    "per",
    "phe",
    "pic",
    "dup",
    "abi",
    "ntf",
    "tcm",
    "tse",
    "tfl",
    "tsr",
    "srp",
    "tbc",
    "apw",
    "crd",
    "crm",
    "crl",
    "crj",
    "fil",
    "qal",
    "tad",
    "trc",
)

_KNOWN = frozenset(PREFIXES)
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]


def new_id(prefix: str) -> str:
    """A fresh id; `prefix` is one of PREFIXES, with or without its underscore."""
    name = prefix.removesuffix("_")
    if name not in _KNOWN:
        raise ValueError(f"unknown id prefix: {prefix!r}")
    return f"{name}_{_ulid(int(datetime.now(UTC).timestamp() * 1000), int.from_bytes(os.urandom(10), 'big'))}"


def derived_id(prefix: str, *parts: str) -> str:
    """The id that belongs to `parts`: the same whenever it is asked for, so that what is made twice is there once."""
    if prefix not in PREFIXES:
        raise ValueError(f"unknown id prefix: {prefix!r}")
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return f"{prefix}_{_ulid(int.from_bytes(digest[:6]), int.from_bytes(digest[6:16]))}"


def _ulid(ms: int, randomness: int) -> str:
    value = (ms << 80) | randomness
    return "".join([_PAIRS[(value >> shift) & 0x3FF] for shift in range(120, -1, -10)])
