"""What rooms hold of persons is said for everything that the data map calls a user's."""

from __future__ import annotations

from call24.data_map import SECRET, DeletedWithAccount, Subject, WithAccount, document_of, documents
from call24.kit.ids import UserId
from call24.privacy.datamap_page import load_models
from call24.server.rooms import HOLDINGS

TRACES = [trace for room in HOLDINGS for trace in room.traces]
GOING = [trace for trace in TRACES if isinstance(trace.erase, DeletedWithAccount)]
TOLD = [trace for trace in TRACES if trace.file]


def test_everything_of_a_user_in_the_data_map_is_a_trace() -> None:
    load_models()
    theirs = {one.struct for one in documents() if any(fact.subject is Subject.USER for fact in one.facts.values())}
    missing = {struct.__name__ for struct in theirs - {trace.struct for trace in TRACES}}
    assert missing == set(), "say in the room's personal_data.py what becomes of it when an account is deleted"


def test_what_is_kept_until_the_account_is_deleted_goes_with_it() -> None:
    going = {trace.struct for trace in GOING}
    for one in documents():
        if isinstance(one.kept, WithAccount):
            assert one.struct in going, one.collection


def test_each_part_of_a_persons_file_has_a_name_of_its_own_and_is_found_by_the_persons_id() -> None:
    assert len({trace.file for trace in TOLD}) == len(TOLD)
    assert TOLD[0].of(UserId("usr_1")) == {"user_id": "usr_1"}
    assert TOLD[0].of(UserId("usr_1"), UserId("usr_2")) == {"user_id": {"$in": ["usr_1", "usr_2"]}}


def test_a_part_has_no_secret_and_a_whole_document_keeps_its_own_back() -> None:
    for trace in TOLD:
        facts = document_of(trace.struct).facts
        if trace.part is not None:
            shown = {"_id" if name == "id" else name for name in trace.part.__struct_fields__}
            assert shown <= set(facts), trace.struct
            assert not {facts[name].category for name in shown} & SECRET, trace.struct
    kept_back = {trace.file: trace.secret() for trace in TOLD if trace.part is None}
    assert {"password_hash"} == kept_back["profile"] and {"secret_hash"} == kept_back["sessions_and_tokens"]
    assert {"secret", "begun", "recovery"} == kept_back["authenticator"]
