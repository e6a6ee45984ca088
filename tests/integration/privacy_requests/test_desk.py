"""The privacy officer's desk over HTTP."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from tests.support.http.api import Api, Organisation

from call24.identity.emails import Email, Mailer
from call24.kit.ids import UserId
from call24.kit.mongo import TenantScope
from call24.notifications.email.model import OutgoingEmail
from call24.privacy_requests.service import PrivacyRequests

DESK, MINE = "/v1/privacy-requests", "/v1/me/privacy-requests"


async def enter(acme: Organisation, **more: Any) -> Any:
    answer = await acme.call("owner", "POST", DESK, json={"kind": "access", "source": "letter", **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def step(acme: Organisation, request: Any, step: str, **more: Any) -> Any:
    body = {"step": step, "version": request["version"], **more}
    return await acme.call("owner", "POST", f"{DESK}/{request['id']}/steps", json=body)


async def sign_in_again(acme: Organisation, role: str = "owner") -> None:
    identity = acme.api.services.identity
    user = await identity.user(acme.tenant.id, UserId(acme.users[role]))
    acme.bearers[role] = (await identity.open_session(user, "Test device")).bearer


async def test_a_request_by_letter_goes_from_the_number_to_its_answer(api: Api) -> None:
    acme = await api.organisation()
    await acme.join("privacy_officer")
    contact = await api.services.contacts.remember(acme.tenant.id, "+442079460001", "Ann")
    made = await enter(acme, number="+44 20 7946 0001", note="Wants a copy")
    assert (made["subject"], made["contact_id"], made["number"]) == ("contact", contact.id, "+442079460001")
    refused = await step(acme, made, "finish")
    assert (refused.status_code, refused.json()["code"]) == (409, "request_state")
    seen = (await step(acme, made, "confirm_identity", identity="document")).json()
    assert (seen["state"], seen["identity"], seen["identity_by"]["id"]) == ("working", "document", acme.users["owner"])
    stale = await step(acme, made, "finish")
    assert (stale.status_code, stale.json()["code"]) == (409, "request_changed")
    done = (await step(acme, seen, "finish", note="Sent")).json()
    assert (done["state"], done["steps"]) == ("done", ["note"])
    assert [line["kind"] for line in done["history"]] == ["received", "confirm_identity", "finish"]
    assert (await acme.call("privacy_officer", "GET", f"{DESK}/{made['id']}")).json() == done
    assert (await acme.call("agent", "GET", f"{DESK}/{made['id']}")).status_code == 403


async def test_a_number_that_never_called_is_not_kept(api: Api) -> None:
    acme = await api.organisation()
    made = await enter(acme, number="+442079460002")
    assert (made["subject"], made["number"]) == ("unknown", None)
    assert "460002" not in str(await api.services.there.get(PrivacyRequests).get(acme.tenant.id, made["id"]))


async def test_the_next_due_come_first_and_are_filtered_and_paged(api: Api) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    first = await enter(acme)
    api.clock.advance(hours=1)
    second = await enter(acme, kind="deletion")
    await step(acme, second, "refuse", note="Twice")
    await enter(other)

    async def listed(query: str = "") -> list[str]:
        answer = await acme.call("owner", "GET", f"{DESK}{query}")
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json()["items"]]

    assert await listed() == [first["id"], second["id"]]
    assert await listed("?open=true") == [first["id"]]
    assert await listed("?kind=deletion") == await listed("?state=refused") == [second["id"]]
    page = (await acme.call("owner", "GET", f"{DESK}?limit=1")).json()
    assert await listed(f"?limit=1&cursor={page['next']}") == [second["id"]]
    assert (await acme.call("owner", "GET", f"{DESK}/{(await enter(other))['id']}")).status_code == 404
    assert await listed("?overdue=true") == []
    api.clock.advance(days=30)
    await sign_in_again(acme)
    assert await listed("?overdue=true") == [first["id"]]


async def test_deadlines_are_the_organisations(api: Api) -> None:
    acme = await api.organisation()
    assert (await acme.call("owner", "GET", f"{DESK}/deadlines")).json() == {"answer_days": 30, "extension_days": 60}
    assert (await acme.call("owner", "PATCH", f"{DESK}/deadlines", json={"answer_days": 46})).status_code == 422
    assert (await acme.call("owner", "PATCH", f"{DESK}/deadlines", json={"answer_days": 10})).status_code == 200
    made = await enter(acme)
    stored = await api.services.there.get(PrivacyRequests).get(acme.tenant.id, made["id"])
    assert stored.due_at - stored.received_at == timedelta(days=10)


async def test_a_user_asks_in_the_app_and_reads_the_answer_and_nobody_elses(api: Api) -> None:
    acme = await api.organisation()
    await acme.call("supervisor", "POST", MINE, json={"kind": "access"})
    made = (await acme.call("agent", "POST", MINE, json={"kind": "correction", "note": "My name"})).json()
    request = (await acme.call("owner", "GET", f"{DESK}/{made['id']}")).json()
    assert (request["identity"], request["source"], request["user_id"]) == ("account", "app", acme.users["agent"])
    await step(acme, request, "refuse", note="It is right")
    [shown] = (await acme.call("agent", "GET", MINE)).json()["items"]
    assert (shown["state"], shown["answer"]) == ("refused", "It is right")


async def test_a_person_has_ten_open_requests_at_most(api: Api) -> None:
    acme = await api.organisation()
    for _ in range(10):
        assert (await acme.call("agent", "POST", MINE, json={"kind": "access"})).status_code == 201
    refused = await acme.call("agent", "POST", MINE, json={"kind": "access"})
    assert (refused.status_code, refused.json()["code"]) == (409, "privacy_requests_open")
    assert (await acme.call("supervisor", "POST", MINE, json={"kind": "access"})).status_code == 201


async def letters(api: Api, acme: Organisation) -> int:
    return await api.mongo.tenant(acme.tenant.id).collection(OutgoingEmail).count()


async def test_officers_are_warned_once_of_each_deadline_also_where_the_server_is_killed_half_way(api: Api) -> None:
    acme, dies = await api.organisation(), [True]
    await acme.join("privacy_officer")
    made, requests = await enter(acme), api.services.there.get(PrivacyRequests)

    async def keep(scope: TenantScope, letter: Email) -> None:
        stored = OutgoingEmail(
            id=f"ltr_{letter.kind}_{api.clock.now():%d}",  # type: ignore[arg-type]
            tenant_id=letter.tenant_id,
            to=letter.to,
            text=b"",
            created_at=api.clock.now(),
            until=letter.until,
            due_at=letter.until,
        )
        await scope.collection(OutgoingEmail).insert(stored)
        if dies.pop() if dies else False:
            raise asyncio.CancelledError

    async def send(letter: Email) -> None:
        raise AssertionError("not within the transaction")

    api.services.accounts.use(Mailer(send=send, sends=True, address="https://call24.test", keep=keep))
    assert await requests.warn() == 0
    api.clock.advance(days=23)
    with pytest.raises(asyncio.CancelledError):
        await requests.warn()
    assert (await letters(api, acme), len((await requests.get(acme.tenant.id, made["id"])).history)) == (0, 1)
    counts = await asyncio.gather(requests.warn(), requests.warn())
    assert (sorted(counts), await letters(api, acme)) == ([0, 1], 1)
    api.clock.advance(days=7)
    assert (await requests.warn(), await requests.warn(), await letters(api, acme)) == (1, 0, 2)
    kinds = [line.kind for line in (await requests.get(acme.tenant.id, made["id"])).history]
    assert kinds == ["received", "warned_soon", "warned_late"]
