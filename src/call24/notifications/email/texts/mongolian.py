"""The texts of e-mails in Mongolian."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from call24.identity.emails import LetterKind
from call24.kit.package import COMMAND
from call24.notifications.email.texts.figures import MONGOLIAN
from call24.notifications.email.texts.text import Text, Texts
from call24.notifications.kinds import NotificationKind

_NOT_YOU = "Хэрэв та биш бол байгууллагынхаа эзэнд даруй мэдэгдэнэ үү."
_NOT_YOU_PASSWORD = "Хэрэв та биш бол нууц үгээ сольж, байгууллагынхаа эзэнд даруй мэдэгдэнэ үү."
_KEEP = "Тэр болтол аль ч эзэн нь хадгалж үлдэж болно: апп дотор, «Байгууллагыг хаах» хэсэгт."
_TASKS = "Даалгавруудаа нээх"

LETTERS: Mapping[LetterKind, Text] = {
    "invitation": Text(
        subject="Call24-ийн урилга",
        lead=(
            "{organisation} байгууллагын {about} таныг Call24-ээр дуудлага хүлээн авахыг урьж байна.",
            "Энэ холбоосоор нууц үгээ тохируулна уу. Холбоос нэг удаа, {until} хүртэл ажиллана:",
        ),
        action="Нууц үгээ тохируулах",
        after=("Хэрэв та энэ и-мэйлийг хүлээгээгүй бол үл тоож болно.",),
    ),
    "reset": Text(
        subject="Call24-ийн нууц үгээ сэргээх",
        lead=(
            "{organisation} дахь таны бүртгэлийн нууц үгийг сэргээх хүсэлтийг хэн нэгэн, магадгүй та өөрөө илгээсэн.",
            "Энэ холбоосоор шинэ нууц үг тохируулна уу. Холбоос нэг удаа, {until} хүртэл ажиллана:",
        ),
        action="Шинэ нууц үг тохируулах",
        after=("Хэрэв та биш бол энэ и-мэйлийг үл тооно уу. Таны нууц үг хэвээр үлдэнэ.",),
    ),
    "confirm_email": Text(
        subject="И-мэйл хаягаа баталгаажуулна уу",
        lead=(
            "Та {organisation} дахь Call24 бүртгэлдээ энэ и-мэйл хаягийг ашиглахыг хүссэн.",
            "Энэ холбоосоор баталгаажуулна уу. Холбоос нэг удаа, {until} хүртэл ажиллана:",
        ),
        action="Хаягаа баталгаажуулах",
        after=("Хэрэв та биш бол энэ и-мэйлийг үл тооно уу.",),
    ),
    "email_changed": Text(
        subject="Таны и-мэйл хаяг өөрчлөгдлөө",
        lead=("{organisation} дахь таны Call24 бүртгэлийн и-мэйл хаяг одоо {about} боллоо.",),
        after=(_NOT_YOU,),
    ),
    "password_changed": Text(
        subject="Таны нууц үг солигдлоо",
        lead=("{organisation} дахь таны Call24 бүртгэлийн нууц үг солигдож, бусад төхөөрөмж дээрх нэвтрэлт гарлаа.",),
        after=(_NOT_YOU,),
    ),
    "proof_added": Text(
        subject="Таны бүртгэлд хоёр дахь баталгаа нэмэгдлээ",
        lead=("{organisation} дахь таны Call24 бүртгэлд нэмэгдлээ: {about}. Одоо үүгээр нэвтэрч болно.",),
        after=(
            "Хэрэв та биш бол «Би», «Нэвтрэлт» хэсгээс устгаж, нууц үгээ сольж, байгууллагынхаа эзэнд даруй "
            "мэдэгдэнэ үү.",
        ),
    ),
    "proof_removed": Text(
        subject="Таны бүртгэлээс хоёр дахь баталгаа хасагдлаа",
        lead=("{organisation} дахь таны Call24 бүртгэлээс хасагдлаа: {about}. Энэ нь цаашид ажиллахгүй.",),
        after=("Хэрэв та ч, танд тусалсан админ ч биш бол байгууллагынхаа эзэнд даруй мэдэгдэнэ үү.",),
    ),
    "recovery_renewed": Text(
        subject="Таны сэргээх кодууд шинэчлэгдлээ",
        lead=("{organisation} дахь таны Call24 бүртгэлд шинэ сэргээх кодууд үүслээ. Хуучин кодууд ажиллахгүй.",),
        after=(_NOT_YOU_PASSWORD,),
    ),
    "recovery_used": Text(
        subject="Сэргээх код ашиглагдлаа",
        lead=("{organisation} дахь таны Call24 бүртгэлийн сэргээх код ашиглагдлаа. Үлдсэн код: {about}.",),
        after=(_NOT_YOU_PASSWORD,),
    ),
    "provider_bound": Text(
        subject="Таны бүртгэл нэгдсэн нэвтрэлттэй холбогдлоо",
        lead=(
            "{organisation} дахь таны Call24 бүртгэл {about} дахь бүртгэлтэй холбогдлоо. Одоо түүгээр нэвтэрч болно.",
        ),
        after=(_NOT_YOU,),
    ),
    "provider_unbound": Text(
        subject="Таны бүртгэл нэгдсэн нэвтрэлтээс саллаа",
        lead=(
            "{organisation} дахь таны Call24 бүртгэл байгууллагын нэгдсэн нэвтрэлттэй холбоогүй боллоо. Түүгээр нээсэн "
            "нэвтрэлтүүд гарлаа.",
        ),
        after=("Хэрэв та үүнийг хүсээгүй бол байгууллагынхаа эзэнд мэдэгдэнэ үү.",),
    ),
    "closing": Text(
        subject="Таны байгууллага хаагдах гэж байна",
        lead=(
            "{about} нь Call24 дахь {organisation} байгууллагыг хаалаа. {until} хүртэл хэвийн ажиллана. Дараа нь бүх "
            "зүйл устана: бүртгэл, дуудлага, бичлэг, даалгавар, тохиргоо.",
        ),
        after=(_KEEP,),
    ),
    "closing_soon": Text(
        subject="Таны байгууллага удахгүй устана",
        lead=(
            "{about} хүссэний дагуу Call24 дахь {organisation} хаагдаж байна. {until} цагт бүх зүйл устана: бүртгэл, "
            "дуудлага, бичлэг, даалгавар, тохиргоо. Хэрэгтэй зүйлээ урьдчилан татаж авна уу.",
        ),
        after=(_KEEP,),
    ),
    "closing_stopped": Text(
        subject="Таны байгууллага хэвээр үлдлээ",
        lead=("{about} нь Call24 дахь {organisation} байгууллагыг хэвээр үлдээлээ. Юу ч устгаагүй.",),
    ),
    "closed": Text(
        subject="Таны байгууллага устлаа",
        lead=(
            "Таны Call24 дээр хаасан байгууллага бүх зүйлтэйгээ хамт устлаа. Доорх нь гарын үсэгтэй баримт. Түүнд "
            f"хэний ч нэр байхгүй бөгөөд {COMMAND} privacy verify-receipt тушаалаар хэн ч шалгаж болно:",
            "{about}",
            "Энэ и-мэйл илгээгдмэгц таны и-мэйл хаяг мартагдана.",
        ),
    ),
    "privacy_deadline": Text(
        subject="Хувийн мэдээллийн хүсэлтийн хугацаа дөхсөн эсвэл хэтэрсэн",
        lead=(
            "Хэн нэгэн {organisation} байгууллагад өөрийн мэдээллийн талаар эрхийнхээ дагуу хүсэлт гаргасан бөгөөд "
            "хариу өгөх хугацаа: {on}.",
            "Хүсэлтийг эндээс уншина уу:",
        ),
        action="Хүсэлтийг унших",
    ),
    "policy_changed": Text(
        subject="Нууцлалын бодлого өөрчлөгдөнө",
        lead=(
            "{organisation} байгууллагын Call24 дахь нууцлалын бодлого {on} өөрчлөгдөнө. Тэр болтол одоогийн "
            "бодлого үйлчилнэ; түүнээс хойш апп шинэ бодлогыг зөвшөөрөхийг танаас асууна.",
            "Юу өөрчлөгдөх вэ:",
        ),
        action="Өөрчлөлтийг унших",
    ),
    "incident_deadline": Text(
        subject="Хувийн мэдээлэл алдагдсан: 72 цаг",
        lead=(
            "{organisation} дахь хувийн мэдээллийн зөрчлийг хяналтын байгууллагад мэдэгдээгүй, мэдэгдэх шаардлагагүй "
            "гэж ч үнэлээгүй байна. Мэдэгдэх хугацаа: {on}.",
            "Зөрчлийг эндээс уншина уу:",
        ),
        action="Зөрчлийг унших",
    ),
    "first_deletion": Text(
        subject="Танай байгууллагын дуудлагууд устгагдана",
        lead=(
            "{organisation} нь дуудлагыг Call24 дээр тодорхой хоног хадгалдаг. {about}",
            "Та юу ч хийх шаардлагагүй. Өдөр бүр юу устдаг, хэрхэн удаан эсвэл богино хадгалахыг эндээс үзнэ үү:",
        ),
        action="Юу устахыг үзэх",
    ),
    "processor_late": Text(
        subject="Боловсруулагч устгах хүсэлтэд хариу өгөөгүй",
        lead=(
            "{organisation} нь {about} боловсруулагчаас хүний мэдээллийг устгахыг хүссэн боловч 7 хоног хариу ирсэнгүй."
            " 28 хоног хүртэл дахин асууна. Яагаад хариу өгөхгүй байгааг өөрөө асууна уу.",
            "Боловсруулагчдаас юу хүссэн, юу гэж хариулсан:",
        ),
        action="Боловсруулагчдыг үзэх",
    ),
    "new_device": Text(
        subject="Таны бүртгэлд шинээр нэвтэрлээ",
        lead=("{organisation} дахь таны Call24 бүртгэлд шинэ төхөөрөмжөөс нэвтэрлээ:", "{about}"),
        after=("Хэрэв та биш бол нууц үгээ сольж, «Би» хэсгээс тэр төхөөрөмжийг гаргана уу.",),
    ),
    "task_assigned": Text(
        subject="Танд даалгавар өгөгдлөө",
        lead=("{about} танд {organisation} дээр даалгавар өглөө.",),
        action=_TASKS,
    ),
    "task_due": Text(
        subject="Таны даалгаврын хугацаа болсон",
        lead=("{organisation} дахь таны даалгаврын хугацаа болсон ({on}) бөгөөд биелээгүй байна.",),
        action=_TASKS,
    ),
    "task_reminder": Text(
        subject="Даалгаврын сануулга",
        lead=("{organisation} дахь таны эсвэл таны дарааллын даалгаврыг сануулах цаг боллоо.",),
        action=_TASKS,
    ),
    "task_mentioned": Text(
        subject="Таныг даалгаварт дурдлаа",
        lead=("{about} {organisation} дахь даалгаврын сэтгэгдэлд таныг дурдлаа.",),
        action=_TASKS,
    ),
    "task_answered": Text(
        subject="Харилцагч и-мэйлээр хариуллаа",
        lead=("{organisation} дахь таны ажиллаж буй даалгаварт харилцагч и-мэйлээр хариуллаа.",),
        action=_TASKS,
    ),
    "crm_stopped": Text(
        subject="CRM-тэй холбогдсон холбоос зогслоо",
        lead=(
            "{organisation} болон түүний CRM ({about}) хоорондоо мэдээлэл солилцохоо больсон. Юу ч алдагдаагүй: холболт"
            " сэргэмэгц зогссон газраасаа үргэлжилнэ.",
            "Яагаад зогссон, юу хийх:",
        ),
        action="Холболтыг үзэх",
    ),
    "queue_alert": Text(
        subject="Дараалалд байгаа хүмүүс хэт удаан хүлээж байна",
        lead=("{organisation} дахь {about} дараалалд тохируулснаас удаан, эсвэл тохируулснаас олон хүн хүлээж байна.",),
        action="Шууд самбарыг үзэх",
    ),
    "missed_call": Text(
        subject="Дуудлага хариугүй өнгөрлөө",
        lead=("{organisation} дахь таны дарааллын дуудлагад хэн ч хариулсангүй. Хэн ч эргэж залгаагүй байна.",),
        action=_TASKS,
    ),
    "voicemail": Text(
        subject="Шинэ дуут шуудан",
        lead=("{organisation} дахь таны дарааллаар залгасан хүн дуут зурвас үлдээлээ.",),
        action="Сонсох",
    ),
    "callback_due": Text(
        subject="Эргэж залгахыг хүлээж байна",
        lead=("{organisation} дахь таны дарааллын эргэж залгалт хүндээ хүрсэнгүй. Дахин залгахыг хүлээж байна.",),
        action=_TASKS,
    ),
    "upgraded": Text(
        subject="Call24-ийг {about} хувилбар болгож шинэчиллээ",
        lead=(
            "{organisation} байгууллагын ашигладаг Call24-ийг {about} хувилбар болгож шинэчиллээ.",
            "Юу шинээр орсон бэ:",
        ),
        action="Шинэ зүйлсийг унших",
    ),
    "report": Text(
        subject="Тайлан: {about}",
        lead=("{organisation} байгууллагын {about} тайлан, {days}. Бүх тоо хавсаргасан файлд бий.",),
        action="Тайланг нээх",
        after=("Энэ тайлан танд тогтсон цагт илгээгддэг. Доороос зогсоож болно.",),
    ),
}

_TITLES: Mapping[NotificationKind, str] = {
    NotificationKind.INCOMING_CALL: "Ирсэн дуудлага",
    NotificationKind.MISSED_CALL: "Аваагүй дуудлага",
    NotificationKind.VOICEMAIL: "Дуут шуудан",
    NotificationKind.CALLBACK_DUE: "Буцааж залгах цаг болсон",
    NotificationKind.TASK_ASSIGNED: "Даалгавар өгсөн",
    NotificationKind.TASK_DUE: "Даалгаврын хугацаа",
    NotificationKind.TASK_MENTIONED: "Даалгаварт нэр дурдсан",
    NotificationKind.TASK_ANSWERED: "И-мэйлээр ирсэн хариу",
    NotificationKind.QUEUE_ALERT: "Дарааллын сэрэмжлүүлэг",
    NotificationKind.CRM_TROUBLE: "CRM-ийн саатал",
    NotificationKind.PRIVACY_DUTY: "Өгөгдөл хамгаалах үүрэг",
    NotificationKind.ORGANISATION: "Байгууллагыг хаах",
    NotificationKind.POLICY_CHANGE: "Нууцлалын бодлого",
    NotificationKind.SECURITY: "Аюулгүй байдал",
    NotificationKind.UPDATES: "Call24-ийн шинэчлэл",
    NotificationKind.REPORT: "Товлосон тайлан",
}

_SAYS: Mapping[NotificationKind, str] = {
    NotificationKind.INCOMING_CALL: "Танд дуудлага ирж байна.",
    NotificationKind.MISSED_CALL: "Таны дарааллын залгагчид хэн ч хариулсангүй.",
    NotificationKind.VOICEMAIL: "Таны дарааллын залгагч дуут шуудан үлдээлээ.",
    NotificationKind.CALLBACK_DUE: "Таны дарааллын залгагчтай холбогдож чадаагүй; буцааж залгахыг хүлээж байна.",
    NotificationKind.TASK_ASSIGNED: "Хэн нэгэн танд даалгавар өгсөн.",
    NotificationKind.TASK_DUE: "Таны даалгаврын хугацаа эсвэл сануулах цаг болсон.",
    NotificationKind.TASK_MENTIONED: "Хэн нэгэн сэтгэгдэлд таны нэрийг дурдсан.",
    NotificationKind.TASK_ANSWERED: "Таны ажиллаж буй эсвэл таны дараалалд хүлээж буй даалгаварт "
    "харилцагч и-мэйлээр хариулсан.",
    NotificationKind.QUEUE_ALERT: "Дарааллын тохиргоонд зааснаас удаан, эсвэл олон залгагч хүлээж байна.",
    NotificationKind.CRM_TROUBLE: "CRM-тэй холбогдох холболт зогссон.",
    NotificationKind.PRIVACY_DUTY: "Нууцлалын хүсэлтийн хугацаа дөхсөн, дуудлага анх удаа устах "
    "гэж байгаа, эсвэл өгөгдөл боловсруулагч хариулаагүй байна.",
    NotificationKind.ORGANISATION: "Танай байгууллагыг хааж байгаа, эсвэл хэвээр үлдээсэн.",
    NotificationKind.POLICY_CHANGE: "Нууцлалын бодлого өөрчлөгдөж байна.",
    NotificationKind.SECURITY: "Таны бүртгэл, өгөгдлийг хамгаалдаг зүйл өөрчлөгдсөн: шинэ "
    "төхөөрөмж, нууц үг, хоёр дахь баталгаа, мэдээллийн зөрчил.",
    NotificationKind.UPDATES: "Call24-ийг шинэ хувилбар болгож шинэчиллээ. Администраторт харагдана; бусад хүн push "
    "эсвэл и-мэйлээр авахаар сонгож болно.",
    NotificationKind.REPORT: "Танд тогтсон цагт илгээдэг тайлан бэлэн боллоо.",
}

_PHRASES = {
    "An authenticator app": "баталгаажуулагч апп",
    "Every passkey, authenticator and recovery code": "бүх passkey, баталгаажуулагч апп, сэргээх код",
    "An owner": "Нэгэн эзэн",
    "A colleague": "Нэгэн хамт олон",
}


def moment(at: datetime) -> str:
    return f"{_date(at)} {at:%H:%M} UTC"


def day(at: datetime) -> str:
    return f"{_date(at)} өдөр"


def _date(at: datetime) -> str:
    ending = "ний" if at.day % 10 in (1, 4, 9) else "ны"  # as the last word of the number is said: нэг, дөрөв, ес
    return f"{at:%Y} оны {at.month} сарын {at.day}-{ending}"


def phrase(said: str) -> str:
    return _PHRASES.get(said) or said.replace("The passkey “", "passkey “", 1)


TEXTS = Texts(
    letters=LETTERS,
    moment=moment,
    day=day,
    phrase=phrase,
    deletion="Хугацаа нь болсон зүйлийг {on} устгаж эхэлнэ: дуудлагын бүртгэл дуудлагаас {days} хоногийн дараа, бичлэг "
    "түүнтэй хамт эсвэл таны тохируулснаар эрт. Эхний долоо хоногт: дуудлага {calls}, бичлэг {recordings}.",
    greeting="Сайн байна уу, {name},",
    link_below="Товч ажиллахгүй бол энэ хаягийг нээнэ үү:",
    titles=_TITLES,
    says=_SAYS,
    why={kind: f"Та энэ төрлийн мэдэгдлийг и-мэйлээр авдаг: {title}." for kind, title in _TITLES.items()},
    must="Энэ и-мэйл үргэлж илгээгдэнэ: бүртгэл, мэдээллийн аюулгүй байдал, нууцлалын бодлого, байгууллагын тухай.",
    plain_why="Хэн нэгэн хүссэн тул танд энэ и-мэйл ирлээ. {organisation} дуудлагадаа Call24 ашигладаг.",
    unsubscribe="И-мэйлийг зогсоох",
    preferences="Бүх мэдэгдэл",
    unsubscribe_title="И-мэйлийг зогсоох",
    unsubscribe_says="Энэ төрлийн и-мэйлийг зогсоох уу: {kind}? Апп дотор хэвээр харагдана.",
    unsubscribe_button="Зогсоох",
    unsubscribed_title="И-мэйл зогслоо",
    unsubscribed_says="Энэ төрлийн и-мэйл цаашид ирэхгүй: {kind}. Апп дотор «Би», «Мэдэгдэл» хэсэгт буцаан асааж "
    "болно.",
    figures=MONGOLIAN,
)
