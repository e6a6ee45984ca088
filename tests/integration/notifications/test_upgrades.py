"""After an upgrade administrators are told once, and who else wants it; also after kill -9."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.support.database.database import NAME
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import Api, Organisation, running_api
from tests.support.http.mail import mail_server, text_of
from tests.support.product.change_killed import Point
from tests.support.product.notifications_killed import Job, in_a_process

from call24.changes.model import Change
from call24.identity.model import User
from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId, UserId
from call24.kit.mongo import Mongo
from call24.kit.version import VERSION
from call24.migrations import folder_stamp, run
from call24.migrations.model import SchemaStamp
from call24.migrations.run import Migrations
from call24.notifications import upgrades
from call24.notifications.emails import Emails
from call24.notifications.model import KEPT, Notification
from call24.notifications.service import Notifications
from call24.notifications.upgrades import SETTLED, TOLD_FOR, UpgradeNotices

MINE, PREFERENCES = "/v1/me/notifications", "/v1/me/notification-preferences"
NEWS = [("updates", VERSION, f"/changelog/{VERSION}")]


async def started(api: Api, version: str = VERSION) -> None:
    """As a start of that version leaves the stamp; VERSION is the one that runs."""
    with pytest.MonkeyPatch.context() as patched:
        for module in (run, folder_stamp):
            patched.setattr(module, "VERSION", version)
        await api.services.there.get(Migrations).run(lambda said: None)


async def upgraded(api: Api) -> None:
    """From 0.0.9, long enough ago that it is not given back."""
    await started(api, "0.0.9")
    api.clock.advance(minutes=1)
    await started(api)
    api.clock.advance(seconds=SETTLED.total_seconds())


async def looked(api: Api) -> bool:
    return await api.services.there.get(UpgradeNotices).look()


async def told(of: Organisation, role: str) -> list[tuple[str, str, str]]:
    items: list[dict[str, Any]] = (await of.call(role, "GET", MINE)).json()["items"]
    return [(one["kind"], one["event"], one["link"]) for one in items if one["kind"] == "updates"]


async def test_administrators_are_told_once_and_the_link_leads_to_what_is_new(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    await started(api, "0.0.9")
    api.clock.advance(minutes=1)
    assert await looked(api), "a version that does not run now is not told"
    await started(api)
    late = await api.organisation("Late")
    assert not await looked(api) and await told(acme, "owner") == [], "it may be given back yet"
    api.clock.advance(seconds=SETTLED.total_seconds())
    assert await looked(api) and await looked(api)
    for one in (acme, other):
        assert [await told(one, role) for role in ("owner", "supervisor", "agent")] == [NEWS, [], []]
    assert await told(late, "owner") == [], "they came with this version"
    page = await api.call("GET", NEWS[0][2])
    assert page.status_code == 200 and f"<h1>What is new in Call24 {VERSION}</h1>" in page.text
    assert f'href="/changelog/{VERSION}"' in (await api.call("GET", "/changelog")).text
    assert (await api.call("GET", "/changelog/9.9.9")).status_code == 404

    await api.mongo.tenant(acme.tenant.id).collection(Notification).delete_many({})
    api.clock.advance(minutes=10)
    await started(api)
    assert await looked(api) and await told(acme, "owner") == [], "nor when its time is over, nor after a restart"
    stamps = api.mongo.platform(SchemaStamp, why="a newer version ran and told")
    await stamps.update_where({}, {"told": "0.10.0rc1"})
    await started(api, "0.10.0")
    await started(api)
    api.clock.advance(seconds=SETTLED.total_seconds())
    assert await looked(api) and await told(acme, "owner") == [], "the way back to it is no upgrade"


async def test_who_chooses_e_mail_is_told_and_who_wants_nothing_is_not(mongo: Mongo, tmp_path: Path) -> None:
    async with mail_server() as mail, running_api(mongo, tmp_path, smtp=f"smtp://127.0.0.1:{mail.port}") as api:
        acme = await api.organisation("Acme")
        wish = {"kind": "updates", "channel": "email", "on": True}
        chosen = await acme.call("agent", "PUT", PREFERENCES, json={"choices": [wish], "language": "mn"})
        [kind] = [one for one in chosen.json()["kinds"] if one["kind"] == "updates"]
        assert [(one["channel"], one["rule"], one["on"]) for one in kind["channels"]] == [
            ("app", "on", True),
            ("push", "off", False),
            ("email", "off", True),
        ]
        nothing = {"kind": "updates", "channel": "app", "on": False}
        await acme.call("owner", "PUT", PREFERENCES, json={"choices": [nothing]})
        await upgraded(api)
        assert await looked(api)
        assert [await told(acme, role) for role in ("owner", "agent")] == [[], NEWS]
        outbox = api.services.there.get(Emails).outbox
        assert outbox is not None
        while await outbox.send_due():
            pass
        [letter] = [one for one in mail.letters if f"/changelog/{VERSION}" in text_of(one)]
        assert letter["To"] == acme.emails["agent"] and "List-Unsubscribe" in letter
        assert letter["Subject"] == f"Call24-ийг {VERSION} хувилбар болгож шинэчиллээ"


async def test_one_organisation_that_cannot_be_told_holds_up_no_other_and_is_tried_less_and_less(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = [await api.organisation("A"), await api.organisation("B")]
    await upgraded(api)
    tell = api.services.there.get(Notifications).tell
    asked: list[str] = []

    async def refuses(tenant_id: str, *more: Any) -> int:
        asked.append(tenant_id)
        if tenant_id == first.tenant.id:
            raise Unavailable("it is being erased")
        return await tell(tenant_id, *more)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(api.services.there.get(Notifications), "tell", refuses)
        assert not await looked(api)
        assert (await told(first, "owner"), await told(second, "owner")) == ([], NEWS)
        asked.clear()
        tries = []
        for _ in range(12):
            assert not await looked(api)
            tries.append(len(asked))
            api.clock.advance(seconds=30)
        assert tries == [0, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3] and set(asked) == {first.tenant.id}
    api.clock.advance(hours=1)
    assert await looked(api)
    assert (await told(first, "owner"), await told(second, "owner")) == (NEWS, NEWS)


async def test_after_days_nobody_is_told_any_more(api: Api) -> None:
    acme = await api.organisation("Acme")
    await upgraded(api)
    assert TOLD_FOR < timedelta(days=8) < KEPT
    api.clock.advance(days=8)
    assert await looked(api)
    assert not await api.mongo.tenant(acme.tenant.id).collection(Notification).find()
    stamp = await api.mongo.platform(SchemaStamp, why="what is told").find_one({})
    assert stamp is not None and stamp.told == VERSION


async def test_who_is_deleted_between_two_turns_leaves_nobody_out(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    acme = await api.organisation("Acme")
    for role in ("supervisor", "agent"):
        wish = {"kind": "updates", "channel": "email", "on": True}
        await acme.call(role, "PUT", PREFERENCES, json={"choices": [wish]})
    await upgraded(api)
    tell = api.services.there.get(Notifications).tell
    named: list[str] = []

    async def and_one_goes(tenant_id: TenantId, user_ids: list[UserId], *more: Any) -> int:
        count = await tell(tenant_id, user_ids, *more)
        if not named:
            await api.mongo.tenant(tenant_id).collection(User).delete_many({"id": {"$in": user_ids}})
        named.extend(user_ids)
        return count

    monkeypatch.setattr(api.services.there.get(Notifications), "tell", and_one_goes)
    monkeypatch.setattr(upgrades, "IN_A_TURN", 1)
    assert await looked(api)
    assert sorted(named) == sorted(acme.users[role] for role in ("owner", "supervisor", "agent"))


async def test_it_is_looked_for_while_the_server_runs(api: Api) -> None:
    assert "notices of an upgrade" in [task.name for task in api.building.tasks()]


@pytest.mark.usefixtures("short_transactions")
@pytest.mark.parametrize(
    "point",
    [
        Point("commitTransaction", 1, after=True),
        Point("update schema", 1, after=False),
    ],
)
async def test_a_server_that_is_killed_while_it_tells_tells_each_once(
    api: Api, mongod: RunningMongod, point: Point
) -> None:
    both = [await api.organisation("A"), await api.organisation("B")]
    await upgraded(api)
    job = Job(uri=mongod.uri, database=NAME, data=str(api.data), smtp_port=9, now=api.clock.now(), upgraded=True)
    assert await in_a_process(msgspec.structs.replace(job, kill=point)) == -9
    assert await in_a_process(job) == 0
    for one in both:
        kept = api.mongo.tenant(one.tenant.id)
        [notification] = await kept.collection(Notification).find()
        assert (notification.user_id, notification.event) == (one.users["owner"], VERSION)
        assert len(await kept.collection(Change).find({"type": "notification.created"})) == 1
    stamp = await api.mongo.platform(SchemaStamp, why="what is told").find_one({})
    assert stamp is not None and stamp.told == VERSION
