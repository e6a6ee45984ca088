"""Users are told of a coming policy by e-mail: decided once for each, sent at least once, also when killed."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from tests.support.database.database import NAME
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import Api, Organisation
from tests.support.http.mail import MailServer, mail_server, text_of
from tests.support.product.change_killed import Point
from tests.support.product.policy_killed import Job, in_a_process

from call24.identity.emails import Email, Mailer
from call24.kit.ids import UserId
from call24.kit.mongo import TenantScope
from call24.policy import notices, service
from call24.policy.model import PolicyNotice
from call24.policy.notices import PolicyNotices
from call24.policy.texts import Version, versions

SETTINGS = "/v1/organisation/policy"


@pytest.fixture
def coming(api: Api, monkeypatch: pytest.MonkeyPatch) -> list[Version]:
    """What applies, and a material version that takes effect in ten days."""
    today = api.clock.now().date()
    first = replace(versions()[0], version="2026-01-01", effective=today - timedelta(days=30))
    second = replace(first, version="2099-01-01", effective=today + timedelta(days=10), hash=secrets.token_hex(32))
    known = [first, second]
    monkeypatch.setattr(service, "versions", lambda: known)
    return known


@pytest.fixture
def kept(api: Api) -> list[Email]:
    """The e-mails that were stored with decisions."""
    letters: list[Email] = []

    async def keep(scope: TenantScope, letter: Email) -> None:
        letters.append(letter)

    async def send(letter: Email) -> None: ...

    api.services.accounts.use(Mailer(send=send, sends=True, address="https://call24.test", keep=keep))
    return letters


def round_of(api: Api) -> PolicyNotices:
    return api.services.there.get(PolicyNotices)


async def decided(acme: Organisation) -> list[PolicyNotice]:
    return await acme.api.mongo.tenant(acme.tenant.id).collection(PolicyNotice).find()


async def test_each_active_user_is_told_once_of_a_material_version(
    api: Api, coming: list[Version], kept: list[Email]
) -> None:
    acme = await api.organisation()
    await api.services.accounts.people.disable(acme.tenant.id, UserId(acme.users["supervisor"]))
    assert [await round_of(api).notify() for _ in range(3)] == [2, 0, 0]
    assert {letter.to for letter in kept} == {acme.emails["owner"], acme.emails["agent"]} and len(kept) == 2
    address = (await acme.call("owner", "GET", SETTINGS)).json()["address"]
    assert {letter.link for letter in kept} == {f"{address}/2099-01-01/changes"}
    assert {letter.on.date() for letter in kept if letter.on} == {coming[1].effective}
    assert {(one.user_id, one.version, one.hash) for one in await decided(acme)} == {
        (acme.users[role], "2099-01-01", coming[1].hash) for role in ("owner", "agent")
    }
    await acme.join("supervisor")
    assert await round_of(api).notify() == 1, "who joins before the day is told too"


@pytest.mark.parametrize("what", ["not material", "in effect", "the first one", "no mail server"])
async def test_nobody_is_told_of_what_need_not_be_told(
    api: Api, coming: list[Version], kept: list[Email], what: str
) -> None:
    await api.organisation()
    if what == "not material":
        coming[1] = replace(coming[1], material=False)
    if what == "in effect":
        coming[1] = replace(coming[1], effective=api.clock.now().date())
    if what == "the first one":
        del coming[0]
    if what == "no mail server":
        post = api.services.accounts.news.post
        api.services.accounts.use(Mailer(send=post.send, sends=False, address="", keep=post.keep))
    assert (await round_of(api).notify(), kept) == (0, [])


async def test_a_round_has_a_bound_and_a_share_for_each_organisation(
    api: Api, coming: list[Version], kept: list[Email], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "EACH_ROUND", 3)
    monkeypatch.setattr(notices, "EACH_OF_TENANT", 2)
    both = [await api.organisation(name) for name in ("A", "B")]
    assert [await round_of(api).notify() for _ in range(3)] == [3, 3, 0]
    assert [len(await decided(one)) for one in both] == [3, 3]


async def test_what_was_decided_goes_with_the_account_and_is_in_the_copy_of_the_data(
    api: Api, coming: list[Version], kept: list[Email]
) -> None:
    acme = await api.organisation()
    await round_of(api).notify()
    gone = await acme.call("owner", "POST", f"/v1/users/{acme.users['agent']}/delete", json={"reason": "left"})
    assert gone.status_code == 200 and gone.json()["deleted"]["policy_notices"] == 1
    assert acme.users["agent"] not in {one.user_id for one in await decided(acme)}


@pytest.fixture
async def mail() -> Any:
    async with mail_server() as server:
        yield server


@pytest.mark.usefixtures("short_transactions")
@pytest.mark.parametrize(
    "point",
    [
        Point("insert letters", 2, after=True),
        Point("MAIL", 2, after=True),
        *(
            pytest.param(
                one,
                marks=pytest.mark.long("test_a_server_that_is_killed_anywhere_decides_once_and_sends_at_least_once"),
            )
            for one in (
                Point("insert policy_notices", 2, after=True),
                Point("commitTransaction", 1, after=False),
                Point("commitTransaction", 2, after=True),
                Point("MAIL", 1, after=False),
            )
        ),
    ],
)
async def test_a_server_that_is_killed_anywhere_decides_once_and_sends_at_least_once(
    api: Api, mongod: RunningMongod, coming: list[Version], mail: MailServer, point: Point
) -> None:
    acme = await api.organisation()
    job = Job(
        uri=mongod.uri,
        database=NAME,
        data=str(api.data),
        smtp_port=mail.port,
        now=api.clock.now(),
        known=tuple(coming),
    )
    assert await in_a_process(msgspec.structs.replace(job, kill=point)) == -9
    before = {one.id: one.at for one in await decided(acme)}
    assert await in_a_process(job) == 0
    after = await decided(acme)
    assert sorted(one.user_id for one in after) == sorted(acme.users.values()), "one decision for each"
    assert before.items() <= {one.id: one.at for one in after}.items(), "what was decided stays as it was"
    told = [letter["To"] for letter in mail.letters]
    assert set(told) == set(acme.emails.values())
    assert len(told) == (4 if point == Point("MAIL", 2, after=True) else 3)
    address = (await acme.call("owner", "GET", SETTINGS)).json()["address"]
    assert f"{address}/2099-01-01/changes" in text_of(mail.letters[0])
