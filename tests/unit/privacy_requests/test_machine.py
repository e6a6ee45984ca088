"""Which steps a privacy request can take, and what each leaves behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import msgspec
import pytest

from call24.kit.errors import Conflict, Invalid
from call24.kit.ids import ContactId, PrivacyRequestId, TenantId, UserId
from call24.privacy_requests.machine import TABLE, Taken, advanced, received, warned
from call24.privacy_requests.model import PrivacyRequest, State, Step

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
OFFICER = UserId("usr_officer")
LEADS: dict[str, dict[str, str]] = {
    "received": {
        "ask_identity": "identity", "confirm_identity": "working", "start": "working", "wait": "waiting",
        "correct": "done", "refuse": "refused", "extend": "received", "note": "received", "name_subject": "received",
    },
    "identity": {
        "confirm_identity": "working", "refuse": "refused", "extend": "identity", "note": "identity",
        "name_subject": "identity",
    },
    "working": {
        "ask_identity": "identity", "confirm_identity": "working", "wait": "waiting", "finish": "done",
        "correct": "done", "refuse": "refused", "extend": "working", "note": "working", "name_subject": "working",
    },
    "waiting": {
        "ask_identity": "identity", "confirm_identity": "waiting", "start": "working", "finish": "done",
        "correct": "done", "refuse": "refused", "extend": "waiting", "note": "waiting", "name_subject": "waiting",
    },
    "restricted": {"tell_lifting": "lifting", "note": "restricted"},
    "lifting": {"tell_lifting": "lifting", "lift": "done", "note": "lifting"},
    "done": {"note": "done"},
    "refused": {"note": "refused"},
}  # fmt: skip


def a_request(**more: Any) -> PrivacyRequest:
    request = PrivacyRequest(
        id=PrivacyRequestId("prq_1"),
        tenant_id=TenantId("ten_1"),
        kind="access",
        source="letter",
        received_at=NOW,
        due_at=NOW + timedelta(days=30),
    )
    return msgspec.structs.replace(received(request, "Asks for all", OFFICER), **more)


def take(request: PrivacyRequest, step: Step, **more: Any) -> PrivacyRequest:
    wanted: dict[str, Any] = {"note": "Because", "extension": timedelta(days=60)}
    wanted |= {"confirm_identity": {"identity": "document"}, "name_subject": {"contact_id": "ctc_1"}}.get(step, {})
    return advanced(request, Taken(step=step, at=NOW, by=OFFICER, **wanted | more))


def test_each_state_says_of_each_step_where_it_leads_or_that_it_is_not_possible() -> None:
    assert set(TABLE) == set(get_args(State))
    for state in get_args(State):
        for step in get_args(Step):
            request = a_request(state=state, identity="document", kind="correction", contact_id="ctc_1")
            if step in LEADS[state]:
                assert take(request, step).state == LEADS[state][step], (state, step)
            else:
                with pytest.raises(Conflict) as refused:
                    take(request, step)
                assert refused.value.code == "request_state", (state, step)


def test_data_is_restricted_for_a_caller_who_asks_for_that_and_the_request_is_kept_until_it_is_lifted() -> None:
    asks = a_request(kind="restriction", contact_id="ctc_1", state="working")
    with pytest.raises(Conflict) as unproven:
        take(asks, "restrict")
    assert unproven.value.code == "identity_unproven"
    known = msgspec.structs.replace(asks, identity="code")
    restricted = take(known, "restrict")
    assert (restricted.state, restricted.settled_at, restricted.warn_at) == ("restricted", NOW, None)
    assert restricted.delete_at is None and warned(restricted, NOW + timedelta(days=90)) is None
    lifted = take(take(restricted, "tell_lifting"), "lift")
    assert lifted.state == "done" and lifted.delete_at is not None
    for other in ({"kind": "access"}, {"contact_id": None, "user_id": "usr_1"}):
        with pytest.raises(Conflict) as refused:
            take(msgspec.structs.replace(known, **other), "restrict")
        assert refused.value.code == "request_state"
        assert take(msgspec.structs.replace(known, **other), "finish").state == "done"
    with pytest.raises(Conflict):
        take(known, "finish")


def test_data_is_corrected_for_who_asks_for_that_and_is_found_and_known() -> None:
    asks = a_request(kind="correction", contact_id="ctc_1", identity="code")
    done = take(asks, "correct", correction_id="cor_1")
    assert (done.state, done.settled_at, done.history[-1].correction_id) == ("done", NOW, "cor_1")
    for other in ({"kind": "access"}, {"contact_id": None}):
        with pytest.raises(Conflict) as refused:
            take(msgspec.structs.replace(asks, **other), "correct")
        assert refused.value.code == "request_state"
    with pytest.raises(Conflict) as refused:
        take(msgspec.structs.replace(asks, identity="none"), "correct")
    assert refused.value.code == "identity_unproven"


def test_the_history_only_grows_and_says_who_did_what() -> None:
    request = a_request()
    for step in ("note", "confirm_identity", "wait", "start", "finish", "note"):
        before = request.history
        request = take(request, step)  # type: ignore[arg-type]
        assert request.history[:-1] == before
        assert (request.history[-1].kind, request.history[-1].by) == (step, OFFICER)
    assert request.version == 7


def test_data_is_given_out_or_deleted_only_for_whom_it_is_known_to_be() -> None:
    harmful = ("access", "deletion", "correction", "portability", "restriction")
    kinds = [(kind, True) for kind in harmful] + [(kind, False) for kind in ("objection", "withdrawal", "complaint")]
    for kind, is_asked in kinds:
        working = take(a_request(kind=kind), "start")
        if is_asked:
            with pytest.raises(Conflict) as refused:
                take(working, "finish")
            assert refused.value.code == "identity_unproven"
        else:
            assert take(working, "finish").state == "done"


def test_another_person_that_is_named_has_not_shown_who_it_is() -> None:
    known = take(a_request(), "confirm_identity", identity="document")
    assert (known.identity, known.identity_by) == ("document", OFFICER)
    other = take(known, "name_subject", contact_id=ContactId("ctc_2"))
    assert (other.contact_id, other.identity, other.identity_by) == ("ctc_2", "none", None)
    with pytest.raises(Invalid):
        take(known, "name_subject", user_id=OFFICER)


def test_the_deadline_is_extended_once_and_with_a_reason() -> None:
    with pytest.raises(Invalid):
        take(a_request(), "extend", note=" ")
    later = take(a_request(), "extend", note="Many calls")
    assert (later.due_at, later.extension) == (NOW + timedelta(days=90), "Many calls")
    with pytest.raises(Conflict) as refused:
        take(later, "extend")
    assert refused.value.code == "request_extended"


def test_a_request_is_refused_with_a_reason_alone_and_kept_for_three_years() -> None:
    with pytest.raises(Invalid):
        take(a_request(), "refuse", note="")
    refused = take(a_request(), "refuse", note="Not a customer")
    assert (refused.settled_at, refused.delete_at) == (NOW, NOW + timedelta(days=1096))


def test_two_warnings_come_a_week_before_the_deadline_and_at_it() -> None:
    request = a_request()
    assert warned(request, NOW + timedelta(days=23) - timedelta(seconds=1)) is None
    soon = warned(request, NOW + timedelta(days=23))
    assert soon is not None and soon.history[-1].kind == "warned_soon"
    assert warned(soon, NOW + timedelta(days=29)) is None
    late = warned(soon, NOW + timedelta(days=30))
    assert late is not None and late.history[-1].kind == "warned_late"
    assert warned(late, NOW + timedelta(days=300)) is None
    settled = take(take(request, "confirm_identity"), "finish")
    assert warned(settled, NOW + timedelta(days=300)) is None
