"""An erasure is passed on to who received the person's data: a processor is asked over HTTPS, its answer is kept."""

from __future__ import annotations

import hashlib
import json
import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
import pytest_asyncio
from tests.support.http.mail import MailServer, mail_server, text_of
from tests.support.processor import stand_in
from tests.support.product.composed import Composed, composed
from tests.support.product.stack import RunningStack
from tests.support.product.system import Organisation
from tests.support.telephony.authority import Authority
from tests.support.wait import wait_until

from call24.testphones.rtp import Tone

pytestmark = [pytest.mark.shares_stack("server"), pytest.mark.asyncio(loop_scope="module")]

NUMBER, NAME = "+442079468182", "Canarella"
REFUSES = ("503 Busy", b"come back later")
NAT64 = "https://[64:ff9b::7f00:1]/"
"""This machine in another form: it looks public, and is found out when it is connected to."""
TAKES = ("200 OK", b'{"erased": 3}')


@pytest.fixture(scope="module", autouse=True)
def often() -> Iterator[None]:
    """What is due is looked for."""
    with patch("call24.kit.due_work.LOOK_EVERY_S", 0.1):
        yield


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ssl.SSLContext]:
    """The stand-ins' certificate, signed by an authority that the server trusts."""
    folder, authority = tmp_path_factory.mktemp("processors"), Authority("The processor's authority")
    trusting = ssl.create_default_context(cafile=str(authority.file(folder)))
    trusting.verify_flags &= ~ssl.VERIFY_X509_STRICT  # from Python 3.13 on: the tests' certificates name no key
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(*authority.signs(folder, "127.0.0.1"))
    with patch("aiohttp.connector._SSL_CONTEXT_VERIFIED", trusting):
        yield serving


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def post() -> AsyncIterator[MailServer]:
    async with mail_server() as post:
        yield post


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(
    stack: RunningStack, tls: ssl.SSLContext, post: MailServer, request: pytest.FixtureRequest
) -> AsyncIterator[Composed]:
    """Whether it may ask processors on this machine says the test."""
    settings = replace(stack.settings, webhooks_private=request.param, smtp=f"smtp://127.0.0.1:{post.port}")
    async with composed(stack, settings) as house:
        yield house


may_ask_this_machine = pytest.mark.parametrize("house", [True], indirect=True, ids=["private"])
may_not = pytest.mark.parametrize("house", [False], indirect=True, ids=["public"])


async def rings_and_hangs_up(house: Composed, acme: Organisation) -> str:
    """The contact's id."""
    call = await acme.customer(NUMBER, NAME).dial(acme.number, Tone(1000))
    await wait_until(lambda: house.database["contacts"].find_one({"number": NUMBER}), 15)
    call.hang_up()
    [record] = await acme.ended()
    id = str(record["contact_id"])

    async def over() -> bool:
        return not (await acme.http.get(f"/v1/contacts/{id}/erasure-plan")).json()["on_call"]

    await wait_until(over, 10)
    return id


async def registered(acme: Organisation, url: str, gets: str = "caller") -> dict[str, Any]:
    wish = {
        "name": "Crmly",
        "url": url,
        "gets": [gets],
        "data": "numbers and names of callers",
        "contact": "privacy@crmly.example",
    }
    made = await acme.http.post("/v1/processors", json=wish)
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


async def notice(acme: Organisation, person_id: str) -> dict[str, Any]:
    [found] = (await acme.http.get("/v1/erasure-notices", params={"person_id": person_id})).json()["items"]
    return dict(found)


async def is_(acme: Organisation, person_id: str, state: str, tries: int) -> dict[str, Any]:
    async def there() -> dict[str, Any] | None:
        found = await notice(acme, person_id)
        return found if (found["state"], found["tries"]) == (state, tries) else None

    found: dict[str, Any] = await wait_until(there, 15)
    return found


def lies_open(house: Composed, *words: str) -> list[str]:
    names = house.database.list_collection_names()
    return [name for name in names if any(word in str(one) for one in house.database[name].find() for word in words)]


@may_ask_this_machine
async def test_a_callers_erasure_is_asked_of_a_processor_until_it_answers_and_its_answer_is_kept(
    house: Composed, tls: ssl.SSLContext
) -> None:
    async with stand_in(REFUSES, TAKES, tls=tls) as processor, house.organisation("Passes on") as acme:
        crmly = await registered(acme, f"https://127.0.0.1:{processor.port}/erase")
        id = await rings_and_hangs_up(house, acme)
        hook = {"url": "https://crm.example/hook?key=secret", "kinds": ["contact.deleted"]}
        hook = await acme.post("/v1/webhooks", hook)
        await acme.post("/v1/webhooks", {"url": "https://other.example/", "kinds": ["call.ended"]})
        assert (await acme.http.get(f"/v1/contacts/{id}/erasure-plan")).json()["passed_on"] == [
            {"kind": "processor", "id": crmly["id"], "name": "Crmly"},
            {"kind": "webhook", "id": hook["id"], "name": "crm.example"},
        ]
        erased = (await acme.http.post(f"/v1/contacts/{id}/erase", json={"reason": "asked"})).json()
        [asked] = erased["notices"]
        assert (asked["processor"], asked["person"], asked["person_id"]) == ("Crmly", "caller", id)
        assert erased["receipt"]["processors"] == {crmly["id"]: asked["asked_at"]}

        refused = await is_(acme, id, "waiting", 1)
        assert (refused["status"], refused["trouble"], refused["answer"]) == (503, "refused", "come back later")
        [kept] = house.database["erasure_notices"].find({"tenant_id": acme.tenant_id})
        assert kept["number"] and not lies_open(house, NUMBER), "it is needed once more, and sealed"

        house.clock.moved += timedelta(seconds=6)
        answered = await is_(acme, id, "answered", 2)
        assert (answered["status"], answered["trouble"], answered["answer"]) == (200, None, '{"erased": 3}')
        assert answered["answered_at"] is not None and answered["due_at"] is None
        [kept] = house.database["erasure_notices"].find({"tenant_id": acme.tenant_id})
        assert (kept["number"], kept["email"]) == (b"", b""), "what it was found by is gone"

        first, second = processor.asked
        assert first.headers["webhook-id"] == second.headers["webhook-id"] == asked["id"]
        assert first.signed_with(crmly["secret"]) and second.signed_with(crmly["secret"])
        said = json.loads(second.body)
        assert (said["type"], said["data"]["person"]) == (
            "erasure.requested",
            {"kind": "caller", "id": id, "number": NUMBER},
        )
        assert erased["receipt"]["subject"] == "sha256:" + hashlib.sha256(id.encode()).hexdigest()


@may_ask_this_machine
async def test_a_users_deletion_is_asked_of_a_processor_that_gets_users_and_of_no_other(
    house: Composed, tls: ssl.SSLContext
) -> None:
    async with (
        stand_in(REFUSES, TAKES, tls=tls) as processor,
        stand_in(TAKES, tls=tls) as for_callers,
        house.organisation("Passes on") as acme,
    ):
        payroll = await registered(acme, f"https://127.0.0.1:{processor.port}/erase", "user")
        await registered(acme, f"https://127.0.0.1:{for_callers.port}/erase", "caller")
        bat = await acme.agent("Bat Erdene", phone=False)
        gone = await acme.http.post(f"/v1/users/{bat.user_id}/delete", json={"reason": "left"})
        assert gone.status_code == 200, gone.text
        await is_(acme, bat.user_id, "waiting", 1)
        assert not lies_open(house, bat.email), "it is needed once more, and sealed"
        house.clock.moved += timedelta(seconds=6)
        answered = await is_(acme, bat.user_id, "answered", 2)
        assert (answered["person"], answered["processor_id"]) == ("user", payroll["id"])
        assert answered["answer"] == '{"erased": 3}'
        [kept] = house.database["erasure_notices"].find({"tenant_id": acme.tenant_id})
        assert (kept["number"], kept["email"]) == (b"", b""), "what it was found by is gone"
        assert processor.asked[-1].signed_with(payroll["secret"]) and for_callers.asked == []
        said = json.loads(processor.asked[-1].body)
        who = {"kind": "user", "id": bat.user_id, "email": bat.email}
        assert (said["type"], said["data"]["person"]) == ("erasure.requested", who)


@may_not
async def test_no_erasure_is_passed_on_to_this_machine_or_a_private_network(house: Composed) -> None:
    async with house.organisation("Passes on") as acme:
        wish = {"name": "Inside", "url": "https://127.0.0.1/erase", "gets": ["caller"], "data": "numbers"}
        refused = await acme.http.post("/v1/processors", json=wish)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "url")
        await registered(acme, NAT64)
        id = await rings_and_hangs_up(house, acme)
        assert (await acme.http.post(f"/v1/contacts/{id}/erase", json={"reason": "asked"})).status_code == 200
        tried = await is_(acme, id, "waiting", 1)
        assert (tried["status"], tried["trouble"]) == (None, "not_allowed")


@may_not
async def test_officers_are_told_once_a_week_of_a_processor_that_does_not_answer(
    house: Composed, post: MailServer
) -> None:
    async with house.organisation("Passes on") as acme:
        petra = await acme.agent("Petra", "privacy_officer", phone=False, member=False)
        ours = {user["email"] for user in house.database["users"].find({"tenant_id": acme.tenant_id})}

        def told() -> list[str]:
            """Of this organisation's people: the one of the test before waits for an answer, too."""
            late = [one for one in post.letters if one["Subject"] == "A processor has not answered an erasure"]
            return [str(one["To"]) for one in late if one["To"] in ours]

        async def tried(times: int) -> None:
            """So often at least: the second time comes after five seconds."""
            asked = {"tenant_id": acme.tenant_id, "tries": {"$gte": times}}
            await wait_until(lambda: house.database["erasure_notices"].find_one(asked), 30)

        await registered(acme, NAT64)
        id = await rings_and_hangs_up(house, acme)
        assert (await acme.http.post(f"/v1/contacts/{id}/erase", json={"reason": "asked"})).status_code == 200
        await tried(1)
        house.clock.moved += timedelta(days=6, hours=23)
        await tried(2)
        assert told() == []
        house.clock.moved += timedelta(hours=13)
        await wait_until(told, 20)
        assert told() == [petra.email]
        text = next(text_of(one) for one in post.letters if one["To"] == petra.email)
        assert "asked Crmly to erase" in text and "/#/erase" in text and NUMBER not in text, text
        house.clock.moved += timedelta(hours=13)
        await tried(4)
        house.clock.moved += timedelta(days=7)
        await wait_until(lambda: len(told()) == 2, 20)
        await tried(5)
        assert house.database["erasure_notices"].find_one({"tenant_id": acme.tenant_id})["state"] == "waiting"
