"""A person with an account is deleted in every place, and is given all that is kept of them."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import httpx
import msgspec
import pyotp
import pytest
from tests.support.http.api import PASSWORD, Api
from tests.support.http.front_office import FrontOffice, front_office

from call24.agents import events as agent
from call24.call_records.call_record import CallRecord
from call24.data_map import documents
from call24.exports.model import Export, State
from call24.identity.avatars.model import Picture
from call24.identity.model import Passkey, User
from call24.identity.oidc.model import LinkedAccount
from call24.journal.model import Entry
from call24.kit.ids import LetterId, OfferId, PasskeyId, UserId, new_id
from call24.notifications.email.model import OutgoingEmail
from call24.privacy import persons
from call24.privacy.calls_known import CallsKnown
from call24.privacy.datamap_page import load_models
from call24.server.rooms import HOLDINGS
from call24.tasks.model import Task
from call24.toll_fraud.model import Freeze

WHY = "a test looks everywhere"
ONE_EACH = {
    *("profile", "devices", "authenticator", "passkeys", "picture", "sign_in_providers", "links", "skills"),
    *("tasks", "calls", "exports", "queues", "agent_session", "outside_calls_stopped", "policy_acceptances"),
}
EMAIL, NEW_EMAIL, NAME = "canary-kim@example.com", "canary-new@example.com", "Canary Kim"


@pytest.fixture
async def office(api: Api) -> AsyncIterator[FrontOffice]:
    async with front_office(api) as office:
        yield office


@dataclass
class Kim:
    """Somebody who left traces everywhere."""

    office: FrontOffice
    id: UserId
    bearer: str

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        return await self.office.http.request(method, path, headers={"Authorization": f"Bearer {self.bearer}"}, **more)


async def kim(office: FrontOffice) -> Kim:
    """Made by an owner's repeatable request, signed in, with something of everything."""
    body = {"email": EMAIL, "name": NAME, "role": "agent", "password": PASSWORD}
    key = {"Authorization": f"Bearer {office.org.bearers['owner']}", "Idempotency-Key": "once"}
    made = await office.http.post("/v1/users", json=body, headers=key)
    assert made.status_code == 201, made.text
    login = {"email": EMAIL, "password": PASSWORD, "device_name": "Canary laptop", "device": {"model": "Canary phone"}}
    signed_in = await office.http.post("/v1/auth/login", json=login)
    one = Kim(office, UserId(made.json()["id"]), signed_in.json()["token"])
    await _by_requests(one)
    await _by_hand(one)
    await _by_work(one)
    return one


async def _by_requests(one: Kim) -> None:
    begun = await one.ask("POST", "/v1/me/mfa", json={"current_password": PASSWORD})
    code = pyotp.TOTP(begun.json()["secret"]).at(int(one.office.api.clock.now().timestamp()))
    wishes: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/v1/me/mfa/confirm", {"code": code}),
        ("POST", "/v1/tokens", {"name": "Canary token", "abilities": ["*"]}),
        ("PATCH", "/v1/me", {"phone": "+442079460199"}),
        ("PUT", "/v1/me/email", {"email": NEW_EMAIL, "current_password": PASSWORD}),
    ]
    for method, path, body in wishes:
        answer = await one.ask(method, path, json=body)
        assert answer.status_code < 300, (path, answer.text)
    office, ours = one.office, one.office.help
    for path, body in (
        (f"/v1/users/{one.id}/skills", {"skills": {"canaries": 3}}),
        (f"/v1/queues/{ours}", {"members": [office.org.users["agent"], one.id]}),
        ("/v1/invitations", {"email": EMAIL.upper(), "name": NAME, "role": "agent"}),
    ):
        method = {"skills": "PUT", "ations": "POST"}.get(path[-6:], "PATCH")
        answer = await office.ask("owner", method, path, body)
        assert answer.status_code < 300, (path, answer.text)
    policy = (await one.ask("GET", "/v1/me/policy")).json()["current"]
    accepted = {"version": policy["version"], "hash": policy["hash"]}
    assert (await one.ask("POST", "/v1/me/policy/acceptances", json=accepted)).status_code == 201
    assert (await office.http.post("/v1/auth/reset", json={"email": EMAIL})).status_code == 202


async def _by_hand(one: Kim) -> None:
    """What takes a browser, a provider or a mail server to make."""
    office, now = one.office, one.office.api.clock.now()
    tenant_id = office.org.tenant.id
    whose: dict[str, Any] = {"tenant_id": tenant_id, "user_id": one.id}
    key: dict[str, Any] = {"credential_id": "canary-credential", "public_key": b"canary-key", "counter": 0}
    day = {"kind": "calls", "format": "csv", "first": "2026-11-24", "last": "2026-11-24", "filters": {}}
    wait = {"created_at": now, "until": now + timedelta(days=2), "due_at": now}
    things: list[Any] = [
        Picture(id=one.id, tenant_id=tenant_id, webp=b"RIFF canary", tag="t", changed_at=now),
        Passkey(id=PasskeyId(new_id("psk")), name="Canary key", rp_id="call24.test", created_at=now, **whose, **key),
        LinkedAccount(id="canary-subject", issuer="https://idp.example", bound_at=now, **whose),
        OutgoingEmail(id=LetterId(new_id("ltr")), tenant_id=tenant_id, to=NEW_EMAIL, text=b"sealed", **wait),
        Freeze(id=one.id, since=now, reason="denials", **whose),
        Export(
            id=new_id("exp"),
            tenant_id=tenant_id,
            asked_by=one.id,
            state=State.DONE,
            created_at=now,
            delete_at=now + timedelta(days=1),
            **day,
        ),
    ]
    for thing in things:
        await office.api.mongo.tenant(tenant_id).collection(type(thing)).insert(thing)
    [export] = [thing for thing in things if isinstance(thing, Export)]
    file = office.exports.file_of(export)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(NAME)
    await office.api.services.fence.refresh()


async def _by_work(one: Kim) -> None:
    office = one.office
    await office.tasks.add(office.org.tenant.id, "Ring Jo", assignee=one.id, queue_id=office.help)
    contact = await office.contact()
    told = office.call("kim").arrives(contact).joins(office.help).after(3)
    told.agent_says(agent.AgentBecameAvailable(agent_id=one.id))
    told.offered_to(one.id).after(2).answered_by(one.id).after(20).ends()
    told.agent_says(agent.AgentPaused(agent_id=one.id, reason="lunch"), agent.AgentWentOffline(agent_id=one.id))
    await office.read(told)


async def everywhere(api: Api) -> str:
    """Every document of every collection, as text."""
    load_models()
    found = [await api.mongo.platform(one.struct, why=WHY).find() for one in documents()]
    return "\n".join(msgspec.json.encode(docs).decode() for docs in found)


async def deleted(one: Kim, reason: str = "left") -> httpx.Response:
    return await one.office.ask("owner", "POST", f"/v1/users/{one.id}/delete", {"reason": reason})


async def test_nothing_of_a_deleted_person_is_found_anywhere(office: FrontOffice) -> None:
    one = await kim(office)
    before = (await everywhere(office.api)).casefold()
    for canary in ("canary", "canaries", "+442079460199", EMAIL, NEW_EMAIL):
        assert canary in before, canary
    answer = await deleted(one)
    assert answer.status_code == 200, answer.text
    assert {"users", "tokens", "devices", "passkeys", "pictures", "authenticators"} <= answer.json()["deleted"].keys()
    after = (await everywhere(office.api)).casefold()
    for canary in ("canar", "+442079460199"):
        assert canary not in after, after[max(0, after.find(canary) - 300) : after.find(canary) + 100]
    kept = office.api.data / "exports"
    assert [path for path in kept.rglob("*") if path.is_file()] == []
    services, tenant_id = office.api.services, office.org.tenant.id
    assert services.identity.known_user(one.id) is None and services.identity.known_devices(one.id) == []
    assert services.agents.known_skills(tenant_id, one.id) == {} and services.fence.freezes(tenant_id) == []
    assert one.id not in [session.agent_id for session in office.projector.sessions()]


async def test_sessions_phones_sockets_and_tokens_have_ended_with_the_answer(office: FrontOffice) -> None:
    one = await kim(office)
    made = await one.ask("POST", "/v1/tokens", json={"name": "Machine", "abilities": ["*"]})
    assert (await deleted(one)).status_code == 200
    for bearer in (one.bearer, made.json()["token"]):
        assert (await office.api.call("GET", "/v1/me", bearer)).status_code == 401
        assert bearer.partition("|")[0] in office.api.ended
    assert one.id in {device.user_id for device in office.api.signed_out}
    login = {"email": EMAIL, "password": PASSWORD, "device_name": "x"}
    assert (await office.http.post("/v1/auth/login", json=login)).json()["code"] == "invalid_credentials"
    assert (await deleted(one)).status_code == 404


async def test_calls_and_the_audit_log_stay_by_an_id_that_leads_to_nobody(office: FrontOffice) -> None:
    one, tenant_id = await kim(office), office.org.tenant.id
    await office.tasks.add(tenant_id, "Ring Bo", assignee=office.user("agent"), queue_id=office.help)
    assert (await deleted(one, "asked")).status_code == 200
    scope = office.api.mongo.tenant(tenant_id)
    record = await scope.collection(CallRecord).get("call_kim")
    assert record.agent_id == one.id and await scope.collection(Entry).count({"agent_id": one.id}) > 0
    shown = (await office.ask("supervisor", "GET", "/v1/calls/call_kim")).json()
    assert shown["agent"] == {"id": one.id, "name": "a former colleague"}
    log = (await office.ask("owner", "GET", f"/v1/audit?object_id={one.id}")).json()["items"]
    assert (log[0]["action"], log[0]["why"]) == ("POST /v1/users/{user_id}/delete", "asked")
    assert (await office.ask("owner", "GET", "/v1/audit/check")).json()["whole"] is True
    [task] = await scope.collection(Task).find({"title": "Ring Jo"})
    assert (task.assignee, task.state) == (None, "open")
    [other] = await scope.collection(Task).find({"title": "Ring Bo"})
    assert other.assignee == office.user("agent")
    help = await office.api.services.queues.get(office.org.tenant.id, office.help)
    assert help.members == (office.org.users["agent"],)


async def test_what_a_request_under_way_wrote_afterwards_goes_too(office: FrontOffice) -> None:
    one = await kim(office)
    assert (await deleted(one)).status_code == 200
    now, tenant_id = office.api.clock.now(), office.org.tenant.id
    late = Picture(id=one.id, tenant_id=tenant_id, webp=b"RIFF", tag="late", changed_at=now)
    await office.api.mongo.tenant(tenant_id).collection(Picture).insert(late)
    assert await office.api.services.persons.erase_again(now) == 1
    assert await office.api.mongo.tenant(tenant_id).collection(Picture).count() == 0


async def test_the_last_owner_who_is_on_a_call_and_who_a_flow_leads_to_stay(office: FrontOffice) -> None:
    owner, agent_id = office.user("owner"), office.user("agent")
    last = await office.ask("owner", "POST", f"/v1/users/{owner}/delete", {"reason": "left"})
    assert (last.status_code, last.json()["code"]) == (409, "last_owner")
    nodes = {"anna": {"type": "ring", "agents": [agent_id], "no_answer": "bye"}, "bye": {"type": "hang_up"}}
    made = await office.ask("owner", "POST", "/v1/flows", {"name": "To Anna", "start": "anna", "nodes": nodes})
    assert made.status_code == 201, made.text
    used = await office.ask("owner", "POST", f"/v1/users/{agent_id}/delete", {"reason": "left"})
    assert (used.status_code, used.json()["code"]) == (409, "user_in_use") and "To Anna" in used.json()["detail"]
    await office.ask("owner", "DELETE", f"/v1/flows/{made.json()['id']}")
    told = office.call("live").arrives(None).joins(office.help)
    told.agent_says(agent.AgentBecameAvailable(agent_id=agent_id))
    told.offered_to(agent_id).answered_by(agent_id)
    took = {"call_id": told.id, "offer_id": OfferId("off_1")}
    told.agent_says(agent.AgentOffered(agent_id=agent_id, **took), agent.AgentTookCall(agent_id=agent_id, **took))
    await office.read(told)
    busy = await office.ask("owner", "POST", f"/v1/users/{agent_id}/delete", {"reason": "left"})
    assert (busy.status_code, busy.json()["code"]) == (409, "user_on_call")
    service = office.api.services.there.get(persons.Persons)
    service.calls_known = CallsKnown(known=False)
    unsure = await office.ask("owner", "POST", f"/v1/users/{agent_id}/delete", {"reason": "left"})
    assert (unsure.status_code, unsure.json()["code"]) == (503, "unavailable")
    users = office.api.mongo.tenant(office.org.tenant.id).collection(User)
    assert await users.count({"disabled_at": None}) == 3


def opened(answer: httpx.Response) -> tuple[dict[str, Any], str]:
    """The list of what is in the file; and everything in it as text."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip" and "attachment" in answer.headers["content-disposition"]
    archive = ZipFile(io.BytesIO(answer.content))
    parts = {name: archive.read(name) for name in archive.namelist()}
    assert all(json.loads(text) is not None for name, text in parts.items() if name.endswith(".json"))
    assert parts["picture.webp"] == b"RIFF canary"
    return json.loads(parts["manifest.json"]), b"\n".join(parts.values()).decode()


async def test_a_person_is_given_all_that_is_kept_and_nothing_that_opens_an_account(
    office: FrontOffice,
) -> None:
    one = await kim(office)
    about, text = opened(await one.ask("GET", "/v1/me/file"))
    counts = {part["file"].removesuffix(".json"): part["count"] for part in about["parts"]}
    assert {name for name, count in counts.items() if count == 1} >= ONE_EACH, counts
    told = {trace.file for room in HOLDINGS for trace in room.traces if trace.file}
    assert told <= set(counts), "each room that names a user has its part"
    assert counts["sessions_and_tokens"] == 2 and counts["working_day"] >= 3 and counts["audit_done"] >= 5
    for canary in (EMAIL, NEW_EMAIL, NAME, "Canary laptop", "Canary phone", "Canary token", "Canary key", "canaries"):
        assert canary in text, canary
    elsewhere = {one.get("kept_in") or one["given_to"]: one for one in about["elsewhere"]}
    assert elsewhere["recordings/{tenant_id}/*"]["left_out"].startswith("the other party is heard in it")
    assert elsewhere["exports/{tenant_id}/**"]["if_the_account_is_deleted"].startswith("exports that the user asked")
    assert elsewhere["the mail server"]["what"][0]["category"] == "user.contact.email"
    assert "run/banned*" not in elsewhere and "spool/journal/lock" not in elsewhere, "of nobody with an account"
    others = (office.org.emails["owner"], "+442079460123", "The owner")
    for secret in ("$argon2", "canary-credential", '"secret_hash":', '"password_hash":', *others):
        assert secret not in text, secret


async def test_a_privacy_officer_is_given_it_and_others_are_not(office: FrontOffice) -> None:
    one = await kim(office)
    await office.org.join("privacy_officer")
    about, text = opened(await office.ask("privacy_officer", "GET", f"/v1/users/{one.id}/file"))
    assert about["user_id"] == one.id and EMAIL in text
    for role in ("supervisor", "agent"):
        assert (await office.ask(role, "GET", f"/v1/users/{one.id}/file")).status_code == 403
    lines = (await office.ask("owner", "GET", f"/v1/audit?object_id={one.id}")).json()["items"]
    assert lines[1]["action"] == "GET /v1/users/{user_id}/file" and lines[0]["status"] == 403
    api = office.api
    api.clock.advance(minutes=20)
    due = await one.ask("GET", "/v1/me/file")
    assert (due.status_code, due.json()["code"]) == (403, "mfa_due")


async def test_one_file_at_a_time_is_packed_for_an_organisation(
    office: FrontOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way, over = asyncio.Event(), asyncio.Event()

    async def slow(*_: object) -> io.BytesIO:
        under_way.set()
        await over.wait()
        return io.BytesIO(b"packed")

    monkeypatch.setattr(persons, "person_file", slow)
    first = asyncio.create_task(office.ask("agent", "GET", "/v1/me/file"))
    await under_way.wait()
    second = asyncio.create_task(office.ask("owner", "GET", "/v1/me/file"))
    await asyncio.wait((second,), timeout=3)
    over.set()
    assert (await second).status_code == 429
    assert (await first).content == (await office.ask("owner", "GET", "/v1/me/file")).content == b"packed"


async def test_many_lines_are_read_a_page_at_a_time_and_none_twice(
    office: FrontOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("call24.privacy.person_store.PAGE", 3)
    who, told = office.user("agent"), office.call("many")
    for _ in range(5):
        told.agent_says(agent.AgentBecameAvailable(agent_id=who), agent.AgentPaused(agent_id=who, reason="lunch"))
        told.after(1)
    await office.read(told)
    answer = await office.ask("agent", "GET", "/v1/me/file")
    lines = json.loads(ZipFile(io.BytesIO(answer.content)).read("working_day.json"))
    assert [line["seq"] for line in lines] == sorted({line["seq"] for line in lines}) and len(lines) == 10
