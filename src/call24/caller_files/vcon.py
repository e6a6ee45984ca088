"""A call as a vCon, the IETF's container for a conversation. Pure.

Source: draft-ietf-vcon-vcon-core (syntax 0.4.0), draft-ietf-vcon-cc-extension, draft-howe-vcon-lawful-basis.
Left out where Call24 does not know it; it is signed in signing.py.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from call24.call_records.model import CallRecord, Outcome
from call24.contacts.model import Contact
from call24.data_map import Basis, Subject, document_of
from call24.kit.ids import UserId
from call24.kit.instants import iso
from call24.recordings.model import Recording

SYNTAX = "0.4.0"
MEDIA_TYPE = "application/vcon+json"
AUDIO = "audio/x-wav"
ANONYMOUS = "anonymous"
CUSTOMER = 0
"""The customer's place among the parties. The organisation is the second."""
_DISPOSITIONS = {
    Outcome.BUSY: "busy",
    Outcome.NO_ANSWER: "no-answer",
    Outcome.NOT_REACHED: "no-answer",
    Outcome.EXPIRED: "no-answer",
    Outcome.FAILED: "failed",
    Outcome.VOICEMAIL: "voicemail-no-message",
}
_CONVERSED = {Outcome.ANSWERED, Outcome.FORWARDED}
_BASES = {
    Basis.CONTRACT: "contract",
    Basis.CONSENT: "consent",
    Basis.LEGITIMATE_INTERESTS: "legitimate_interests",
    Basis.LEGAL_OBLIGATION: "legal_obligation",
}


class Sound(msgspec.Struct, frozen=True, kw_only=True):
    """A recording, and how the vCon has it: `content` is `url` and `content_hash`, or `body` and `encoding`."""

    recording: Recording
    content: Mapping[str, str]


def content_hash(sha512: bytes) -> str:
    """As the draft writes it. `sha512`: the digest."""
    return f"sha512-{base64url(sha512)}"


def base64url(data: bytes) -> str:
    """Without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def uuid_of(record: CallRecord) -> str:
    """The same whenever it is asked: a UUID of version 8 that begins with the instant of the call, as version 7 does,
    and goes on with a hash of the call's id in place of the random bits.

    Source: RFC 9562, 5.8.
    """
    rest = int.from_bytes(hashlib.sha256(record.id.encode()).digest()[:10])
    ms = int(record.arrived_at.timestamp() * 1000) & (1 << 48) - 1
    high = ms << 80 | 8 << 76 | (rest >> 64 & 0xFFF) << 64
    return str(UUID(int=high | 2 << 62 | rest & (1 << 62) - 1))


def vcon_of(
    record: CallRecord,
    contact: Contact | None,
    sounds: Sequence[Sound],
    *,
    organisation: str,
    queue: str | None,
    name_of: Callable[[UserId], str | None],
) -> dict[str, Any]:
    """`name_of`: an agent's name; None: it is not told. A call that has ended."""
    users = _users(record)
    parties = [_customer(contact), {"name": organisation, "type": "organization"}]
    for user_id, role in users.items():
        parties.append(_party(role, name_of(user_id)))
    places = {user_id: place for place, user_id in enumerate(users, start=2)}
    outside = 0
    if record.outcome is Outcome.FORWARDED or any(one.to == "outside" for one in record.transfers):
        outside = len(parties)
        parties.append(_party("thirdparty", None))
    talked = [places[part.agent_id] for part in record.agents] or ([outside] if outside else [])
    dialog = _dialog(record, sounds, list(dict.fromkeys(talked)), queue)
    dialog += _transfers(record, places, outside, bool(sounds))
    return {
        "vcon": SYNTAX,
        "uuid": uuid_of(record),
        "extensions": ["CC", "lawful_basis"],
        "created_at": iso(record.ended_at or record.arrived_at),
        "parties": parties,
        "dialog": dialog,
        "analysis": [_handling(record)],
        "attachments": _lawful_bases(record),
    }


def _customer(contact: Contact | None) -> dict[str, Any]:
    if contact is None:
        return _party("customer", None)
    named = {"name": contact.own_name, "validation": "none"} if contact.own_name else {}
    return {"tel": contact.number, **named, "role": "customer", "type": "person"}


def _party(role: str, name: str | None) -> dict[str, Any]:
    return {"name": name or ANONYMOUS, "role": role, "type": "person"}


def _users(record: CallRecord) -> dict[UserId, str]:
    """Who of the organisation had a part in it, in order, and as what."""
    users: dict[UserId, str] = {part.agent_id: "agent" for part in record.agents}
    if record.agent_id is not None:
        users.setdefault(record.agent_id, "agent")
    for leg in record.legs:
        if leg.user_id is not None and leg.answered_at is not None and leg.party in ("agent", "colleague"):
            users.setdefault(leg.user_id, "agent")
    for one in record.transfers:
        users.setdefault(one.by, "agent")
        if one.to == "agent" and one.to_id is not None:
            users.setdefault(UserId(one.to_id), "agent")
    for monitor in record.monitors:
        users.setdefault(monitor.user_id, "supervisor")
    return users


def _dialog(record: CallRecord, sounds: Sequence[Sound], talked: list[int], queue: str | None) -> list[dict[str, Any]]:
    about = {"interaction_id": record.id, "interaction_type": record.direction, **({"skill": queue} if queue else {})}
    if sounds:
        return [_recorded(record, one, talked) | about for one in sounds]
    start, seconds = iso(record.answered_at or record.arrived_at), record.talk_s + record.hold_s + record.outside_s
    if record.outcome in _CONVERSED:
        # What was said is not kept: the draft lets a dialog without content stand.
        spoke = {"parties": [CUSTOMER, *talked], "mediatype": AUDIO, "duration": round(seconds, 3)}
        return [{"type": "recording", "start": start, **spoke, **_originator(record, talked), **about}]
    why = _DISPOSITIONS.get(record.outcome, "hung-up")
    return [{"type": "incomplete", "start": iso(record.arrived_at), "parties": [CUSTOMER], "disposition": why, **about}]


def _recorded(record: CallRecord, sound: Sound, talked: list[int]) -> dict[str, Any]:
    """In stereo, the customer is on the left and all others on the right: one list of parties for each channel."""
    recording = sound.recording
    right: Any = talked[0] if len(talked) == 1 else talked or None
    return {
        "type": "recording",
        "start": iso(recording.started_at),
        "duration": round(recording.duration_s, 3),
        "parties": [CUSTOMER, right] if recording.channels == 2 else [CUSTOMER],
        **_originator(record, talked),
        "mediatype": AUDIO,
        "filename": f"{recording.id}.wav",
        **sound.content,
    }


def _originator(record: CallRecord, talked: list[int]) -> dict[str, int]:
    """Said only where it is not the first of the parties."""
    return {"originator": talked[0]} if record.direction != "inbound" and talked else {}


def _transfers(record: CallRecord, places: Mapping[UserId, int], outside: int, recorded: bool) -> list[dict[str, Any]]:
    """Those to a person; both calls of each are in the dialog of the whole call."""
    made = []
    for one in record.transfers:
        target = outside if one.to == "outside" else places.get(UserId(one.to_id or ""))
        if not target or not one.reached or not (recorded or record.outcome in _CONVERSED):
            continue
        roles = {"transferee": CUSTOMER, "transferor": places[one.by], "transfer_target": target}
        made.append({"type": "transfer", "start": iso(one.at), **roles, "original": 0, "target_dialog": 0})
    return made


def _handling(record: CallRecord) -> dict[str, Any]:
    times = {name: getattr(record, name) for name in record.__struct_fields__ if name.endswith("_s")}
    given = [part.disposition_id for part in record.agents if part.disposition_id is not None]
    return {
        "type": "report",
        "dialog": 0,
        "vendor": "Call24",
        "schema": "call24-handling-1",
        "mediatype": "application/json",
        "encoding": "json",
        "body": {"outcome": record.outcome.value, "missed": record.missed, **times, "dispositions": given},
    }


def _lawful_bases(record: CallRecord) -> list[dict[str, Any]]:
    """What a call's data of the customer is kept for, by the basis that the data map assumes. A consent is not said to
    be given, since none is noted; that one was refused is."""
    found: dict[str, list[str]] = {}
    for fact in document_of(CallRecord).facts.values():
        if fact.subject is Subject.CALLER and fact.basis is not None and fact.basis is not Basis.CONSENT:
            purposes = found.setdefault(_BASES[fact.basis], [])
            if fact.purpose not in purposes:
                purposes.append(fact.purpose)
    made = [_lawful_basis(record, basis, purposes, granted=True) for basis, purposes in found.items()]
    if record.recording_refused:
        made.append(_lawful_basis(record, "consent", ["recording"], granted=False))
    return made


def _lawful_basis(record: CallRecord, basis: str, purposes: Sequence[str], *, granted: bool) -> dict[str, Any]:
    at = iso(record.arrived_at)
    grants = [{"purpose": purpose, "granted": granted, "granted_at": at} for purpose in purposes]
    return {
        "purpose": "lawful_basis",
        "start": at,
        "party": 1,
        "dialog": 0,
        "mediatype": "application/json",
        "encoding": "json",
        "body": {"lawful_basis": basis, "expiration": iso(record.delete_at), "purpose_grants": grants},
    }
