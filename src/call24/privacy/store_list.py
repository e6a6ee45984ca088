"""What app stores ask of an app: their word for each kind of personal data of the data map, and device permissions.

One list for both stores; `store_files.py` makes the files from it. Pure. What only the publisher of an app knows, such
as the address of its privacy policy, is not here.
"""

from __future__ import annotations

from dataclasses import dataclass

from call24.data_map import Category, Recipient, Subject


@dataclass(frozen=True, kw_only=True)
class DataType:
    """`group` and `google`: the question and answer of Google's Data safety form; `label`: as people read it there.

    `apple`: the value of NSPrivacyCollectedDataType without that prefix. `optional`: users can choose not to give it.
    `purposes`: of Google's form, without PSL_.
    """

    group: str
    google: str
    label: str
    apple: str
    optional: bool = False
    purposes: tuple[str, ...] = ("APP_FUNCTIONALITY",)


_ACCOUNT = ("APP_FUNCTIONALITY", "ACCOUNT_MANAGEMENT")
_SECURITY = ("APP_FUNCTIONALITY", "FRAUD_PREVENTION_SECURITY")
_PERSONAL = "PSL_DATA_TYPES_PERSONAL"

_NAME = DataType(group=_PERSONAL, google="PSL_NAME", label="Personal info / Name", apple="Name", purposes=_ACCOUNT)
_EMAIL = DataType(
    group=_PERSONAL,
    google="PSL_EMAIL",
    label="Personal info / Email address",
    apple="EmailAddress",
    purposes=_ACCOUNT,
)
_ID = DataType(
    group=_PERSONAL, google="PSL_USER_ACCOUNT", label="Personal info / User IDs", apple="UserID", purposes=_ACCOUNT
)
_PHONE = DataType(
    group=_PERSONAL,
    google="PSL_PHONE",
    label="Personal info / Phone number",
    apple="PhoneNumber",
    optional=True,
    purposes=_ACCOUNT,
)
_OTHER = DataType(
    group=_PERSONAL,
    google="PSL_OTHER_PERSONAL",
    label="Personal info / Other info",
    apple="OtherDataTypes",
    purposes=_ACCOUNT,
)
_DEVICE = DataType(
    group="PSL_DATA_TYPES_IDENTIFIERS",
    google="PSL_DEVICE_ID",
    label="Device or other IDs / Device or other IDs",
    apple="DeviceID",
    purposes=_SECURITY,
)
_CRASHES = DataType(
    group="PSL_DATA_TYPES_APP_PERFORMANCE",
    google="PSL_CRASH_LOGS",
    label="App info and performance / Crash logs",
    apple="CrashData",
    optional=True,
    purposes=("ANALYTICS",),
)
_ACTS = DataType(
    group="PSL_DATA_TYPES_APP_ACTIVITY",
    google="PSL_USER_INTERACTION",
    label="App activity / App interactions",
    apple="ProductInteraction",
    purposes=_SECURITY,
)
_WRITTEN = DataType(
    group="PSL_DATA_TYPES_APP_ACTIVITY",
    google="PSL_USER_GENERATED_CONTENT",
    label="App activity / Other user-generated content",
    apple="OtherUserContent",
    optional=True,
)
_MESSAGES = DataType(
    group="PSL_DATA_TYPES_EMAIL_AND_TEXT",
    google="PSL_OTHER_MESSAGES",
    label="Messages / Other in-app messages",
    apple="EmailsOrTextMessages",
    purposes=_ACCOUNT,
)
_PICTURE = DataType(
    group="PSL_DATA_TYPES_PHOTOS_AND_VIDEOS",
    google="PSL_PHOTOS",
    label="Photos and videos / Photos",
    apple="PhotosorVideos",
    optional=True,
)
_SOUND = DataType(
    group="PSL_DATA_TYPES_AUDIO",
    google="PSL_AUDIO",
    label="Audio files / Voice or sound recordings",
    apple="AudioData",
)
_CONTACTS = DataType(
    group="PSL_DATA_TYPES_CONTACTS", google="PSL_CONTACTS", label="Contacts / Contacts", apple="Contacts"
)

TYPES: dict[tuple[Subject, Category], DataType | None] = {
    (Subject.USER, Category.NAME): _NAME,
    (Subject.USER, Category.EMAIL): _EMAIL,
    (Subject.USER, Category.PHONE): _PHONE,
    (Subject.USER, Category.ID): _ID,
    (Subject.USER, Category.CREDENTIALS): _OTHER,
    (Subject.USER, Category.DEVICE): _DEVICE,
    (Subject.USER, Category.IP_ADDRESS): _DEVICE,
    (Subject.USER, Category.TELEMETRY): _CRASHES,
    (Subject.USER, Category.BEHAVIOR): _ACTS,
    (Subject.USER, Category.WORK): _OTHER,
    (Subject.USER, Category.TEXT): _WRITTEN,
    (Subject.USER, Category.MESSAGE): _MESSAGES,
    (Subject.USER, Category.PICTURE): _PICTURE,
    (Subject.USER, Category.VOICE): _SOUND,
    (Subject.CALLER, Category.NAME): _CONTACTS,
    (Subject.CALLER, Category.PHONE): _CONTACTS,
    (Subject.CALLER, Category.EMAIL): _CONTACTS,
    (Subject.CALLER, Category.WORK): _CONTACTS,
    (Subject.CALLER, Category.ID): _CONTACTS,
    (Subject.CALLER, Category.LOCATION): _CONTACTS,
    (Subject.CALLER, Category.BEHAVIOR): _CONTACTS,
    (Subject.CALLER, Category.VOICE): _SOUND,
    (Subject.CALLER, Category.TEXT): _WRITTEN,
    # Addresses of strangers at the SIP port: they reach Call24 without the app.
    (Subject.CALLER, Category.IP_ADDRESS): None,
}
"""Every kind of personal data of the map; None: it does not come through the app, so no store asks for it."""

NOT_SHARING: dict[Recipient, str] = {
    Recipient.CARRIER: "a service provider of the organisation",
    Recipient.MAIL_SERVER: "a service provider of the organisation",
    Recipient.OWN_SERVER: "the organisation itself",
    Recipient.IDENTITY_PROVIDER: "a service provider of the organisation",
    Recipient.DOWNLOAD: "a user of the organisation, who asked for it",
    Recipient.ERROR_SERVICE: "a service provider of the operator",
    Recipient.TRACE_COLLECTOR: "a service provider of the operator",
    Recipient.FILE_STORE: "a service provider of the operator, and it cannot read what it keeps",
    Recipient.PROCESSOR: "a service provider of the organisation",
    Recipient.HOSTED_PUSHER: "a service provider of the operator",
    Recipient.CRM: "a service provider of the organisation",
    Recipient.PUSH_SERVICE: "chosen by the user, and it cannot read what it passes on",
}
"""Why giving data to this recipient is not sharing as Google's form understands it. A recipient that is not in this
list is sharing. Source: https://support.google.com/googleplay/android-developer/answer/10787469"""


@dataclass(frozen=True, kw_only=True)
class DevicePermission:
    """What an app asks a device for. `android`: names of its manifest; `ios`: the key of Info.plist, if there is one.

    `web`: the feature of the Permissions-Policy header, if it has one. `why`: told to users; empty where no system
    asks them.
    """

    android: tuple[str, ...]
    ios: str = ""
    web: str = ""
    why: str = ""


PERMISSIONS = (
    DevicePermission(
        android=("android.permission.RECORD_AUDIO", "android.permission.MODIFY_AUDIO_SETTINGS"),
        ios="NSMicrophoneUsageDescription",
        web="microphone",
        why="Call24 uses the microphone to check it when you become available, and while you talk in a call.",
    ),
    DevicePermission(
        android=("android.permission.POST_NOTIFICATIONS",),
        why="Call24 shows a notification when a call comes in and the app is not on the screen.",
    ),
    DevicePermission(android=("android.permission.INTERNET",)),
)
"""All that the app needs. The call log, contacts, location and camera of a device are not among it."""
