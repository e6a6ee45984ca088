"""What is said about one stored field: whose data it is, of what kind, what for, on what basis, and how it ends.

Categories are named after fideslang's taxonomy (https://ethyca.github.io/fideslang) where it has one that fits: its
`user.` is any person. Its data subjects `customer` and `employee` are `caller` and `user` here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from call24.data_map.erasure import Deleted, Erasure
from call24.data_map.retention import Retention, WithDocument


class Subject(StrEnum):
    """Whose data: a `caller` is anybody outside who calls or is called, a `user` somebody with an account."""

    CALLER = "caller"
    USER = "user"
    ORGANISATION = "organisation"
    NONE = "none"


class Category(StrEnum):
    """What kind of data. Those from `organisation.` on are Call24's own."""

    NAME = "user.name"
    EMAIL = "user.contact.email"
    PHONE = "user.contact.phone_number"
    ID = "user.unique_id.pseudonymous"
    CREDENTIALS = "user.authorization.credentials"
    DEVICE = "user.device"
    TELEMETRY = "user.telemetry"
    IP_ADDRESS = "user.device.ip_address"
    BEHAVIOR = "user.behavior"
    LOCATION = "user.location.imprecise"
    WORK = "user.workplace"
    TEXT = "user.content"
    MESSAGE = "user.content.private"
    PICTURE = "user.content.self_image"
    VOICE = "user.content.voice"
    SETTING = "organisation.setting"
    SECRET = "organisation.secret"
    NETWORK = "organisation.network"
    OPERATIONS = "system.operations"


class Basis(StrEnum):
    """The legal basis (GDPR, article 6) that Call24 assumes. The organisation is the controller and decides."""

    CONTRACT = "contract"
    CONSENT = "consent"
    LEGITIMATE_INTERESTS = "legitimate interests"
    LEGAL_OBLIGATION = "legal obligation"


class Recipient(StrEnum):
    """Who outside the installation is given it. People of the organisation see what their permissions let them."""

    CARRIER = "the organisation's carrier"
    MAIL_SERVER = "the mail server"
    OWN_SERVER = "the organisation's own server"
    IDENTITY_PROVIDER = "the organisation's identity provider"
    DOWNLOAD = "who downloads an export"
    ERROR_SERVICE = "the operator's error service, where they set one"
    TRACE_COLLECTOR = "the operator's collector of traces, where they set one"
    FILE_STORE = "the operator's S3-compatible store for files, where they set one; sealed"
    PROCESSOR = "processors that the organisation registers"
    HOSTED_PUSHER = "hosted Pusher, where the operator set it"
    CRM = "the organisation's CRM, where it connected one"
    PUSH_SERVICE = "the vendor of the user's browser, where the user turned on notifications"


@dataclass(frozen=True, slots=True)
class Fact:
    """What the privacy policy must know about one stored field. `kept` and `erase`: how and when it ends.

    `basis`: of personal data only. `recipients`: outside of the installation. `untold`: why a caller's file has no copy
    of it, where it has none.
    """

    subject: Subject
    category: Category
    purpose: str
    kept: Retention = field(default_factory=WithDocument)
    erase: Erasure = field(default_factory=Deleted)
    basis: Basis | None = None
    recipients: tuple[Recipient, ...] = ()
    untold: str = ""

    def __post_init__(self) -> None:
        """Raises: ValueError for a person's data without a purpose or a legal basis."""
        if self.personal and (self.basis is None or not self.purpose):
            raise ValueError("a person's data needs a purpose and a legal basis")

    @property
    def personal(self) -> bool:
        return self.subject in (Subject.CALLER, Subject.USER)


def of_user(
    category: Category,
    purpose: str,
    *,
    kept: Retention | None = None,
    erase: Erasure | None = None,
    basis: Basis = Basis.CONTRACT,
    recipients: tuple[Recipient, ...] = (),
) -> Fact:
    """Data of somebody with an account."""
    return Fact(Subject.USER, category, purpose, kept or WithDocument(), erase or Deleted(), basis, recipients)


def of_caller(
    category: Category,
    purpose: str,
    *,
    kept: Retention | None = None,
    erase: Erasure | None = None,
    basis: Basis = Basis.LEGITIMATE_INTERESTS,
    recipients: tuple[Recipient, ...] = (),
    untold: str = "",
) -> Fact:
    """Data of somebody outside who calls or is called."""
    ends = kept or WithDocument(), erase or Deleted()
    return Fact(Subject.CALLER, category, purpose, *ends, basis, recipients, untold)


def of_organisation(
    category: Category,
    purpose: str,
    *,
    kept: Retention | None = None,
    erase: Erasure | None = None,
    recipients: tuple[Recipient, ...] = (),
) -> Fact:
    """What an organisation set or was given; of no person."""
    ends = kept or WithDocument(), erase or Deleted()
    return Fact(Subject.ORGANISATION, category, purpose, *ends, recipients=recipients)


def _of_nobody(purpose: str) -> Fact:
    return Fact(Subject.NONE, Category.OPERATIONS, purpose)


ID = _of_nobody("tells documents apart")
TENANT = of_organisation(Category.OPERATIONS, "keeps organisations apart")
PERSON = of_user(Category.ID, "whose it is")
REFERENCE = _of_nobody("points at another document")
TIME = _of_nobody("order and duration")
STATE = _of_nobody("what state it is in")
MEASURE = _of_nobody("durations and counts")
SETTING = of_organisation(Category.SETTING, "how the organisation wants it")
