"""After the app key was replaced: what rooms had sealed is sealed anew, then the earlier key is destroyed."""

from __future__ import annotations

from typing import Any

from tests.support.http.api import PASSWORD, Api, Organisation
from tests.support.push_service import Browser

from call24.data_map import document_of
from call24.files.model import FileKey
from call24.kit.encryption import SealedBytes
from call24.kit.key_ring import KeyRing
from call24.kit.key_ring_file import replace_root
from call24.kit.secrets import AppKey
from call24.recordings import RecordingKeys
from call24.server.resealing import Resealing
from call24.server.rooms import SEALED

CRMLY = {"name": "Crmly", "url": "https://crmly.example/erase", "gets": ["caller"], "data": "numbers"}
COVERED = {
    ("authenticators", "begun"),
    ("providers", "client_secret"),
    ("crm_connections", "credentials"),
    ("crm_connections", "webhook.secret"),
    ("processors", "secret"),
    ("processors", "old_secret"),
    ("push_subscriptions", "sealed"),
    ("trunks", "login.password"),
    ("webhooks", "secret"),
    ("webhooks", "old_secret"),
    ("repeatable", "answer"),
    ("applications", "secret"),
    ("recording_keys", "wrapped"),
    ("file_keys", "wrapped"),
}


async def made(of: Organisation, path: str, body: dict[str, Any], method: str = "POST", **more: Any) -> str:
    answer = await of.call("owner", method, path, json=body, **more)
    assert answer.status_code in (200, 201), answer.text
    return str((answer.json() or {}).get("id", ""))


async def everything_sealed(api: Api) -> None:
    """By the rooms themselves, as the API has them do."""
    acme = await api.organisation()
    await made(acme, "/v1/me/mfa", {"current_password": PASSWORD})
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
    assert set(before) == COVERED and all(one is not None for each in before.values() for one in each)

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
