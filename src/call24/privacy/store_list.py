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
    (Subject.CALLER, Category.PICTURE): _PICTURE,
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

    `web`: the feature of the Permissions-Policy header, if it has one. `why` and `why_mn`: told to users in English and
    in Mongolian. Neither name: the system shows what the user may choose from, and asks for no permission.
    """

    name: str
    why: str
    why_mn: str
    android: tuple[str, ...] = ()
    ios: str = ""
    web: str = ""


_ANDROID = "android.permission."
PERMISSIONS = (
    DevicePermission(
        name="microphone",
        android=(f"{_ANDROID}RECORD_AUDIO",),
        ios="NSMicrophoneUsageDescription",
        web="microphone",
        why="Call24 uses the microphone to check it when you become available, and while you talk in a call.",
        why_mn="Call24 нь таныг бэлэн болоход микрофоныг шалгах болон дуудлагаар ярих үед микрофоныг ашиглана.",
    ),
    DevicePermission(
        name="audio settings",
        android=(f"{_ANDROID}MODIFY_AUDIO_SETTINGS",),
        why="Call24 switches between earpiece, loudspeaker and headset during a call.",
        why_mn="Call24 нь дуудлагын үед чихэвч, чанга яригч хооронд шилжүүлнэ.",
    ),
    DevicePermission(
        name="notifications",
        android=(f"{_ANDROID}POST_NOTIFICATIONS",),
        why="Call24 shows a notification when a call comes in and the app is not on the screen.",
        why_mn="Дуудлага ирэх үед апп дэлгэц дээр байхгүй бол Call24 мэдэгдэл харуулна.",
    ),
    DevicePermission(
        name="contacts",
        android=(f"{_ANDROID}READ_CONTACTS", f"{_ANDROID}WRITE_CONTACTS"),
        ios="NSContactsUsageDescription",
        why="Call24 adds the people whom you choose on this device to the address book, and saves a contact here when"
        " you ask it to.",
        why_mn="Call24 нь таны энэ төхөөрөмжөөс сонгосон хүмүүсийг харилцагчдын жагсаалтад нэмж, таныг хүсэхэд"
        " харилцагчийг энд хадгална.",
    ),
    DevicePermission(
        name="phone state",
        android=(f"{_ANDROID}READ_PHONE_STATE",),
        why="Call24 sees whether you are in another phone call, so that a customer's call does not ring into it."
        " It does not see with whom.",
        why_mn="Call24 нь таныг өөр дуудлагаар ярьж байгаа эсэхийг мэдэж, түүний дундуур хэрэглэгчийн дуудлага"
        " дуугаргахгүй. Хэнтэй ярьж байгааг харахгүй.",
    ),
    DevicePermission(
        name="network state",
        android=(f"{_ANDROID}ACCESS_NETWORK_STATE",),
        why="Call24 notices when the network changes, so that a call is kept.",
        why_mn="Call24 нь сүлжээ солигдсоныг мэдэж, дуудлагыг тасалдуулахгүй байлгана.",
    ),
    DevicePermission(
        name="wake lock",
        android=(f"{_ANDROID}WAKE_LOCK",),
        why="Call24 keeps the device awake during a call, and switches the screen off at your ear.",
        why_mn="Call24 нь дуудлагын үед төхөөрөмжийг унтраахгүй, чихэнд ойртуулахад дэлгэцийг унтраана.",
    ),
    DevicePermission(
        name="camera",
        android=(f"{_ANDROID}CAMERA",),
        ios="NSCameraUsageDescription",
        why="Call24 opens the camera when you take a profile picture or scan a document.",
        why_mn="Та профайлын зураг авах эсвэл баримт скан хийх үед Call24 камерыг нээнэ.",
    ),
    DevicePermission(
        name="photo library",
        ios="NSPhotoLibraryUsageDescription",
        why="Call24 takes a picture that you choose, as a profile picture or an attachment.",
        why_mn="Call24 нь таны сонгосон зургийг профайлын зураг эсвэл хавсралт болгон авна.",
    ),
    DevicePermission(
        name="storage",
        why="Call24 attaches the files that you choose in the file picker of the system, and sees no others.",
        why_mn="Call24 нь таны системийн файл сонгогчоос сонгосон файлыг хавсаргах бөгөөд бусдыг нь харахгүй.",
    ),
    DevicePermission(
        name="calls of its own",
        android=(f"{_ANDROID}MANAGE_OWN_CALLS",),
        why="The system knows of Call24's calls, so that a phone call and a customer's call do not disturb each other,"
        " and a headset's buttons work.",
        why_mn="Утасны дуудлага, хэрэглэгчийн дуудлага хоёр бие биедээ саад болохгүй, чихэвчний товч ажиллахын тулд"
        " систем Call24-ийн дуудлагыг мэднэ.",
    ),
    DevicePermission(
        name="service in the foreground",
        android=(f"{_ANDROID}FOREGROUND_SERVICE", f"{_ANDROID}FOREGROUND_SERVICE_MICROPHONE"),
        why="Calls reach you, and go on, while another app is on the screen. A notification shows it as long as you are"
        " available or in a call.",
        why_mn="Өөр апп дэлгэц дээр байсан ч дуудлага танд ирж, үргэлжилнэ. Таныг бэлэн эсвэл дуудлагаар ярьж байх"
        " хугацаанд мэдэгдэл үүнийг харуулна.",
    ),
    DevicePermission(
        name="full-screen notification",
        android=(f"{_ANDROID}USE_FULL_SCREEN_INTENT",),
        why="A call that comes in is shown on the locked screen.",
        why_mn="Ирж буй дуудлагыг түгжигдсэн дэлгэц дээр харуулна.",
    ),
    DevicePermission(
        name="internet",
        android=(f"{_ANDROID}INTERNET",),
        why="Call24 talks to your organisation's server.",
        why_mn="Call24 нь танай байгууллагын сервертэй холбогдоно.",
    ),
)
"""All that the app needs. The call log, messages and location of a device are not among it."""
