"""The connector with a real Roundup: what the stand-in of the kit does is what Roundup does.

Roundup is installed from tests/support/crm/roundup.lock at first, some seconds. Its tracker has ops/roundup/call24.py,
the file that the guide asks for.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator

import msgspec
import pytest
from tests.support.crm.roundup import LOGIN, OBJECTION, PASSWORD, Roundup, roundup

from call24.crm.conformance.checks import call_note
from call24.crm.conformance.kit import exchanging, real
from call24.crm.conformance.kit import roundup as opened
from call24.crm.connector import CrmClient, CrmTrouble, Deleted, Missing, Place, Rejected, VersionConflict
from call24.crm.connectors.roundup.members import ASKED, USUAL
from call24.crm.model import RoundupShape

NUMBER = "+442079460101"
SHAPE = RoundupShape(login=LOGIN, objection_property=OBJECTION)
OPENED = opened(SHAPE, properties=(*USUAL, *ASKED, OBJECTION))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Roundup]:
    port = int(os.environ.get("CALL24_TEST_BASE_PORT", "12000")) + 93
    with roundup(tmp_path_factory.mktemp("roundup"), port) as running:
        yield running


@pytest.fixture
async def client(server: Roundup) -> AsyncIterator[CrmClient]:
    async with exchanging(10.0) as exchange:
        yield OPENED(server.url, PASSWORD, exchange)


@pytest.mark.long("integration/crm/test_roundup_conformance.py::test_the_connector_for_roundup_passes_every_check")
async def test_a_customer_is_made_once_for_a_key_and_comes_back_as_it_was_sent(
    client: CrmClient, server: Roundup
) -> None:
    fields = {"realname": "Батын Дорж \"D\" <b> 'ö' 𝄞", "phone": NUMBER, "address": "dorj@example.com"}
    made = await client.create(fields, "crl_real_once")
    again = await client.create({"realname": "Other"}, "crl_real_once")
    assert again == made and made.key == "crl_real_once"
    assert {name: made.fields[name] for name in fields} == fields
    assert await client.find_by_key("crl_real") is None, "a key is found whole"
    with pytest.raises(Rejected, match="already in use"):
        await client.create({"realname": "Bad", "address": "dorj@example.com"}, "crl_real_bad")
    assert await client.find_by_key("crl_real_bad") is None
    assert server.rows("SELECT _roles, _password FROM _user WHERE id = ?", made.id) == [("Customer", None)]


@pytest.mark.long("integration/crm/test_roundup_conformance.py::test_the_connector_for_roundup_passes_every_check")
async def test_what_was_changed_meanwhile_is_not_overwritten(client: CrmClient, server: Roundup) -> None:
    id = server.add("Anna", phone=NUMBER, address="anna@example.com")
    seen = (await client.get(id)).version
    server.write(id, realname="Hers")  # within the same second, mostly
    with pytest.raises(VersionConflict):
        await client.update(id, {"realname": "Ours"}, seen)
    now = await client.get(id)
    assert now.fields["realname"] == "Hers"
    after = await client.update(id, {"realname": "Ours", "address": ""}, now.version)
    assert (after.fields["realname"], after.fields["address"], after.fields["phone"]) == ("Ours", None, NUMBER)
    put, written = client._put, []  # type: ignore[attr-defined]

    async def meanwhile(*words: object) -> None:
        if not written:
            written.append(server.write(id, realname="Hers again"))
        await put(*words)

    client._put = meanwhile  # type: ignore[attr-defined]
    with pytest.raises(VersionConflict):
        await client.update(id, {"realname": "Ours"}, after.version)
    assert (await client.get(id)).fields["realname"] == "Hers again", "Roundup itself refuses it (ETag)"


@pytest.mark.long("integration/crm/test_roundup_conformance.py::test_the_connector_for_roundup_passes_every_check")
async def test_a_list_has_each_customer_once_in_order_and_goes_on_within_a_second(
    client: CrmClient, server: Roundup
) -> None:
    before = (await client.changed_since(None, 1000)).records
    at = before[-1] if before else None
    ids = [server.add(f"Same {n}") for n in range(7)]
    staff = server.add("Staff", roles="User")
    place, found = Place(at=at.changed_at, id=at.id) if at is not None else None, list[str]()
    for _ in range(10):
        page = await client.changed_since(place, 2)
        found += [one.id for one in page.records]
        place = Place(at=page.records[-1].changed_at, id=page.records[-1].id)
        if not page.more:
            break
    assert [one for one in found if one in ids] == ids and staff not in found and len(set(found)) == len(found)
    [listed] = [one for one in (await client.changed_since(None, 1000)).records if one.id == ids[0]]
    assert listed == await client.get(ids[0]), "a list tells what the record tells"
    server.write(ids[0], realname="Changed")
    page = await client.changed_since(Place(at=listed.changed_at), 100)
    [again] = [one for one in page.records if one.id == ids[0]]
    assert again.version != listed.version and again.fields["realname"] == "Changed" and page.now is not None


@pytest.mark.long("integration/crm/test_roundup_conformance.py::test_the_connector_for_roundup_passes_every_check")
async def test_who_is_retired_is_deleted_and_staff_is_neither_seen_nor_changed(
    client: CrmClient, server: Roundup
) -> None:
    id = server.add("Gone", phone="+44 7400 654 321")
    seen = (await client.get(id)).version
    server.retire(id)
    with pytest.raises(Deleted):
        await client.get(id)
    with pytest.raises(Deleted):
        await client.update(id, {"realname": "Ours"}, seen)
    page = await client.find_by_number("+447400654321", 5)
    assert page is not None and [one.id for one in page.records] == [id], "they have the number still"
    for staff in ("1", "3", server.add("Staff", roles="User"), "999999"):
        with pytest.raises(Missing):
            await client.get(staff)
    with pytest.raises(Rejected, match="staff is erased by hand"):
        await client.erase("1", "crl_staff")
    with pytest.raises(Missing):
        await client.log_call(call_note("999999"), "crj_none")


async def test_call24s_user_makes_customers_alone_and_gives_nobody_a_password(server: Roundup) -> None:
    id = server.add("Anna")
    async with exchanging(10.0) as exchange:
        api = OPENED(server.url, PASSWORD, exchange)._api  # type: ignore[attr-defined]
        etag = server.call("GET", f"data/user/{id}")["@etag"]
        for method, path, body in (
            ("POST", "data/user", {"username": "mine", "roles": "Admin"}),
            ("POST", "data/user", {"username": "mine", "roles": "Customer", "password": "known-to-me"}),
            ("PUT", f"data/user/{id}", {"roles": "Admin"}),
            ("PUT", f"data/user/{id}", {"password": "known-to-me"}),
        ):
            assert (await api.ask(method, path, body=body, match=etag if method == "PUT" else "")).status >= 400
        for staff in ("1", "3"):
            with pytest.raises(Rejected):
                await api.ask("PUT", f"data/user/{staff}", body={"realname": "x"}, match=etag)
    assert server.rows("SELECT _roles, _password FROM _user WHERE id = ?", id) == [("Customer", None)]


@pytest.mark.long("integration/crm/test_roundup_conformance.py::test_the_connector_for_roundup_passes_every_check")
async def test_a_call_is_one_issue_an_objection_a_property_and_an_erasure_leaves_nothing(
    client: CrmClient, server: Roundup
) -> None:
    id = server.add("Erased Person", phone="+44 7400 123456", address="erased@example.com")
    note = call_note(id)
    logged = await client.log_call(note, "crj_real")
    assert await client.log_call(note, "crj_real") == logged == await client.find_call("crj_real", id)
    assert await client.find_call("crj_other", id) is None
    assert [name for name, text in server.calls() if note.notes in text and note.link in text] == ["Erased Person"]
    issue = server.call("GET", f"data/issue/{logged}")["attributes"]
    assert [one["id"] for one in issue["nosy"]] == ["3"], "the customer is not sent mails about it"

    assert await client.set_objection(id, True, "crj_object") == f"{OBJECTION} is yes"
    await client.set_objection(id, True, "crj_object")
    assert server.rows(f"SELECT _{OBJECTION} FROM _user WHERE id = ?", id) == [(1,)]
    await client.set_objection(id, False, "crj_lifted")
    assert not server.rows(f"SELECT _{OBJECTION} FROM _user WHERE id = ?", id)[0][0]

    server.write(id, realname="Erased Person Again")
    server.call("POST", "data/issue", {"title": "Erased's own question", "customer": id})
    page = await client.find_by_number("+447400123456", 5)
    assert page is not None and [one.id for one in page.records] == [id] and not page.more
    said = await client.erase(id, "crl_erase")
    assert said == f"user {id} was erased in Roundup, with the history (2 issue, 1 msg, 1 user)"
    assert (await client.erase(id, "crl_erase")).startswith(f"user {id} was erased"), "however often it is asked"
    left = server.everything()
    texts = ("Erased", "7400123456", "7400 123456", "erased@example.com", note.notes, note.notes.split()[-1].upper())
    assert [one for one in texts if one in left] == []
    with pytest.raises(Deleted):
        await client.get(id)
    assert await client.erase("999999", "crl_erase") == "Roundup has no user 999999"


@pytest.mark.long("integration/crm/test_roundup_conformance.py::test_the_connector_for_roundup_passes_every_check")
async def test_what_the_tracker_does_not_have_is_named_and_a_wrong_password_too(server: Roundup) -> None:
    id = server.add("Anna")
    async with exchanging(10.0) as exchange:
        odd = opened(msgspec.structs.replace(SHAPE, objection_property="colour"), properties=(*USUAL, *ASKED))
        with pytest.raises(Rejected, match="colour"):
            await odd(server.url, PASSWORD, exchange).set_objection(id, True, "crj_1")
        text = opened(msgspec.structs.replace(SHAPE, objection_property="organisation"), properties=(*USUAL, *ASKED))
        with pytest.raises(Rejected, match="no yes or no property organisation"):
            await text(server.url, PASSWORD, exchange).set_objection(id, True, "crj_2")
        unknown = opened(SHAPE, properties=(*USUAL, *ASKED, "colour"))
        with pytest.raises(CrmTrouble, match="colour"):
            await unknown(server.url, PASSWORD, exchange).changed_since(None, 10)
        nowhere = opened(msgspec.structs.replace(SHAPE, status="no such status"), properties=(*USUAL, *ASKED))
        with pytest.raises(Rejected, match="no such status"):
            await nowhere(server.url, PASSWORD, exchange).log_call(call_note(id), "crj_odd")
        with pytest.raises(CrmTrouble, match="unauthorised"):
            await OPENED(server.url, "no such password", exchange).changed_since(None, 1)
    assert [one.why for one in await real(server.url, PASSWORD, OPENED)] == ["", "", ""]


async def test_without_call24s_file_an_erasure_is_refused_and_nobody_is_found_by_number(
    server: Roundup, client: CrmClient
) -> None:
    id = server.add("Anna", phone="+44 7400 777777")
    (detector := server._tracker / "detectors" / "call24.py").write_text(
        detector.read_text().replace("@Routing.route", "@(lambda *_: (lambda f: f))")
    )
    try:
        server.kill()
        server.start()
        with pytest.raises(Rejected, match=r"call24\.py is not among the tracker's detectors"):
            await client.erase(id, "crl_erase")
        assert await client.find_by_number("+447400777777", 5) is None
        assert (await client.get(id)).fields["realname"] == "Anna"
    finally:
        server.put_file()
        server.kill()
        server.start()
