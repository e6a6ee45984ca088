"""After the app key was replaced: what rooms had sealed is sealed anew, then the earlier key is destroyed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyotp
from tests.support.http.api import PASSWORD, Api, Organisation
from tests.support.push_service import Browser

from call24.data_map import document_of
from call24.files.model import FileKey
from call24.identity.emails import Email
from call24.kit.encryption import SealedBytes
from call24.kit.ids import ContactId, UserId
from call24.kit.key_ring import KeyRing
from call24.kit.key_ring_file import replace_root
from call24.kit.secrets import AppKey
from call24.notifications.email.outbox import EmailOutbox
from call24.notifications.email.templates import written
from call24.privacy.closings import Closings
from call24.processors.notices import ErasureNotices
from call24.processors.recipients import ErasedPerson, Told
from call24.recordings import RecordingKeys
from call24.server.resealing import Resealing
from call24.server.rooms import SEALED

CRMLY = {"name": "Crmly", "url": "https://crmly.example/erase", "gets": ["caller", "user"], "data": "numbers"}


async def made(of: Organisation, path: str, body: dict[str, Any], method: str = "POST", **more: Any) -> str:
    answer = await of.call("owner", method, path, json=body, **more)
    assert answer.status_code in (200, 201), answer.text
    return str((answer.json() or {}).get("id", ""))


async def everything_sealed(api: Api) -> None:
    """By the rooms themselves, as the API has them do."""
    acme = await api.organisation()
    await made(acme, "/v1/me/mfa", {"current_password": PASSWORD})
    otp = await acme.call("agent", "POST", "/v1/me/mfa", json={"current_password": PASSWORD})
    code = pyotp.TOTP(otp.json()["secret"]).at(int(api.clock.now().timestamp()))
    assert (await acme.call("agent", "POST", "/v1/me/mfa/confirm", json={"code": code})).status_code == 200
    wish = {"issuer": "https://id.example", "client_id": "c", "client_secret": "s", "short_name": "acme"}
    await made(acme, "/v1/organisation/provider", wish, "PUT")
    crm = {"name": "CRM", "url": "https://crm.example", "token": "t", "mapping": [{"field": "given", "remote": "a"}]}
    id = await made(acme, "/v1/crm-connections", crm)
    await made(acme, f"/v1/crm-connections/{id}/webhook", {"signed": True})
    id = await made(acme, "/v1/processors", CRMLY)
    await made(acme, f"/v1/processors/{id}/secret", {})
    id = await made(acme, "/v1/webhooks", {"url": "https://hooks.example/here", "kinds": ["call.ended"]})
    await made(acme, f"/v1/webhooks/{id}/secret", {})
    await made(acme, "/v1/applications", {"name": "Wallboard"})
    login = {"username": "acme-01", "password": "a password"}
    trunk = {"name": "T", "kind": "registration", "host": "sip.carrier.example", **login}
    await made(acme, "/v1/trunks", trunk)
    await made(acme, "/v1/queues", {"name": "Support"}, headers={"Idempotency-Key": "once"})
    browser = Browser("a", "https://updates.push.services.mozilla.com", "").subscription()
    await made(acme, "/v1/me/device/push-subscription", browser, "PUT")
    for keys in (
        RecordingKeys(api.mongo, api.key, api.clock),
        RecordingKeys(api.mongo, api.key, api.clock, struct=FileKey, purpose="file keys"),
    ):
        await keys.rotate(acme.tenant.id)
    await erasure_passed_on(api, acme)
    await letter_waiting(api, acme)
    await closing_begun(api)


async def erasure_passed_on(api: Api, acme: Organisation) -> None:
    notices = api.services.there.get(ErasureNotices)
    caller = ErasedPerson(kind="caller", id=ContactId("ctc_1"), address="+442079460101")
    user = ErasedPerson(kind="user", id=UserId(acme.users["agent"]), address="a@b.example")
    for one in (caller, user):
        right = Told(kind="rectification", about="cor_1", field="name", value="Ann")
        await notices.pass_on(acme.tenant.id, one)
        await notices.pass_on(acme.tenant.id, one, right)
    for notice in await notices.store.due(api.clock.now(), (), (), 100):
        if notice.processor == "CRM" and notice.kind == "erasure":
            await notices.ask(notice)  # nobody is linked: it is to be asked by number


async def letter_waiting(api: Api, acme: Organisation) -> None:
    async def nothing(*_: Any) -> Any:
        raise AssertionError("nothing is sent")

    until = api.clock.now() + timedelta(days=1)
    letter = Email(tenant_id=acme.tenant.id, kind="invitation", to="k@b.example", name="Kim", about="Olga", until=until)
    text = written(letter, "Acme Ltd", "https://call24.test/")
    await EmailOutbox(api.mongo, api.clock, api.key, nothing, nothing).put(letter, text)


async def closing_begun(api: Api) -> None:
    beta = await api.organisation("Beta")
    await made(beta, "/v1/organisation/closing", {"name": beta.tenant.name})
    closings = api.services.there.get(Closings)
    closing = await closings._store.get(beta.tenant.id)
    assert closing is not None
    await closings._store.begin(closing, {}, await closings._notices.address(closing))


async def opened(api: Api, key: AppKey) -> dict[tuple[str, str], list[bytes | None]]:
    """What this key opens of each that there is, by collection and field."""
    stored = api.mongo.as_stored(why="a test reads what is sealed")
    found: dict[tuple[str, str], list[bytes | None]] = {}
    for field in SEALED:
        collection, box = document_of(field.kind).collection, SealedBytes(key, field.purpose)
        for document in await stored.behind(collection, "", {}, 100):
            if (value := field.of(document)) is not None:
                raw = bytes.fromhex(value) if isinstance(value, str) else bytes(value)
                opens = box.open(raw, field.place(document).encode())
                found.setdefault((collection, field.field), []).append(opens)
    return found


async def test_all_that_rooms_have_sealed_is_sealed_anew_and_the_earlier_key_goes_with_the_next_start(api: Api) -> None:
    await everything_sealed(api)
    before = await opened(api, api.key)
    assert set(before) == {(document_of(one.kind).collection, one.field) for one in SEALED}
    assert all(one is not None for each in before.values() for one in each)

    assert replace_root(api.data)
    first = AppKey.load(api.data)
    alone = AppKey(bytes.fromhex((api.data / "secrets" / "app.key").read_text()))
    assert not any(one for each in (await opened(api, alone)).values() for one in each)
    await Resealing(api.mongo, first, api.data, SEALED).run()
    ring = KeyRing.load(api.data)
    assert (ring.resealed, ring.looked_through) == (sum(map(len, before.values())), True)
    assert ring.earlier, "what is in memory may be stored once more"
    assert await opened(api, alone) == before

    # It was: a room stores what it had in memory.
    stored = api.mongo.as_stored(why="a test stores what an earlier key sealed")
    [trunk] = await stored.behind("trunks", "", {}, 10)
    again = SealedBytes(api.key, "trunk passwords").seal(b"a password", trunk["_id"].encode())
    await stored.set_each("trunks", [({"_id": trunk["_id"]}, {"login.password": again})])
    await Resealing(api.mongo, AppKey.load(api.data), api.data, SEALED).run()
    assert KeyRing.load(api.data).earlier and await opened(api, alone) == before

    await Resealing(api.mongo, AppKey.load(api.data), api.data, SEALED).run()
    assert KeyRing.load(api.data).earlier == ()
    assert await opened(api, AppKey.load(api.data)) == before


async def test_the_earlier_key_stays_while_no_key_opens_something(api: Api) -> None:
    acme = await api.organisation()
    await made(acme, "/v1/webhooks", {"url": "https://hooks.example/here", "kinds": ["call.ended"]})
    [field] = [one for one in SEALED if (one.purpose, one.field) == ("webhook secrets", "secret")]
    assert replace_root(api.data)
    for wrong in (replace(field, purpose="webhooks"), replace(field, place=lambda _: "elsewhere")):
        await Resealing(api.mongo, AppKey.load(api.data), api.data, (wrong,)).run()
        ring = KeyRing.load(api.data)
        assert (ring.unopened, ring.resealed, ring.looked_through, len(ring.earlier)) == (1, 0, True, 1)
    await Resealing(api.mongo, AppKey.load(api.data), api.data, (field,)).run()
    ring = KeyRing.load(api.data)
    assert (ring.unopened, ring.resealed, len(ring.earlier)) == (0, 1, 1)
    await Resealing(api.mongo, AppKey.load(api.data), api.data, (field,)).run()
    assert KeyRing.load(api.data).earlier == ()
