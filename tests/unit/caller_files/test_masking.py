"""What a caller's file shows of a document: all of the caller, words for others, nothing of users beside that."""

from __future__ import annotations

import msgspec
from tests.support.calls.told import ANN, BOB, CONTACT, HELP, Told

from call24.call_records.call_record import fold
from call24.call_records.model import AgentPart, CallRecord, Transfer
from call24.caller_files.masking import Masking
from call24.caller_files.schemas import schema_of
from call24.data_map import document_of, documents
from call24.privacy.datamap_page import load_models
from call24.recordings.model import Playback


def test_colleagues_and_other_callers_are_words_that_tell_them_apart() -> None:
    one = fold(Told().arrives().joins(HELP).after(9).ends().entries)
    parts = tuple(AgentPart(agent_id=who, came="offer", answered_at=one.arrived_at) for who in (ANN, BOB, ANN))
    moved = Transfer(at=one.arrived_at, by=BOB, kind="blind", to="outside", to_id="ctc_2")
    one = msgspec.structs.replace(one, contact_id=CONTACT, agents=parts, transfers=(moved,))
    shown = Masking(document_of(CallRecord)).shown(one, [CONTACT])
    assert shown["contact_id"] == CONTACT and shown["queue_id"] == HELP
    agents = [part["agent_id"] for part in shown["agents"]]
    assert agents[0] == agents[2] != agents[1] and all(agent.startswith("agent ") for agent in agents)
    assert shown["transfers"][0]["to_id"] == "caller 1" and shown["transfers"][0]["by"] == agents[1]
    assert "row" not in shown and "tenant_id" not in shown and "usr_" not in str(shown)


def test_an_address_of_a_colleague_is_left_out_and_so_is_it_of_the_schema() -> None:
    schema = schema_of(document_of(Playback))["$defs"]["Playback"]
    assert "address" not in schema["properties"] and "user_id" in schema["required"]
    assert schema["additionalProperties"] is False


def test_there_is_a_schema_of_everything_that_is_kept() -> None:
    load_models()
    for document in documents():
        assert schema_of(document)["title"] == document.collection
