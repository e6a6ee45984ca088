"""A unique string in every personal field that a call and two people fill, a unique tone on the caller's leg: they are
found where the data map says, before an erasure, and nowhere after it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import chain
from unittest.mock import patch

import pytest
import pytest_asyncio
from tests.support.http.mail import MailServer, mail_server
from tests.support.product.canaries import CANARY_HZ, digits, in_documents, in_files, undeclared, with_tone, word
from tests.support.product.composed import Composed, composed, held_words
from tests.support.product.people import PASSWORD
from tests.support.product.stack import RunningStack
from tests.support.product.system import Organisation, loudest
from tests.support.product.work_here import work_here
from tests.support.wait import wait_until

from call24.testphones.rtp import Tone

pytestmark = [pytest.mark.shares_stack("emptied"), pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def post() -> AsyncIterator[MailServer]:
    async with mail_server() as post:
        yield post


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(stack: RunningStack, post: MailServer) -> AsyncIterator[Composed]:
    settings = replace(stack.settings, smtp=f"smtp://127.0.0.1:{post.port}")
    with patch("call24.call_records.outcomes.SHORT_S", 0.0), work_here():  # no test waits that long
        async with composed(stack, settings) as house:
            yield house


async def called(house: Composed, acme: Organisation, number: str, name: str) -> tuple[str, str]:
    """A recorded call, one that nobody took, an export; the ids of caller and call."""
    [anna] = await acme.crew("Anna")
    call = await acme.customer(number, name).dial(acme.number, Tone(CANARY_HZ))
    offer = await anna.rings()
    await offer.answer()
    assert await offer.ear.hears(CANARY_HZ, 10)
    call.hang_up()
    [record] = await acme.ended()
    left, _ = await acme.sound(record["recording"]["id"])
    assert abs(loudest(left[len(left) // 4 :]) - CANARY_HZ) < 5, "the tone that is looked for is in the recording"
    await anna.becomes("available")
    await anna.be("paused")
    missed = await acme.customer(number, name).dial(acme.number, Tone(CANARY_HZ))
    await wait_until(acme.waiting, 15)
    missed.hang_up()
    await acme.ended(2)
    wish = {"kind": "calls", "format": "csv", "from": record["at"][:10], "to": record["at"][:10]}
    export = (await acme.http.post("/v1/exports", json=wish)).json()
    folder = house.settings.data / "exports" / acme.tenant_id
    await wait_until(lambda: list(folder.glob(f"{export['id']}*.csv")), 30)
    return str(record["contact_id"]), str(record["id"])


async def test_what_is_said_of_a_caller_is_where_the_map_says_and_nowhere_when_they_are_erased(
    house: Composed, post: MailServer
) -> None:
    number, name, title = digits(), word("Caller"), word("Title")
    words = [number, number.removeprefix("+44"), name, title]
    data = house.settings.data
    async with house.organisation("Canary", record="always") as acme:
        contact_id, call_id = await called(house, acme, number, name)
        wish = {"title": f"Ring {title}", "call_id": call_id}
        assert (await acme.http.post("/v1/tasks", json=wish)).status_code == 201
        documents, files = in_documents(house.database, words), in_files(data, words)
        assert {number, name, title} <= documents.keys() and {number, name} <= files.keys()
        assert undeclared(chain(*documents.values(), *files.values())) == []
        assert with_tone(data) == set(), "no file has the sound of a call in the clear"

        erased = await acme.http.post(f"/v1/contacts/{contact_id}/erase", json={"reason": "asked"})
        assert erased.status_code == 200, erased.text
        await house.swept()
        with contextlib.suppress(AssertionError):  # what was told before the erasure goes when it was sent
            await wait_until(lambda: not in_documents(house.database, words), 10)
        assert in_documents(house.database, words) == {}
        assert in_files(data, words) == {}
        assert held_words(house.app, *words) == set()
        assert with_tone(data) == set()
        assert not [letter for letter in post.letters if any(each in str(letter) for each in words)]


async def test_what_is_said_of_a_user_is_where_the_map_says_and_nowhere_when_the_account_is_deleted(
    house: Composed, post: MailServer
) -> None:
    name, device, token = word("User"), word("Device"), word("Token")
    email = f"{word('mail')}@example.test"
    words = [name, device, token, email]
    data = house.settings.data
    async with house.organisation("Canary people") as acme:
        wish = {"email": email, "name": name, "role": "agent", "password": PASSWORD}
        user = await acme.post("/v1/users", wish)
        signing = {"email": email, "password": PASSWORD, "device_name": device}
        signed = (await acme.http.post("/v1/auth/login", json=signing)).json()
        bearer = {"Authorization": f"Bearer {signed['token']}"}
        made = await acme.http.post("/v1/tokens", json={"name": token, "abilities": ["*"]}, headers=bearer)
        assert made.status_code == 201, made.text
        forgot = await acme.http.post("/v1/auth/reset", json={"email": email})
        assert forgot.status_code < 300, forgot.text
        await wait_until(lambda: any(email in str(letter["To"]) for letter in post.letters), 20)
        documents, files = in_documents(house.database, words), in_files(data, words)
        assert set(words) <= documents.keys()
        assert undeclared(chain(*documents.values(), *files.values())) == []

        gone = await acme.http.post(f"/v1/users/{user['id']}/delete", json={"reason": "left"})
        assert gone.status_code == 200, gone.text
        assert in_documents(house.database, words) == {}
        assert in_files(data, words) == {}
        attempts = {"SlidingWindow._counted"}  # to sign in, by address: of the last minutes
        assert held_words(house.app, *words) <= attempts
