"""Owners close their organisation, and keep it; its days, its letters, and what a kill in the middle leaves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.support.http.api import Api, Organisation
from tests.support.http.mail import MailServer, all_wanted, mail_server, text_of

from call24.cli.__main__ import main
from call24.identity.emails import Email, Mailer
from call24.kit.errors import Unavailable
from call24.kit.secrets import AppKey
from call24.kit.settings import is_loopback
from call24.notifications.email import smtp
from call24.notifications.email.model import OutgoingEmail
from call24.notifications.email.outbox import EmailOutbox
from call24.notifications.email.templates import written
from call24.privacy import closings as module
from call24.privacy.closings import Closings
from call24.privacy.model import Closing
from call24.tenants.model import Tenant

AT = "/v1/organisation/closing"
WHY = "a test looks at the platform's documents"


@pytest.fixture
async def mail(api: Api) -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        to = smtp.MailServer.of(f"smtp://127.0.0.1:{server.port}", None, "Call24 <a@b.example>", is_loopback)
        box = EmailOutbox(api.mongo, api.clock, AppKey(b"k" * 32), partial(smtp.send, to, api.clock), all_wanted)

        async def send(letter: Email) -> None:
            await box.put(letter, written(letter, "Acme Ltd", "https://call24.test/"))
            await box.send_due()

        api.services.accounts.use(Mailer(send=send, sends=True, address="https://call24.test"))
        yield server


async def closed(acme: Organisation) -> dict[str, Any]:
    answer = await acme.call("owner", "POST", AT, json={"name": acme.tenant.name})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def passed(api: Api, **time: int) -> None:
    """The time goes on, and the sweeper comes by."""
    api.clock.advance(**time)
    await closings(api).go_on(api.clock.now())


def closings(api: Api) -> Closings:
    return api.services.there.get(Closings)


async def organisations(api: Api) -> set[str]:
    return {one.id for one in await api.mongo.platform(Tenant, why=WHY).find()}


async def test_an_organisation_goes_when_its_days_are_over_and_leaves_a_receipt(
    api: Api, mail: MailServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    plan = (await acme.call("owner", "GET", f"{AT}/plan")).json()
    assert (plan["name"], plan["days"], plan["deleted"]["users"]) == ("Acme", 14, 3)
    said = await closed(acme)
    assert said["asked_by"] == acme.users["owner"] and said["delayed_by"] is None
    seen = (await acme.call("agent", "GET", AT)).json()
    assert (seen["ends_at"], seen["asked_by"]) == (said["ends_at"], None), "all may know when, and not who"

    await passed(api, days=11)
    await passed(api, days=2, hours=23)
    assert await organisations(api) == {acme.tenant.id, other.tenant.id}, "not before"
    receipts = f"/v1/erasure-receipts/{said['receipt_id']}"
    assert (await api.call("GET", receipts)).status_code == 404
    await passed(api, hours=1)
    assert await organisations(api) == {other.tenant.id}
    assert await api.services.identity.users(acme.tenant.id) == []
    assert len(await api.services.identity.users(other.tenant.id)) == 3, "another's stays"
    receipt = (await api.call("GET", receipts)).json()
    assert (receipt["rule"], receipt["interrupted"], receipt["erased"]["users"]) == ("organisation_closing", False, 3)
    assert await api.mongo.platform(Closing, why=WHY).count() == 0, "who closed it is forgotten"
    assert await api.mongo.platform(OutgoingEmail, why=WHY).count() == 0

    letter = mail.letters[-1]
    assert letter["To"] == acme.emails["owner"]
    (tmp_path / "receipt.json").write_text(text_of(letter).partition("verify-receipt:")[2].rpartition("}")[0] + "}")
    (tmp_path / "key.json").write_bytes((await api.call("GET", "/v1/erasure-receipts/key")).content)
    words = ["privacy", "verify-receipt", str(tmp_path / "receipt.json"), "--key", str(tmp_path / "key.json")]
    assert main(words) == 0, capsys.readouterr()
    assert acme.tenant.id not in json.dumps(receipt) and "Acme" not in json.dumps(receipt)


async def test_all_owners_are_told_at_once_and_again_three_days_before(api: Api, mail: MailServer) -> None:
    acme = await api.organisation()
    first = acme.emails["owner"]
    await acme.join("owner")
    both = {first, acme.emails["owner"]}
    await closed(acme)
    assert {letter["To"] for letter in mail.letters} == both and len(mail.letters) == 2
    assert "closed" in text_of(mail.letters[0])
    await passed(api, days=10, hours=23)
    assert len(mail.letters) == 2
    await passed(api, hours=1)
    await passed(api, minutes=1)
    assert [letter["To"] in both for letter in mail.letters] == [True] * 4
    assert "about to be deleted" in mail.letters[-1]["Subject"]


async def test_owners_have_three_days_from_the_reminder_even_when_the_server_was_off_on_its_day(
    api: Api, mail: MailServer
) -> None:
    acme = await api.organisation()
    await closed(acme)
    await passed(api, days=30)
    assert "about to be deleted" in mail.letters[-1]["Subject"]
    await passed(api, days=2)
    assert acme.tenant.id in await organisations(api)
    await passed(api, days=1)
    assert acme.tenant.id not in await organisations(api)


async def test_any_owner_keeps_the_organisation_until_its_deletion_begins(api: Api, mail: MailServer) -> None:
    acme = await api.organisation()
    await closed(acme)
    await acme.join("owner")
    await passed(api, days=11)
    api.clock.advance(days=2, hours=23, minutes=59)
    await acme.join("owner")
    assert (await acme.call("owner", "DELETE", AT)).status_code == 204
    assert "kept" in mail.letters[-1]["Subject"]
    await passed(api, days=100)
    assert acme.tenant.id in await organisations(api)
    assert (await acme.call("owner", "GET", AT)).status_code == 401, "sessions have lapsed by now"
    await acme.join("owner")
    assert (await acme.call("owner", "GET", AT)).json()["ends_at"] is None
    assert (await acme.call("owner", "DELETE", AT)).status_code == 404


async def test_only_who_may_and_types_the_name_closes_it_and_once(api: Api) -> None:
    acme = await api.organisation()
    for name in ("acme", "Other", "", "Acme Ltd"):
        answer = await acme.call("owner", "POST", AT, json={"name": name})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "name"), name
    for role in ("supervisor", "agent"):
        for method, path in (("POST", AT), ("DELETE", AT), ("GET", f"{AT}/plan")):
            answer = await acme.call(role, method, path, **({"json": {"name": "Acme"}} if method == "POST" else {}))
            assert answer.status_code == 403, (role, method)
    assert await api.mongo.platform(Closing, why=WHY).count() == 0
    both = await asyncio.gather(*(acme.call("owner", "POST", AT, json={"name": "Acme"}) for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [201, 409]
    assert {answer.json().get("code") for answer in both} == {None, "organisation_closing"}


async def test_keeping_it_and_the_end_at_the_same_time_is_one_or_the_other(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An owner keeps it when the sweeper has already looked, and has it counted: nothing is deleted. And a moment later
    it is refused."""
    acme = await api.organisation()
    await closed(acme)
    await passed(api, days=11)
    store = closings(api)._store
    begin, answers = store.begin, []

    async def at_the_last_second(*words: Any) -> Any:
        await acme.join("owner")  # sessions lapse within these days
        answers.append(await acme.call("owner", "DELETE", AT))
        return await begin(*words)

    with monkeypatch.context() as patched:
        patched.setattr(store, "begin", at_the_last_second)
        await passed(api, days=3)
    assert [answer.status_code for answer in answers] == [204]
    assert acme.tenant.id in await organisations(api)

    await closed(acme)
    await passed(api, days=11)

    async def a_moment_late(*words: Any) -> Any:
        await acme.join("owner")
        begun = await begin(*words)
        answers.append(await acme.call("owner", "DELETE", AT))
        return begun

    with monkeypatch.context() as patched:
        patched.setattr(store, "begin", a_moment_late)
        await passed(api, days=3)
    assert (answers[-1].status_code, answers[-1].json()["code"]) == (409, "closing_begun")
    assert acme.tenant.id not in await organisations(api)


@pytest.mark.parametrize(
    "where",
    [
        "erase",
        "receipt",
        *(
            pytest.param(one, marks=pytest.mark.long("test_a_deletion_that_was_killed_anywhere_comes_to_the_same_end"))
            for one in (
                "change",
                "issue",
                "end",
            )
        ),
    ],
)
async def test_a_deletion_that_was_killed_anywhere_comes_to_the_same_end(
    api: Api, mail: MailServer, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    said = await closed(acme)
    await passed(api, days=11)
    there = closings(api)

    async def killed(*_: object, **__: object) -> None:
        raise Unavailable

    step = {
        "change": (there._tenants, "change"),
        "erase": (module, "erase_organisation"),
        "issue": (there._receipts, "issue"),
        "receipt": (there._notices, "receipt"),
        "end": (there._store, "end"),
    }[where]
    with monkeypatch.context() as patched:
        patched.setattr(*step, killed)
        await passed(api, days=3)
        [left] = await api.mongo.platform(Closing, why=WHY).find()
        assert left.state == "deleting"
    await there.finish_begun()
    assert await organisations(api) == {other.tenant.id}
    assert await api.mongo.platform(Closing, why=WHY).count() == 0
    receipt = (await api.call("GET", f"/v1/erasure-receipts/{said['receipt_id']}")).json()
    assert (receipt["interrupted"], receipt["erased"]["users"]) == (True, 3), "as many as there were when it began"
    assert mail.letters[-1]["To"] == acme.emails["owner"] and "receipt" in text_of(mail.letters[-1])


async def test_a_disputed_clock_and_a_legal_hold_delay_the_deletion_and_are_said(api: Api) -> None:
    acme = await api.organisation()
    await closed(acme)
    await passed(api, days=11)
    api.clock.advance(days=4)
    there, hold = closings(api), True
    await there.go_on(None)
    assert acme.tenant.id in await organisations(api)

    async def on_hold(tenant_id: str) -> bool:
        return hold and tenant_id == acme.tenant.id

    there.on_hold = on_hold
    await passed(api, minutes=1)
    await acme.join("owner")
    assert (await acme.call("owner", "GET", AT)).json()["delayed_by"] == "legal_hold"
    assert acme.tenant.id in await organisations(api)
    hold = False
    await passed(api, minutes=1)
    assert acme.tenant.id not in await organisations(api)


async def test_when_the_last_organisation_is_gone_the_installation_can_be_set_up_anew(api: Api) -> None:
    acme = await api.organisation()
    token = api.data / "secrets" / "setup_token"
    token.unlink(missing_ok=True)
    await closed(acme)
    await passed(api, days=11)
    await passed(api, days=3)
    wish = {
        "setup_token": token.read_text().strip(),
        "organisation": "Anew",
        "name": "Kim",
        "email": "kim@example.com",
        "password": "correct horse battery",
    }
    assert (await api.call("POST", "/v1/setup", json=wish)).status_code == 201
    assert [tenant.name for tenant in await api.services.tenants.all()] == ["Anew"]
