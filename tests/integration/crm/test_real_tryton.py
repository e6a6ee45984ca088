"""The connector with a real Tryton: what the stand-in of the kit does is what Tryton does.

Tryton is installed from tests/support/crm/tryton.lock at first, about twenty seconds. The long form, with kills and
Call24's own server, is `./call24 test --campaign crm-tryton`.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator

import pytest
from tests.support.crm.tryton import CATEGORY, LOGIN, PASSWORD, Tryton, tryton

from call24.crm.conformance.checks import call_note
from call24.crm.conformance.kit import exchanging, real
from call24.crm.conformance.kit import tryton as opened
from call24.crm.connector import CrmClient, CrmTrouble, Deleted, Missing, Place, Rejected, VersionConflict

NUMBER, OTHER = "+442079460101", "+442079460102"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tryton]:
    port = int(os.environ.get("CALL24_TEST_BASE_PORT", "12000")) + 91
    with tryton(tmp_path_factory.mktemp("tryton"), port) as running:
        yield running


@pytest.fixture
async def client(server: Tryton) -> AsyncIterator[CrmClient]:
    async with exchanging(10.0) as exchange:
        yield opened(LOGIN)(server.url, PASSWORD, exchange)


@pytest.mark.long("integration/crm/test_tryton_conformance.py::test_the_connector_for_tryton_passes_every_check")
async def test_a_party_is_made_once_for_a_key_and_comes_back_as_it_was_sent(client: CrmClient) -> None:
    fields = {
        "name": "Батын Дорж \"D\" <b> 'ö' 𝄞",
        "number": NUMBER,
        "email": "dorj@example.com",
        "address": {"street": "Peace Avenue 1", "postal_code": "14200", "city": "Ulaanbaatar"},
    }
    made = await client.create(fields, "crl_real_once")
    again = await client.create({"name": "Other"}, "crl_real_once")
    assert again == made and made.key == "crl_real_once"
    assert made.fields["number"] == "+44 20 7946 0101", "Tryton writes numbers its own way"
    assert {name: made.fields[name] for name in ("name", "email", "address")} == {
        name: fields[name] for name in ("name", "email", "address")
    }
    assert await client.find_by_key("crl_real_none") is None
    with pytest.raises(Rejected, match="not valid"):
        await client.create({"name": "Bad", "number": "12345"}, "crl_real_bad")
    assert await client.find_by_key("crl_real_bad") is None


@pytest.mark.long("integration/crm/test_tryton_conformance.py::test_the_connector_for_tryton_passes_every_check")
async def test_what_was_changed_meanwhile_is_not_overwritten(client: CrmClient, server: Tryton) -> None:
    id = server.add("Anna", ("phone", NUMBER), ("phone", OTHER))
    seen = (await client.get(str(id))).version
    server.write(id, name="Hers")
    with pytest.raises(VersionConflict):
        await client.update(str(id), {"name": "Ours"}, seen)
    seen = (await client.get(str(id))).version
    [[phone]] = server.rows("SELECT min(id) FROM party_contact_mechanism WHERE party = ?", id)
    server.call("model.party.contact_mechanism.write", [phone], {"value": "+442079460103"})
    with pytest.raises(VersionConflict):
        await client.update(str(id), {"number": "+442079460104"}, seen)
    record = await client.get(str(id))
    assert (record.fields["name"], record.fields["number"]) == ("Hers", "+44 20 7946 0103")
    after = await client.update(str(id), {"number": "+442079460104", "name": "Ours"}, record.version)
    assert (after.fields["name"], after.fields["number"]) == ("Ours", "+44 20 7946 0104")
    values = server.rows("SELECT value_compact FROM party_contact_mechanism WHERE party = ? ORDER BY id", id)
    assert values == [("+442079460104",), (OTHER,)], "the second number stays"
    after = await client.update(str(id), {"number": ""}, after.version)
    assert after.fields["number"] == "+44 20 7946 0102"


@pytest.mark.long("integration/crm/test_tryton_conformance.py::test_the_connector_for_tryton_passes_every_check")
async def test_a_list_has_each_party_once_by_its_latest_time_and_goes_on_between_equal_ones(
    client: CrmClient, server: Tryton
) -> None:
    before = (await client.changed_since(None, 1000)).records
    at = before[-1] if before else None
    place = Place(at=at.changed_at, id=at.id) if at is not None else None
    made = [{"name": f"Same {n}"} for n in range(5)]  # one transaction has one time
    ids = [str(id) for id in server.call("model.party.party.create", made)]
    found: list[str] = []
    for _ in range(10):
        page = await client.changed_since(place, 2)
        found += [one.id for one in page.records]
        assert len({one.changed_at for one in page.records}) == 1
        place = Place(at=page.records[-1].changed_at, id=page.records[-1].id)
        if not page.more:
            break
    assert found == ids
    [mechanism] = server.call(
        "model.party.contact_mechanism.create", [{"party": int(ids[0]), "type": "email", "value": "a@b.mn"}]
    )
    server.write(int(ids[1]), active=False)
    server.call("model.party.contact_mechanism.write", [mechanism], {"value": "b@b.mn"})
    page = await client.changed_since(place, 10)
    assert [(one.id, one.deleted, one.fields.get("email")) for one in page.records] == [
        (ids[1], True, None),
        (ids[0], False, "b@b.mn"),
    ]
    assert page.now is not None and not page.more


@pytest.mark.long("integration/crm/test_tryton_conformance.py::test_the_connector_for_tryton_passes_every_check")
async def test_what_is_deleted_is_told_by_trytons_log_and_what_never_was_is_missing(
    client: CrmClient, server: Tryton
) -> None:
    id = server.add("Gone")
    seen = (await client.get(str(id))).version
    server.call("model.party.party.delete", [id])
    with pytest.raises(Deleted):
        await client.get(str(id))
    with pytest.raises(Deleted):
        await client.update(str(id), {"name": "Ours"}, seen)
    with pytest.raises(Missing):
        await client.get("999999")
    with pytest.raises(Missing):
        await client.log_call(call_note("999999"), "crj_none")


@pytest.mark.long("integration/crm/test_tryton_conformance.py::test_the_connector_for_tryton_passes_every_check")
async def test_a_call_is_one_note_an_objection_a_category_and_an_erasure_leaves_nothing(
    client: CrmClient, server: Tryton
) -> None:
    id = str(server.add("Erased Person", ("mobile", "+44 7400 123456"), ("email", "erased@example.com")))
    note = call_note(id)
    logged = await client.log_call(note, "crj_real")
    assert await client.log_call(note, "crj_real") == logged == await client.find_call("crj_real", id)
    assert await client.find_call("crj_other", id) is None
    assert [name for name, text in server.notes() if note.notes in text and note.link in text] == ["Erased Person"]

    await client.set_objection(id, True, "crj_object")
    await client.set_objection(id, True, "crj_object")
    [category] = server.call("model.party.category.search", [["name", "=", CATEGORY]], 0, 1, None)
    assert server.call("model.party.party.read", [int(id)], ["categories"])[0]["categories"] == [category]
    await client.set_objection(id, False, "crj_lifted")
    assert server.call("model.party.party.read", [int(id)], ["categories"])[0]["categories"] == []

    page = await client.find_by_number("+447400123456", 5)
    assert page is not None and [one.id for one in page.records] == [id] and not page.more
    assert await client.erase(id, "crl_erase") == f"party {id} was erased and deleted"
    assert await client.erase(id, "crl_erase") == f"Tryton has no party {id}"
    left = server.everything()
    assert [
        one for one in ("Erased Person", "7400123456", "7400 123456", "erased@example.com", note.notes) if one in left
    ] == []


@pytest.mark.long("integration/crm/test_crm_tryton.py::test_a_wrong_password_stops_the_connection_and_is_never_shown")
async def test_a_session_that_tryton_forgot_is_begun_again_and_a_wrong_password_is_named(server: Tryton) -> None:
    async with exchanging(10.0) as exchange:
        client = opened(LOGIN)(server.url, PASSWORD, exchange)
        await client.changed_since(None, 1)
        server.forget_sessions()
        await client.changed_since(None, 1)
        wrong = opened(LOGIN)(server.url, "no such password", exchange)
        with pytest.raises(CrmTrouble, match="unauthorised"):
            await wrong.changed_since(None, 1)
        nowhere = opened(LOGIN)(server.url.replace("company", "no-such-database"), PASSWORD, exchange)
        with pytest.raises(CrmTrouble, match="not_found"):
            await nowhere.changed_since(None, 1)
    assert [one.why for one in await real(server.url, PASSWORD, opened(LOGIN))] == ["", "", ""]
