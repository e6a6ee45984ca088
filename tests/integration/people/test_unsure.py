"""Who may be calling where a number came in part, or may mean several: all of them, for whom they may be shown."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.http.api import Api, Organisation
from tests.support.http.front_office import front_office

from call24.kit.errors import Unavailable
from call24.kit.ids import CallId, PersonId, UserId
from call24.kit.sent_numbers import SentNumber, read_sent
from call24.people.matches import Matches
from call24.people.store import PersonStore
from call24.people.unsure import KEPT_EACH, KEPT_FOR, UnsureCallers
from call24.privacy.persons import Persons

LONDON, BRUNO, CLARA = "+442079460100", "+441614968401", "+441134968401"
CALL = CallId("call_1")
LOCAL = read_sent("4968401", "GB", LONDON, LONDON)
TWO = read_sent("4722334455", "GB", LONDON, LONDON)
"""In Norway, or a number of this plan that nobody was given."""


@pytest.fixture
async def acme(api: Api) -> Organisation:
    return await api.organisation()


async def added(of: Organisation, given: str, number: str, role: str = "agent", **more: Any) -> PersonId:
    body = {"given": given, "numbers": [{"number": number}], **more}
    answer = await of.call(role, "POST", "/v1/people", json=body)
    assert answer.status_code == 201, answer.text
    return PersonId(answer.json()["id"])


def unsure(of: Organisation) -> UnsureCallers:
    return of.api.services.there.get(UnsureCallers)


async def noted(of: Organisation, sent: SentNumber, call_id: CallId = CALL) -> None:
    unsure(of).note(of.tenant.id, call_id, sent)
    await unsure(of).look(call_id)


def seen(of: Organisation, role: str = "agent", call_id: CallId = CALL) -> list[tuple[str, str, str]]:
    found = unsure(of).of(of.tenant.id, call_id, UserId(of.users[role]))
    return [(one.match.name, one.number, one.why) for one in found]


async def test_all_whose_number_ends_so_are_shown_and_no_other_organisations(api: Api, acme: Organisation) -> None:
    await added(acme, "Bruno", BRUNO)
    await added(acme, "Clara", CLARA)
    await added(acme, "Olga", "+442079468402")
    other = await api.organisation("Other")
    await added(other, "Theirs", BRUNO)
    await noted(acme, LOCAL)
    assert seen(acme) == [("Bruno", BRUNO, "ending"), ("Clara", CLARA, "ending")]
    assert unsure(acme).of(other.tenant.id, CALL, UserId(other.users["agent"])) == []
    assert unsure(acme).sent(other.tenant.id, CALL) is None


async def test_who_has_one_of_several_readings_is_shown_and_not_chosen(acme: Organisation) -> None:
    await added(acme, "Nora", "+4722334455")
    await noted(acme, TWO)
    assert seen(acme) == [("Nora", "+4722334455", "reading")]
    assert TWO.number is None


async def test_private_entries_are_shown_to_their_user_alone_and_go_with_the_account(
    api: Api, acme: Organisation
) -> None:
    await added(acme, "Doctor", BRUNO, private=True)
    await noted(acme, LOCAL)
    assert (seen(acme), seen(acme, "owner")) == ([("Doctor", BRUNO, "ending")], [])
    await api.services.there.get(Persons).erase(acme.tenant.id, UserId(acme.users["agent"]), "left")
    assert seen(acme) == []


async def test_restricted_people_are_no_candidates(acme: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    await added(acme, "Bruno", BRUNO)
    await added(acme, "Clara", CLARA)
    await noted(acme, LOCAL)
    hidden = acme.api.services.contacts.id_for(acme.tenant.id, BRUNO)
    monkeypatch.setattr(unsure(acme), "hidden", lambda tenant_id, contact_id: contact_id == hidden)
    assert seen(acme) == [("Clara", CLARA, "ending")]


async def test_who_is_erased_is_no_candidate_and_how_the_number_came_is_forgotten(api: Api) -> None:
    async with front_office(api) as office:
        acme = office.org
        await office.contact(BRUNO, "Bruno")
        await added(acme, "Bruno", BRUNO, role="owner")
        await noted(acme, LOCAL)
        await noted(acme, read_sent("01614968401", "GB", LONDON, "02079460100"), CallId("call_2"))
        assert seen(acme, "owner") and unsure(acme).sent(acme.tenant.id, CallId("call_2"))
        contact_id = api.services.contacts.id_for(acme.tenant.id, BRUNO)
        erased = await acme.call("owner", "POST", f"/v1/contacts/{contact_id}/erase", json={"reason": "asked"})
        assert erased.status_code == 200, erased.text
        assert seen(acme, "owner") == []
        assert unsure(acme).sent(acme.tenant.id, CALL) is None
        assert unsure(acme).sent(acme.tenant.id, CallId("call_2")) is None


async def test_candidates_are_known_among_the_newest_callers_while_the_database_is_away(
    acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    await added(acme, "Bruno", BRUNO)
    contact_id = acme.api.services.contacts.id_for(acme.tenant.id, BRUNO)
    await acme.api.services.there.get(Matches).look(acme.tenant.id, contact_id)

    async def away(*_: object) -> None:
        raise Unavailable

    monkeypatch.setattr(PersonStore, "ending_so", away)
    unsure(acme).note(acme.tenant.id, CALL, LOCAL)
    with pytest.raises(Unavailable):
        await unsure(acme).look(CALL)
    assert seen(acme) == [("Bruno", BRUNO, "ending")]


async def test_what_is_remembered_is_bounded_and_goes_by_itself(api: Api, acme: Organisation) -> None:
    other = await api.organisation("Other")
    unsure(other).note(other.tenant.id, CallId("call_other"), LOCAL)
    for n in range(KEPT_EACH + 1):
        unsure(acme).note(acme.tenant.id, CallId(f"call_{n}"), LOCAL)
    assert unsure(acme).sent(acme.tenant.id, CallId("call_0")) is None
    assert unsure(acme).sent(acme.tenant.id, CallId("call_1")) == LOCAL
    assert unsure(other).sent(other.tenant.id, CallId("call_other")) == LOCAL, "it has its own share"
    api.clock.advance(seconds=KEPT_FOR.total_seconds() + 1)
    unsure(acme).note(acme.tenant.id, CALL, LOCAL)
    assert unsure(acme).sent(acme.tenant.id, CallId("call_50")) is None
    unsure(acme).close_tenant(acme.tenant.id)
    unsure(acme).note(acme.tenant.id, CALL, LOCAL)
    assert unsure(acme).sent(acme.tenant.id, CALL) is None
