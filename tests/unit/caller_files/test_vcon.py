"""Calls of each kind as vCons, as the IETF's drafts write them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from tests.support.calls.told import ANN, BOB, CONTACT, HELP, SUE, TENANT, Told
from tests.support.privacy.vcon import checked

from call24.call_records.call_record import fold
from call24.call_records.model import AgentPart, CallRecord, MonitoringPart, Outcome, Transfer
from call24.caller_files.vcon import Sound, content_hash, uuid_of, vcon_of
from call24.contacts.model import Contact
from call24.kit.ids import RecordingId
from call24.recordings.model import Recording


def record(**changes: Any) -> CallRecord:
    whole = fold(Told().arrives().joins(HELP).after(9).ends().entries)
    return msgspec.structs.replace(whole, **{"outcome": Outcome.ANSWERED, **changes})


def part(agent: Any, whole: CallRecord) -> AgentPart:
    return AgentPart(agent_id=agent, came="offer", answered_at=whole.arrived_at)


def written(one: CallRecord, sounds: list[Sound] | None = None, names: bool = True) -> dict[str, Any]:
    ada = Contact(
        id=CONTACT,
        tenant_id=TENANT,
        number="+442079460001",
        name="Ada",
        created_at=one.arrived_at,
        seen_at=one.arrived_at,
    )
    made = vcon_of(
        one,
        ada,
        sounds or [],
        organisation="Acme",
        queue="Help",
        name_of=lambda user_id: user_id if names else None,
    )
    checked(made)
    return made


def sound(one: CallRecord, channels: int = 2) -> Sound:
    recording = Recording(
        id=RecordingId("rec_1"), tenant_id=TENANT, call_id=one.id, kind="call", channels=channels, duration_s=4.2,
        started_at=one.arrived_at, delete_at=one.delete_at,
    )  # fmt: skip
    return Sound(recording=recording, content={"url": "https://a/b", "content_hash": content_hash(b"x" * 64)})


def test_the_customer_is_on_the_left_and_all_agents_are_on_the_right() -> None:
    one = record()
    one = msgspec.structs.replace(one, agents=(part(ANN, one), part(BOB, one), part(ANN, one)), agent_id=BOB)
    made = written(one, [sound(one)])
    assert made["parties"] == [
        {"tel": "+442079460001", "name": "Ada", "validation": "none", "role": "customer", "type": "person"},
        {"name": "Acme", "type": "organization"},
        {"name": ANN, "role": "agent", "type": "person"},
        {"name": BOB, "role": "agent", "type": "person"},
    ]
    [dialog] = made["dialog"]
    assert dialog["parties"] == [0, [2, 3]] and dialog["duration"] == 4.2
    assert (dialog["interaction_id"], dialog["interaction_type"], dialog["skill"]) == (one.id, "inbound", "Help")
    assert [party["name"] for party in written(one, names=False)["parties"]][2:] == ["anonymous", "anonymous"]


def test_a_message_has_the_customer_alone() -> None:
    one = record(outcome=Outcome.VOICEMAIL)
    assert written(one, [sound(one, channels=1)])["dialog"][0]["parties"] == [0]


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (Outcome.ABANDONED, "hung-up"),
        (Outcome.BUSY, "busy"),
        (Outcome.NO_ANSWER, "no-answer"),
        (Outcome.FAILED, "failed"),
        (Outcome.VOICEMAIL, "voicemail-no-message"),
    ],
)
def test_a_call_without_a_conversation_is_incomplete_and_says_why(outcome: Outcome, why: str) -> None:
    [dialog] = written(record(outcome=outcome))["dialog"]
    assert (dialog["type"], dialog["disposition"]) == ("incomplete", why)


def test_every_outcome_is_written() -> None:
    for outcome in set(Outcome) - {Outcome.OPEN}:
        written(record(outcome=outcome))


def test_a_conversation_that_was_not_recorded_has_no_content() -> None:
    one = record(talk_s=61.5)
    [dialog] = written(msgspec.structs.replace(one, agents=(part(ANN, one),)))["dialog"]
    assert dialog["type"] == "recording" and dialog["duration"] == 61.5
    assert not {"url", "body"} & set(dialog)


def test_transfers_name_their_three_parties_and_supervisors_are_parties() -> None:
    one = record()
    transfers = (
        Transfer(at=one.arrived_at, by=ANN, kind="blind", to="agent", to_id=BOB, reached=True),
        Transfer(at=one.arrived_at, by=BOB, kind="attended", to="outside", to_id="ctc_2", reached=True),
        Transfer(at=one.arrived_at, by=BOB, kind="blind", to="queue", to_id=HELP, reached=True),
        Transfer(at=one.arrived_at, by=BOB, kind="blind", to="agent", to_id=ANN, reached=False),
    )
    watched = MonitoringPart(user_id=SUE, mode="listen", reason="training", since=one.arrived_at)
    one = msgspec.structs.replace(
        one, agents=(part(ANN, one), part(BOB, one)), transfers=transfers, monitors=(watched,)
    )
    made = written(one, [sound(one)])
    assert [party["role"] for party in made["parties"] if "role" in party] == [
        "customer",
        "agent",
        "agent",
        "supervisor",
        "thirdparty",
    ]
    moved = [dialog for dialog in made["dialog"] if dialog["type"] == "transfer"]
    assert [(one["transferee"], one["transferor"], one["transfer_target"]) for one in moved] == [(0, 2, 3), (0, 3, 5)]
    assert "ctc_2" not in str(made), "another caller is nobody here"


def test_a_refused_recording_is_a_consent_that_was_not_given() -> None:
    bases = [one["body"] for one in written(record(recording_refused=True))["attachments"]]
    assert [one["lawful_basis"] for one in bases] == ["legitimate_interests", "consent"]
    assert all(grant["granted"] for grant in bases[0]["purpose_grants"])
    assert [grant["granted"] for grant in bases[1]["purpose_grants"]] == [False]


def test_a_call_has_the_same_uuid_each_time_and_another_call_another() -> None:
    one = record()
    assert uuid_of(one) == uuid_of(msgspec.structs.replace(one, outcome=Outcome.FAILED))
    later = msgspec.structs.replace(one, arrived_at=one.arrived_at + timedelta(hours=1))
    other = msgspec.structs.replace(one, id="call_2")
    assert len({uuid_of(one), uuid_of(later), uuid_of(other)}) == 3 and uuid_of(one) < uuid_of(later)
