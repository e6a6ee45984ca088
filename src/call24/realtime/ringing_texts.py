"""What a call that rings shows on a device, and what takes its place, in each language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from call24.calls.model import Direction
from call24.kit.ids import CallId
from call24.kit.language import Language
from call24.live.answers import LiveCallAnswer
from call24.web_push.model import PushMessage


class Over(StrEnum):
    """How a call that rang for a user is over for them: they or another device answered, a colleague did, it rings for
    others, nobody answered.
    """

    ANSWERED = "answered"
    ANSWERED_BY = "answered_by"
    RINGS_NO_MORE = "rings_no_more"
    MISSED = "missed"


@dataclass(frozen=True, kw_only=True)
class RingingTexts:
    """`call_from` and the title of ANSWERED_BY have `{name}`; `over`: a title, and a sentence or nothing."""

    incoming: str
    call_from: str
    hidden_number: str
    consult: str
    callback: str
    direct: str
    answer: str
    decline: str
    over: Mapping[Over, tuple[str, str]]


TEXTS: Mapping[Language, RingingTexts] = {
    "en": RingingTexts(
        incoming="Incoming call",
        call_from="Call from {name}",
        hidden_number="a hidden number",
        consult="A colleague consults you.",
        callback="Callback",
        direct="Direct call",
        answer="Answer",
        decline="Decline",
        over={
            Over.ANSWERED: ("Call answered", "On another of your devices, or in the app."),
            Over.ANSWERED_BY: ("Answered by {name}", ""),
            Over.RINGS_NO_MORE: ("The call rings no more", "It is offered to others."),
            Over.MISSED: ("Missed call", "The caller hung up, or was sent on."),
        },
    ),
    "mn": RingingTexts(
        incoming="Ирсэн дуудлага",
        call_from="Дуудлага: {name}",
        hidden_number="нууцалсан дугаар",
        consult="Хамт олон тань зөвлөгөө авахыг хүсэж байна.",
        callback="Буцааж залгах",
        direct="Шууд дуудлага",
        answer="Хариулах",
        decline="Татгалзах",
        over={
            Over.ANSWERED: ("Дуудлагад хариулсан", "Өөр төхөөрөмж дээрээс эсвэл аппаас."),
            Over.ANSWERED_BY: ("{name} хариулсан", ""),
            Over.RINGS_NO_MORE: ("Дуудлага танд дуугарахаа больсон", "Бусдад санал болгож байна."),
            Over.MISSED: ("Аваагүй дуудлага", "Залгагч утсаа тавьсан эсвэл өөр тийш шилжсэн."),
        },
    ),
}


def ring_message(
    call_id: CallId, shown: LiveCallAnswer, until: str, language: Language, *, discreet: bool = False
) -> PushMessage:
    """A call that rings, as its user sees it. `discreet`: it does not say who calls."""
    texts = TEXTS[language]
    return PushMessage(
        kind="incoming_call",
        title=texts.incoming if discreet else texts.call_from.replace("{name}", _who(shown, texts)),
        body=_about(shown, texts),
        tag=_tag(call_id),
        call_id=call_id,
        ringing=True,
        until=until,
        answer=texts.answer,
        decline=texts.decline,
        missed=texts.over[Over.MISSED][0],
    )


def over_message(call_id: CallId, what: Over, by: str, language: Language) -> PushMessage:
    """What takes the place of a call that rang. `by`: the colleague who answered."""
    title, said = TEXTS[language].over[what]
    return PushMessage(kind="call_over", title=title.replace("{name}", by), body=said, tag=_tag(call_id), silent=True)


def _tag(call_id: CallId) -> str:
    """By which a browser replaces the notification of a call, offered however often."""
    return f"call {call_id}"


def _who(shown: LiveCallAnswer, texts: RingingTexts) -> str:
    """As the app names the caller; of restricted data there is nothing."""
    card = shown["card"]
    return card["name"] or card["number"] or texts.hidden_number


def _about(shown: LiveCallAnswer, texts: RingingTexts) -> str:
    queue = shown["queue"]
    if shown["purpose"] == "consult":
        return texts.consult
    if shown["direction"] == Direction.CALLBACK:
        return f"{texts.callback}, {queue['name']}" if queue is not None else texts.callback
    return queue["name"] if queue is not None else texts.direct
