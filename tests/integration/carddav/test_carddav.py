"""Phones and computers keep copies of the address book, both ways: by the requests that iOS and DAVx5 send."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from tests.integration.people.test_people import HOME, OWN, PEOPLE, added, found, listed
from tests.integration.restrictions.test_restrictions import lifted, restricted
from tests.integration.restrictions.test_restrictions import told as restriction_told
from tests.support.http.api import PASSWORD, Api, Organisation
from tests.support.http.open_routes import CARDDAV
from tests.support.http.phones import APP_PASSWORDS, NAMES, SPACES, Phone, Sync, phone, told

from call24.carddav import reports
from call24.carddav.model import AppPassword, Card
from call24.carddav.service import CardBooks
from call24.carddav.turns import OPEN_MAX
from call24.people.book_changes import BookChanges
from call24.people.service import People

ANNA = """BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//iPhone OS 18.4//EN
N:Petrova;Anna;;;
FN:Anna Petrova
TEL;type=CELL;type=pref:+442079460102
X-ACME-LEVEL:gold
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD
UID:5D0C1B1E-9B0A-4C6F-9F57-0E6A4E7C1A11
END:VCARD
"""
NEW = {"If_None_Match": "*"}


@pytest.fixture
async def acme(api: Api) -> Organisation:
    return await api.organisation()


def propfind(*names: str) -> str:
    return f"<d:propfind {SPACES}><d:prop>{''.join(f'<{one}/>' for one in names)}</d:prop></d:propfind>"


def multiget(*hrefs: str, version: str = "") -> str:
    data = f'<c:address-data content-type="text/vcard" version="{version}"/>' if version else "<c:address-data/>"
    names = "".join(f"<d:href>{one}</d:href>" for one in hrefs)
    return f"<c:addressbook-multiget {SPACES}><d:prop><d:getetag/>{data}</d:prop>{names}</c:addressbook-multiget>"


async def people(of: Organisation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await of.call("agent", "GET", PEOPLE)).json()["items"]
    return found


# --- discovery ---


async def test_an_iphone_finds_both_books_from_the_host_name_alone(acme: Organisation) -> None:
    """As iOS 18 asks: the well-known address, the principal, its home, what is there."""
    iphone = await phone(acme)
    hello = await acme.api.client.request("PROPFIND", "/.well-known/carddav")
    assert (hello.status_code, hello.headers["Location"]) == (301, "/carddav/")
    unknown = await acme.api.client.request("PROPFIND", "/carddav/")
    assert unknown.status_code == 401
    assert unknown.headers["WWW-Authenticate"].startswith("Basic ")
    wish = propfind("d:current-user-principal", "d:principal-URL", "d:resourcetype")
    root = told(await iphone.ask("PROPFIND", "/carddav/", wish, Depth="0"))
    [principal] = [one.text for one in root["/carddav/"]["{DAV:}current-user-principal"]]
    assert "@" not in principal
    assert "%40" not in principal
    wish = propfind("c:addressbook-home-set", "d:displayname", "d:resourcetype", "d:principal-collection-set")
    one = told(await iphone.ask("PROPFIND", principal, wish, Depth="0"))[principal]
    [home] = [each.text for each in one["{urn:ietf:params:xml:ns:carddav}addressbook-home-set"]]
    assert home != principal
    wish = propfind("d:resourcetype", "d:displayname", "d:sync-token", "cs:getctag", "d:current-user-privilege-set")
    books = told(await iphone.ask("PROPFIND", home, wish, Depth="1"))
    kinds = {href: {each.tag for each in props["{DAV:}resourcetype"]} for href, props in books.items()}
    book = "{urn:ietf:params:xml:ns:carddav}addressbook"
    assert [href for href, each in kinds.items() if book in each] == [f"{home}organisation/", f"{home}private/"]
    assert "{DAV:}write" in {each[0].tag for each in books[f"{home}private/"]["{DAV:}current-user-privilege-set"]}
    assert not any(book in {each.tag for each in props["{DAV:}resourcetype"]} for props in (one,))


async def test_davx5_is_told_what_the_server_can(acme: Organisation) -> None:
    davx5 = await phone(acme)
    options = await davx5.ask("OPTIONS", davx5.book())
    assert {"1", "3", "addressbook"} <= {one.strip() for one in options.headers["DAV"].split(",")}
    wish = propfind("d:supported-report-set", "c:supported-address-data", "c:max-resource-size", "d:unknown")
    one = told(await davx5.ask("PROPFIND", davx5.book(), wish, Depth="0"))[davx5.book()]
    reports = {each.tag for each in one["{DAV:}supported-report-set"].iter()}
    assert {"{DAV:}sync-collection", f"{{{NAMES['c']}}}addressbook-multiget"} <= reports
    assert {each.get("version") for each in one[f"{{{NAMES['c']}}}supported-address-data"]} == {"3.0", "4.0"}
    assert "{DAV:}unknown" not in one


APPLE = 'xmlns:A="DAV:" xmlns:B="urn:ietf:params:xml:ns:carddav" xmlns:C="http://calendarserver.org/ns/"'


async def test_an_iphone_is_set_up_reads_writes_and_is_told(acme: Organisation) -> None:
    """The requests of iOS 18 in their order, with its prefixes, and what it asks for that is not there."""
    iphone = await phone(acme)
    for path in ("/.well-known/carddav", "/principals/", "/"):  # iOS 12 asks the second
        assert (await acme.api.client.request("PROPFIND", path)).headers["Location"] == "/carddav/"
    home = f"/carddav/books/{iphone.user_id}/"
    names = (
        "A:add-member B:max-image-size B:max-resource-size C:me-card A:owner C:push-transports C:pushkey A:resource-id "
        "A:quota-available-bytes A:resourcetype A:supported-report-set A:sync-token A:displayname C:getctag"
    )
    wish = f"<A:propfind {APPLE}><A:prop>{''.join(f'<{one}/>' for one in names.split())}</A:prop></A:propfind>"
    books = told(await iphone.ask("PROPFIND", home, wish, Depth="1", Brief="t"))
    assert list(books) == [home, f"{home}organisation/", f"{home}private/"]
    assert books[f"{home}private/"]["{DAV:}sync-token"].startswith("urn:call24:sync:")

    await added(acme, "Хулан", HOME)

    def since(token: str) -> str:
        inside = f"<A:sync-token>{token}</A:sync-token><A:sync-level>1</A:sync-level><A:prop><A:getetag/></A:prop>"
        return f"<A:sync-collection {APPLE}>{inside}</A:sync-collection>"

    begun = Sync.read(await iphone.ask("REPORT", iphone.book(), since(""), Depth="1"))
    hrefs = "".join(f"<A:href>{iphone.book()}{name}</A:href>" for name in begun.changed)
    wanted = f"<A:prop><A:getetag/><B:address-data/></A:prop>{hrefs}"
    wish = f"<B:addressbook-multiget {APPLE}>{wanted}</B:addressbook-multiget>"
    [read] = told(await iphone.ask("REPORT", iphone.book(), wish, Depth="1")).values()
    assert "FN:Хулан" in read[f"{{{NAMES['c']}}}address-data"]
    assert [read["{DAV:}getetag"]] == list(begun.changed.values())

    uid = "5D0C1B1E-9B0A-4C6F-9F57-0E6A4E7C1A11"
    assert (await iphone.put(f"{uid}.vcf", ANNA, Content_Type="text/vcard", **NEW)).status_code == 201
    then = Sync.read(await iphone.ask("REPORT", iphone.book(), since(begun.token), Depth="1"))
    assert list(then.changed) == [f"{uid}.vcf"]
    assert Sync.read(await iphone.ask("REPORT", iphone.book(), since(then.token), Depth="1")).changed == {}


async def test_who_names_no_depth_is_answered_where_nothing_is_below(acme: Organisation) -> None:
    mine = await phone(acme)
    await mine.put("a.vcf", ANNA, **NEW)
    wish = propfind("d:resourcetype")
    for path in ("/carddav/", f"/carddav/principals/{mine.user_id}/", f"{mine.book()}a.vcf"):
        assert list(told(await mine.ask("PROPFIND", path, wish))) == [path]
    assert (await mine.ask("PROPFIND", mine.book(), wish)).status_code == 403  # all that is below it


async def test_whoever_shows_no_app_password_gets_nothing(acme: Organisation) -> None:
    mine = await phone(acme)
    card = await mine.put("a.vcf", ANNA, **NEW)
    assert card.status_code == 201
    for method, path in sorted(CARDDAV):
        where = path.format(user_id=mine.user_id, book="organisation", name="a.vcf")
        for headers in ({}, {"Authorization": f"Bearer {acme.bearers['owner']}"}):
            answer = await acme.api.client.request(method, where, headers=headers)
            assert answer.status_code == 401, (method, path)
    other = await phone(acme, "supervisor")
    assert (await other.ask("GET", f"{mine.book()}a.vcf")).status_code == 404
    assert (await other.ask("PROPFIND", mine.book("private"), Depth="1")).status_code == 404


# --- app passwords ---


async def test_an_app_password_is_shown_once_opens_the_address_book_alone_and_ends_when_it_is_revoked(
    acme: Organisation,
) -> None:
    mine = await phone(acme, name="Anna's iPhone")
    [one] = (await acme.call("agent", "GET", APP_PASSWORDS)).json()["items"]
    assert (one["name"], one["last_used_at"]) == ("Anna's iPhone", None)
    assert mine.secret not in str((await acme.call("agent", "GET", f"{APP_PASSWORDS}/{mine.id}")).json())
    stored = await acme.api.mongo.tenant(acme.tenant.id).collection(AppPassword).find()
    assert mine.secret not in str(stored)
    assert (await mine.ask("PROPFIND", "/carddav/", Depth="0")).status_code == 207
    [one] = (await acme.call("agent", "GET", APP_PASSWORDS)).json()["items"]
    assert one["last_used_at"] is not None
    assert (await acme.api.call("GET", "/v1/me", mine.secret)).status_code == 401
    assert (await acme.call("owner", "DELETE", f"{APP_PASSWORDS}/{mine.id}")).status_code == 404
    assert (await acme.call("agent", "DELETE", f"{APP_PASSWORDS}/{mine.id}")).status_code == 204
    assert (await mine.ask("PROPFIND", "/carddav/", Depth="0")).status_code == 401


async def test_a_new_password_ends_app_passwords_unless_they_are_to_be_kept(acme: Organisation) -> None:
    mine = await phone(acme)
    wish = {"current_password": PASSWORD, "password": "another horse battery", "keep_tokens": True}
    assert (await acme.call("agent", "PUT", "/v1/me/password", json=wish)).status_code == 204
    assert (await mine.ask("PROPFIND", "/carddav/", Depth="0")).status_code == 207
    wish = {"current_password": wish["password"], "password": PASSWORD, "keep_tokens": False}
    assert (await acme.call("agent", "PUT", "/v1/me/password", json=wish)).status_code == 204
    assert (await mine.ask("PROPFIND", "/carddav/", Depth="0")).status_code == 401


async def test_who_guesses_has_to_wait_and_who_is_right_has_not(acme: Organisation) -> None:
    mine = await phone(acme)
    wrong = Phone(acme, mine.user, "wrong", "", mine.user_id)
    said = [(await wrong.ask("PROPFIND", "/carddav/", Depth="0")).status_code for _ in range(6)]
    assert said == [401, 401, 401, 401, 401, 429]
    assert (await mine.ask("PROPFIND", "/carddav/", Depth="0")).status_code == 207


async def test_a_name_may_have_its_at_sign_encoded_and_must_be_the_users(acme: Organisation) -> None:
    mine = await phone(acme)
    encoded = Phone(acme, mine.user.replace("@", "%40").upper(), mine.secret, "", mine.user_id)
    assert (await encoded.ask("PROPFIND", "/carddav/", Depth="0")).status_code == 207
    another = Phone(acme, acme.emails["owner"], mine.secret, "", mine.user_id)
    assert (await another.ask("PROPFIND", "/carddav/", Depth="0")).status_code == 401


# --- cards ---


async def test_who_is_written_on_a_phone_is_in_the_address_book_and_the_card_comes_back_whole(
    acme: Organisation,
) -> None:
    iphone = await phone(acme)
    made = await iphone.put("anna.vcf", ANNA, **NEW)
    assert made.status_code == 201
    assert "ETag" not in made.headers  # it is read again: the server adds to it
    assert await found(acme, "petrova") == ["Anna Petrova"]
    card = await iphone.get("anna.vcf")
    lines = card.text.splitlines()
    assert card.headers["Content-Type"].startswith("text/vcard")
    assert {"TEL;type=CELL;type=pref:+442079460102", "X-ACME-LEVEL:gold", "FN:Anna Petrova"} <= set(lines)
    assert "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD" in lines
    assert (await iphone.get("anna.vcf", If_None_Match=card.headers["ETag"])).status_code == 304
    newer = await iphone.get("anna.vcf", Accept="text/vcard; version=4.0")
    assert "VERSION:4.0" in newer.text
    assert "PHOTO:data:image/jpeg;base64,/9j/4AAQSkZJRgABAQAAAQABAAD" in newer.text.replace("\r\n ", "")


async def test_who_is_written_in_the_app_is_on_the_phone_and_a_change_comes_back(acme: Organisation) -> None:
    iphone = await phone(acme)
    person = await added(
        acme, "Хулан", "020 7946 0101", family="Бат", fields=[{"name": "Customer number", "value": "77412"}]
    )
    [name] = await iphone.etags()
    card = await iphone.get(name)
    assert "N:Бат;Хулан;;;" in card.text
    changed = card.text.replace("N:Бат;", "N:Болд;").replace("FN:Хулан Бат", "FN:Хулан Болд")
    answer = await iphone.put(name, changed.replace("\r\n", "\n"), If_Match=card.headers["ETag"])
    assert answer.status_code == 204, answer.text
    read = (await acme.call("agent", "GET", f"{PEOPLE}/{person['id']}")).json()
    assert (read["family"], read["fields"]) == ("Болд", [{"name": "Customer number", "value": "77412"}])
    assert [(one["number"], one["typed"]) for one in read["numbers"]] == [(HOME, "020 7946 0101")]


async def test_of_two_who_change_a_card_the_second_is_told(acme: Organisation) -> None:
    iphone, davx5 = await phone(acme), await phone(acme, "supervisor")
    await iphone.put("anna.vcf", ANNA, **NEW)
    seen = (await davx5.get("anna.vcf")).headers["ETag"]
    assert (await davx5.put("anna.vcf", ANNA.replace("gold", "silver"), If_Match=seen)).status_code == 204
    late = await iphone.put("anna.vcf", ANNA.replace("gold", "bronze"), If_Match=seen)
    assert late.status_code == 412
    assert "X-ACME-LEVEL:silver" in (await iphone.get("anna.vcf")).text
    assert (await iphone.ask("DELETE", f"{iphone.book()}anna.vcf", If_Match=seen)).status_code == 412


async def test_a_create_whose_answer_was_lost_does_not_double(acme: Organisation) -> None:
    iphone = await phone(acme)
    assert (await iphone.put("anna.vcf", ANNA, **NEW)).status_code == 201
    assert (await iphone.put("anna.vcf", ANNA, **NEW)).status_code == 204  # the same again
    assert (await iphone.put("anna.vcf", ANNA.replace("gold", "x"), **NEW)).status_code == 412
    elsewhere = await iphone.put("another.vcf", ANNA, **NEW)
    assert elsewhere.status_code == 403
    assert "no-uid-conflict" in elsewhere.text
    assert "anna.vcf" in elsewhere.text
    assert await listed(acme) == ["Anna Petrova"]


async def test_an_etag_is_answered_where_the_card_is_read_as_it_was_sent_and_no_change_is_none(
    acme: Organisation,
) -> None:
    iphone = await phone(acme)
    assert "ETag" not in (await iphone.put("anna.vcf", ANNA, **NEW)).headers  # ours has the time of the change
    read = await iphone.get("anna.vcf")
    etag, history = read.headers["ETag"], f"{PEOPLE}/{(await people(acme))[0]['id']}/history"
    before = await iphone.sync()
    again = await iphone.ask("PUT", f"{iphone.book()}anna.vcf", read.content, If_Match=etag)
    assert (again.status_code, again.headers["ETag"]) == (204, etag)
    assert (await iphone.sync(before.token)).changed == {}
    assert (await acme.call("agent", "GET", history)).json()["items"] == []
    late = await iphone.ask("PUT", f"{iphone.book()}anna.vcf", read.content, If_Match='"older"')
    assert late.status_code == 412
    group = "BEGIN:VCARD\nVERSION:3.0\nN:Friends;;;;\nFN:Friends\nUID:g1\nX-ADDRESSBOOKSERVER-KIND:group\nEND:VCARD\n"
    made = await iphone.put("g1.vcf", group, **NEW)
    assert made.status_code == 201
    assert made.headers["ETag"] == (await iphone.get("g1.vcf")).headers["ETag"]


async def test_conditions_are_those_of_the_standard(acme: Organisation) -> None:
    """Source: RFC 9110, 13.1.1 and 13.1.2."""
    iphone = await phone(acme)
    assert (await iphone.put("anna.vcf", ANNA, If_Match="*")).status_code == 412
    assert (await iphone.put("anna.vcf", ANNA, If_Match='"none"')).status_code == 412
    assert await listed(acme) == []
    assert (await iphone.put("anna.vcf", ANNA, **NEW)).status_code == 201
    etag = (await iphone.get("anna.vcf")).headers["ETag"]
    several = f'"none", {etag}'
    assert (await iphone.put("anna.vcf", ANNA.replace("gold", "red"), If_Match=several)).status_code == 204
    assert (await iphone.put("anna.vcf", ANNA.replace("gold", "x"), If_None_Match='"other"')).status_code == 204
    assert (await iphone.ask("DELETE", f"{iphone.book()}anna.vcf", If_Match=etag)).status_code == 412
    assert (await iphone.ask("DELETE", f"{iphone.book()}anna.vcf", If_Match="*")).status_code == 204


async def test_the_two_books_are_apart(acme: Organisation) -> None:
    mine, other = await phone(acme), await phone(acme, "supervisor")
    await mine.put("anna.vcf", ANNA, book="private", **NEW)
    assert list(await mine.etags("private")) == ["anna.vcf"]
    assert await mine.etags() == {}
    assert await other.etags("private") == {}
    assert await listed(acme, "supervisor") == []
    assert await listed(acme, "agent") == ["Anna Petrova"]


async def test_a_deletion_on_the_phone_can_be_undone_and_brings_the_card_back_whole(acme: Organisation) -> None:
    iphone = await phone(acme)
    await iphone.put("anna.vcf", ANNA, **NEW)
    before = await iphone.sync()
    assert (await iphone.ask("DELETE", f"{iphone.book()}anna.vcf")).status_code == 204
    assert (await iphone.get("anna.vcf")).status_code == 404
    gone = await iphone.sync(before.token)
    assert (gone.changed, gone.gone) == ({}, ["anna.vcf"])
    [entry] = (await acme.call("agent", "GET", f"{PEOPLE}/deleted")).json()["items"]
    assert (await acme.call("agent", "POST", f"{PEOPLE}/history/{entry['id']}/undo")).status_code == 200
    back = await iphone.sync(gone.token)
    assert (list(back.changed), back.gone) == (["anna.vcf"], [])
    assert "X-ACME-LEVEL:gold" in (await iphone.get("anna.vcf")).text


async def test_a_group_is_kept_and_is_nobody(acme: Organisation) -> None:
    iphone = await phone(acme)
    group = (
        "BEGIN:VCARD\nVERSION:3.0\nN:Friends;;;;\nFN:Friends\nX-ADDRESSBOOKSERVER-KIND:group\n"
        "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:5D0C1B1E-9B0A-4C6F-9F57-0E6A4E7C1A11\nUID:g1\nEND:VCARD\n"
    )
    assert (await iphone.put("g1.vcf", group, **NEW)).status_code == 201
    assert await listed(acme) == []
    assert "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:5D0C1B1E" in (await iphone.get("g1.vcf")).text
    begun = await iphone.sync()
    assert list(begun.changed) == ["g1.vcf"]
    member = "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:5D0C1B1E-9B0A-4C6F-9F57-0E6A4E7C1A11\n"
    changed = group.replace("FN:Friends", "FN:Best friends").replace(member, member * 2)  # some clients double one
    etag = (await iphone.get("g1.vcf")).headers["ETag"]
    assert (await iphone.put("g1.vcf", changed, If_Match=etag)).status_code == 204
    assert list((await iphone.sync(begun.token)).changed) == ["g1.vcf"]
    assert (await iphone.ask("DELETE", f"{iphone.book()}g1.vcf")).status_code == 204
    assert (await iphone.sync(begun.token)).gone == ["g1.vcf"]
    assert (await iphone.put("g1.vcf", group, **NEW)).status_code == 201


# --- reports ---


async def test_davx5_fetches_the_cards_that_changed_by_multiget(acme: Organisation) -> None:
    davx5 = await phone(acme)
    await davx5.put("anna.vcf", ANNA, **NEW)
    hrefs = [f"{davx5.book()}anna.vcf", f"{davx5.book()}nobody.vcf", "/elsewhere/anna.vcf"]
    answer = await davx5.ask("REPORT", davx5.book(), multiget(*hrefs, version="4.0"), Depth="0")
    data = {href: props.get(f"{{{NAMES['c']}}}address-data", "") for href, props in told(answer).items()}
    assert "VERSION:4.0" in data[hrefs[0]]
    assert data[hrefs[1]] == data[hrefs[2]] == ""
    assert answer.text.count("404 Not Found") == 2
    other = await davx5.ask("REPORT", davx5.book(), multiget(hrefs[0], version="2.1"), Depth="0")
    assert (other.status_code, "supported-address-data" in other.text) == (403, True)


async def test_a_query_finds_cards_by_what_they_say(acme: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    mac = await phone(acme)
    await mac.put("anna.vcf", ANNA, **NEW)
    await added(acme, "Ben", OWN)

    async def names(inner: str, test: str = "anyof") -> int:
        wish = (
            f"<c:addressbook-query {SPACES}><d:prop><d:getetag/></d:prop>"
            f'<c:filter test="{test}">{inner}</c:filter></c:addressbook-query>'
        )
        return len(told(await mac.ask("REPORT", mac.book(), wish, Depth="1")))

    fn = '<c:prop-filter name="FN"><c:text-match match-type="contains">{}</c:text-match></c:prop-filter>'
    assert await names("") == 2
    assert await names(fn.format("PETR")) == 1
    assert await names(fn.format("ben") + fn.format("anna")) == 2
    assert await names(fn.format("ben") + fn.format("anna"), "allof") == 0
    assert await names('<c:prop-filter name="PHOTO"><c:is-not-defined/></c:prop-filter>') == 1
    few = (
        f"<c:addressbook-query {SPACES}><c:filter/><c:limit><c:nresults>1</c:nresults></c:limit></c:addressbook-query>"
    )
    cut = await mac.ask("REPORT", mac.book(), few, Depth="1")
    assert (cut.text.count("<d:response>"), "507 Insufficient Storage" in cut.text) == (2, True)
    monkeypatch.setattr(reports, "SEARCHED_MAX", 1)
    much = await mac.ask("REPORT", mac.book(), few, Depth="1")
    assert (much.status_code, "number-of-matches-within-limits" in much.text) == (403, True)
    wish = '<c:prop-filter name="TEL"><c:param-filter name="TYPE"/></c:prop-filter>'
    answer = await mac.ask(
        "REPORT", mac.book(), f"<c:addressbook-query {SPACES}><c:filter>{wish}</c:filter></c:addressbook-query>"
    )
    assert (answer.status_code, "supported-filter" in answer.text) == (403, True)


async def test_sync_tells_what_changed_since_wherever_it_was_changed(acme: Organisation) -> None:
    iphone = await phone(acme)
    one = await added(acme, "Anna", HOME)
    begun = await iphone.sync()
    assert set(begun.changed) == {f"{one['id']}.vcf"}
    assert (await iphone.sync(begun.token)).changed == {}
    two = await added(acme, "Ben", OWN)
    await acme.call("agent", "PATCH", f"{PEOPLE}/{one['id']}", json={"company": "Northern Lights"})
    since = await iphone.sync(begun.token)
    assert set(since.changed) == {f"{one['id']}.vcf", f"{two['id']}.vcf"}
    assert since.changed[f"{one['id']}.vcf"] != begun.changed[f"{one['id']}.vcf"]
    merged = await acme.call("agent", "POST", f"{PEOPLE}/{one['id']}/merge", json={"other_id": two["id"]})
    assert merged.status_code == 200
    after = await iphone.sync(since.token)
    assert (set(after.changed), after.gone) == ({f"{one['id']}.vcf"}, [f"{two['id']}.vcf"])
    undone = await acme.call("agent", "POST", f"{PEOPLE}/history/{merged.json()['entry']['id']}/undo")
    assert undone.status_code == 200
    assert set((await iphone.sync(after.token)).changed) == {f"{one['id']}.vcf", f"{two['id']}.vcf"}


async def test_a_long_answer_comes_in_pieces_and_none_is_left_out(acme: Organisation) -> None:
    iphone = await phone(acme)
    people = [await added(acme, f"Person {n}") for n in range(5)]
    limit = "<d:limit><d:nresults>2</d:nresults></d:limit>"

    async def all_since(token: str) -> tuple[set[str], str, int]:
        seen, pieces = set[str](), 0
        while True:
            piece = await iphone.sync(token, more=limit)
            seen |= set(piece.changed)
            token, pieces = piece.token, pieces + 1
            if not piece.more:
                return seen, token, pieces

    names = {f"{one['id']}.vcf" for one in people}
    seen, token, pieces = await all_since("")
    assert (seen, pieces) == (names, 3)
    for one in people:
        await acme.call("agent", "PATCH", f"{PEOPLE}/{one['id']}", json={"company": "Northern Lights"})
    seen, token, pieces = await all_since(token)
    assert (seen, pieces) == (names, 3)


async def test_a_token_that_is_too_old_is_refused_and_the_phone_begins_again(api: Api, acme: Organisation) -> None:
    iphone = await phone(acme)
    one = await added(acme, "Anna", HOME)
    begun = await iphone.sync()
    await acme.call("agent", "DELETE", f"{PEOPLE}/{one['id']}")
    api.clock.advance(seconds=timedelta(days=31).total_seconds())
    assert await api.services.there.get(BookChanges).erase_due(api.clock.now()) == 1
    for token in (begun.token, "urn:call24:sync:nonsense"):
        asked = f"<d:sync-token>{token}</d:sync-token><d:prop><d:getetag/></d:prop>"
        wish = f"<d:sync-collection {SPACES}>{asked}</d:sync-collection>"
        answer = await iphone.ask("REPORT", iphone.book(), wish)
        assert (answer.status_code, "valid-sync-token" in answer.text) == (403, True), answer.text
    assert (await iphone.sync()).changed == {}


# --- rights ---


async def test_whose_data_is_restricted_is_on_no_phone_until_it_is_lifted(acme: Organisation) -> None:
    iphone = await phone(acme)
    await iphone.put("anna.vcf", ANNA, **NEW)
    people = acme.api.services.there.get(People)
    begun = await iphone.sync()
    request = await restricted(acme, OWN)
    await restriction_told(acme, people)
    gone = await iphone.sync(begun.token)
    assert (gone.changed, gone.gone) == ({}, ["anna.vcf"])
    assert (await iphone.get("anna.vcf")).status_code == 404
    assert await iphone.etags() == (await iphone.sync()).changed == {}
    assert (await iphone.put("anna.vcf", ANNA.replace("gold", "x"))).status_code == 403
    assert (await iphone.ask("DELETE", f"{iphone.book()}anna.vcf")).status_code == 404
    await lifted(acme, request)
    await restriction_told(acme, people)
    assert list((await iphone.sync(gone.token)).changed) == ["anna.vcf"]
    assert "X-ACME-LEVEL:gold" in (await iphone.get("anna.vcf")).text


async def test_of_several_numbers_the_restricted_one_is_on_no_phone_and_no_change_loses_it(acme: Organisation) -> None:
    iphone = await phone(acme)
    both = ANNA.replace("X-ACME-LEVEL:gold", f"TEL;type=HOME:{HOME}")
    await iphone.put("anna.vcf", both, **NEW)
    before = (await iphone.get("anna.vcf")).headers["ETag"]
    request = await restricted(acme, OWN)
    card = await iphone.get("anna.vcf")
    assert HOME in card.text
    assert OWN not in card.text
    assert card.headers["ETag"] != before
    changed = card.text.replace("\r\n", "\n").replace("FN:Anna Petrova", "FN:Anna Ivanova")
    changed = changed.replace("N:Petrova;", "N:Ivanova;")
    assert (await iphone.put("anna.vcf", changed, If_Match=card.headers["ETag"])).status_code == 204
    await lifted(acme, request)
    text = (await iphone.get("anna.vcf")).text
    assert all(number in text for number in (HOME, OWN, "FN:Anna Ivanova"))


async def test_of_who_is_erased_the_phone_is_told_and_nothing_of_the_card_is_left(acme: Organisation) -> None:
    iphone = await phone(acme)
    await iphone.put("anna.vcf", ANNA, **NEW)
    both = ANNA.replace("5D0C", "6D0C").replace("Anna", "Ben").replace("PRODID", f"TEL;type=HOME:{HOME}\nPRODID")
    await iphone.put("ben.vcf", both, **NEW)
    begun = await iphone.sync()
    gone = acme.api.services.contacts.id_for(acme.tenant.id, OWN)
    erased = await acme.call("owner", "POST", f"/v1/contacts/{gone}/erase", json={"reason": "asked"})
    assert erased.status_code == 200, erased.text
    since = await iphone.sync(begun.token)
    assert (list(since.changed), since.gone) == (["ben.vcf"], ["anna.vcf"])
    left = str(await acme.api.mongo.tenant(acme.tenant.id).collection(Card).find())
    assert not any(word in left for word in ("Petrova", "+4420", "gold", "5D0C1B1E"))
    text = (await iphone.get("ben.vcf")).text
    assert HOME in text
    assert not any(word in text for word in (OWN, "gold", "PHOTO"))


async def test_who_may_not_write_is_told_so_and_reads_on(acme: Organisation) -> None:
    owner = await phone(acme, "owner")
    await owner.put("anna.vcf", ANNA, **NEW)
    await acme.join("privacy_officer")
    officer = await phone(acme, "privacy_officer")
    assert (await officer.get("anna.vcf")).status_code == 200
    assert (await officer.put("b.vcf", ANNA.replace("5D0C", "6D0C"), **NEW)).status_code == 403
    assert (await officer.ask("DELETE", f"{officer.book()}anna.vcf")).status_code == 403
    wish = propfind("d:current-user-privilege-set")
    rights = told(await officer.ask("PROPFIND", officer.book(), wish, Depth="0"))[officer.book()]
    assert "{DAV:}write" not in {one[0].tag for one in rights["{DAV:}current-user-privilege-set"]}


async def test_what_is_written_by_a_phone_is_in_the_audit_log(acme: Organisation) -> None:
    iphone = await phone(acme)
    await iphone.put("anna.vcf", ANNA, **NEW)
    await iphone.sync()
    await iphone.ask("DELETE", f"{iphone.book()}anna.vcf")
    entries = (await acme.call("owner", "GET", "/v1/audit")).json()["items"]
    lines: list[Any] = [one for one in entries if "carddav" in one["action"]]
    assert {one["action"].partition(" ")[0] for one in lines} == {"PUT", "DELETE"}
    assert all(any(id.startswith("per_") for id in one["objects"]) for one in lines)
    assert {one["actor_id"] for one in lines} == {acme.users["agent"]}


# --- bounds ---


async def test_what_is_too_much_or_no_card_is_refused_with_what_the_standard_names(acme: Organisation) -> None:
    iphone = await phone(acme)
    long = ANNA.replace("PHOTO;ENCODING=b;TYPE=JPEG:", f"PHOTO;ENCODING=b;TYPE=JPEG:{'A' * 210_000}")
    answers = {
        "max-resource-size": await iphone.put("a.vcf", long),
        "valid-address-data": await iphone.put("a.vcf", "BEGIN:VCARD\nnonsense"),
        "supported-address-data": await iphone.put("a.vcf", ANNA.replace("VERSION:3.0", "VERSION:2.1")),
        "propfind-finite-depth": await iphone.ask("PROPFIND", iphone.book(), Depth="infinity"),
        "supported-report": await iphone.ask("REPORT", iphone.book(), f"<d:expand-property {SPACES}/>"),
    }
    for condition, answer in answers.items():
        assert answer.status_code == 403, condition
        assert condition in answer.text
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb">]><d:propfind xmlns:d="DAV:">&b;</d:propfind>'
    assert (await iphone.ask("PROPFIND", iphone.book(), bomb, Depth="0")).status_code == 400
    many = multiget(*(f"{iphone.book()}{n}.vcf" for n in range(2_001)))
    assert (await iphone.ask("REPORT", iphone.book(), many)).status_code == 400


async def test_an_organisation_that_reads_whole_books_waits_for_itself_alone(api: Api, acme: Organisation) -> None:
    mine, other = await phone(acme), await phone(await api.organisation())
    await mine.put("anna.vcf", ANNA, **NEW)
    turns = api.services.there.get(CardBooks).turns

    async def endless() -> AsyncIterator[str]:
        while True:
            await asyncio.Event().wait()
            yield ""

    long = asyncio.create_task(anext(turns.paced(acme.tenant.id, endless())))
    await asyncio.sleep(0)
    waiting = asyncio.create_task(mine.etags())
    assert await other.etags() == {}
    assert (await mine.get("anna.vcf")).status_code == 200
    assert not waiting.done()
    long.cancel()
    assert list(await waiting) == ["anna.vcf"]


async def test_of_one_organisation_so_many_devices_read_whole_books_at_once(api: Api, acme: Organisation) -> None:
    mine, other = await phone(acme), await phone(await api.organisation())
    turns = api.services.there.get(CardBooks).turns

    async def slow() -> AsyncIterator[str]:
        yield "a piece that a device takes its time to read"

    reading = [turns.paced(acme.tenant.id, slow()) for _ in range(OPEN_MAX)]
    for one in reading:
        await anext(one)
    wish = propfind("d:getetag")
    refused = await mine.ask("PROPFIND", mine.book(), wish, Depth="1")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "10")
    assert (await mine.ask("REPORT", mine.book(), multiget("a"))).status_code == 429
    assert (await mine.ask("PROPFIND", mine.book(), wish, Depth="0")).status_code == 207
    assert await other.etags() == {}
    for one in reading:
        await one.aclose()
    assert await mine.etags() == {}
