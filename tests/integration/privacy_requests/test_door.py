"""The callers' page over HTTP: a number is proven by the code of a call to it, and by nothing else."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.http.api import Api, Organisation
from tests.support.wait import wait_until

from call24.exports.model import Export
from call24.exports.service import Exports
from call24.kit.errors import TooMany
from call24.kit.ids import TenantId
from call24.policy.service import Policies
from call24.privacy_requests.door import CallerDoor

KNOWN, STRANGE = "+442079460001", "+442079460002"
COOKIE = "__Host-call24-rights"


@dataclass
class Door:
    """`called`: number -> the codes that were said to it."""

    api: Api
    acme: Organisation
    place: str
    called: list[tuple[TenantId, str, str]] = field(default_factory=list)

    def speak(self, tenant_id: TenantId, number: str, sounds: Any) -> None:
        digits = [sound.removeprefix("digit-") for sound in sounds if sound.startswith("digit-")]
        assert digits[:6] == digits[6:]
        self.called.append((tenant_id, number, "".join(digits[:6])))

    async def post(self, action: str, cookie: str = "", place: str = "", **fields: str) -> httpx.Response:
        headers = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
        return await self.api.call("POST", f"{place or self.place}/{action}", data=fields, headers=headers)

    async def get(self, cookie: str, place: str = "") -> str:
        answer = await self.api.call("GET", place or self.place, headers={"Cookie": f"{COOKIE}={cookie}"})
        assert answer.status_code == 200
        return answer.text

    async def begin(self, number: str) -> str:
        answer = await self.post("call", number=number)
        assert answer.status_code == 200, answer.text
        return re.findall(r'name="visit" value="([^"]+)"', answer.text)[0]

    async def let_in(self, number: str = KNOWN) -> str:
        visit = await self.begin(number)
        answer = await self.post("code", visit=visit, code=self.called[-1][2])
        assert answer.status_code == 303, answer.text
        return re.findall(rf"{COOKIE}=([^;]+)", answer.headers["Set-Cookie"])[0]


async def place_of(api: Api, acme: Organisation) -> str:
    return f"/rights/{(await api.services.there.get(Policies).settings(acme.tenant.id)).public_id}"


@pytest.fixture
async def door(api: Api) -> Door:
    acme = await api.organisation()
    await api.services.contacts.remember(acme.tenant.id, KNOWN)
    made = Door(api, acme, await place_of(api, acme))
    api.services.there.get(CallerDoor).speak = made.speak
    return made


async def test_the_code_of_the_call_opens_the_page_and_a_request_comes_to_the_desk(door: Door) -> None:
    visit = await door.begin("+44 20 7946 0001")
    [(tenant_id, number, code)] = door.called
    assert (tenant_id, number) == (door.acme.tenant.id, KNOWN)
    answer = await door.post("code", visit=visit, code=code)
    cookie = answer.headers["Set-Cookie"].lower()
    assert {"httponly", "secure", "samesite=strict", "max-age=900", "path=/"} <= set(re.split("; ", cookie))
    secret = re.findall(rf"{COOKIE}=([^;]+)", answer.headers["Set-Cookie"])[0]
    assert "Delete my data" in await door.get(secret)
    assert (await door.post("request", secret, kind="deletion")).status_code == 303
    assert "deletion, received" in await door.get(secret)
    [request] = (await door.acme.call("owner", "GET", "/v1/privacy-requests")).json()["items"]
    assert (request["kind"], request["source"], request["identity"]) == ("deletion", "page", "code")
    assert (request["number"], request["identity_by"]) == (KNOWN, None)
    again = await door.post("code", visit=visit, code=code)
    assert again.status_code == 403, "a code works once"
    await door.post("leave", secret)
    assert "Delete my data" not in await door.get(secret)


async def test_a_number_that_never_called_gets_the_same_answer_and_no_call(door: Door) -> None:
    answers = [await door.post("call", number=number) for number in (KNOWN, STRANGE)]
    texts = [re.sub(r'value="[^"]+"', "", one.text) for one in answers]
    assert texts[0] == texts[1] and {one.status_code for one in answers} == {200}
    assert [number for _, number, _ in door.called] == [KNOWN]
    visit = re.findall(r'name="visit" value="([^"]+)"', answers[1].text)[0]
    assert (await door.post("code", visit=visit, code=door.called[0][2])).status_code == 403


async def test_after_three_wrong_codes_the_right_one_opens_nothing(door: Door) -> None:
    visit = await door.begin(KNOWN)
    code = door.called[-1][2]
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(2):
        assert (await door.post("code", visit=visit, code=wrong)).status_code == 403
    assert (await door.post("code", visit=visit, code=wrong)).status_code == 403
    assert (await door.post("code", visit=visit, code=code)).status_code == 403
    secret = await door.let_in()
    assert "Delete my data" in await door.get(secret)


async def test_a_code_is_over_after_ten_minutes_and_a_session_after_fifteen(door: Door) -> None:
    visit = await door.begin(KNOWN)
    door.api.clock.advance(minutes=10)
    assert (await door.post("code", visit=visit, code=door.called[-1][2])).status_code == 403
    secret = await door.let_in()
    door.api.clock.advance(minutes=15)
    assert "Delete my data" not in await door.get(secret)
    await door.post("request", secret, kind="deletion")
    assert (await door.acme.call("owner", "GET", "/v1/privacy-requests")).json()["items"] == []


async def test_another_organisation_knows_neither_the_code_nor_the_session(door: Door, api: Api) -> None:
    other = await api.organisation("Other")
    elsewhere = await place_of(api, other)
    visit = await door.begin(KNOWN)
    assert (await door.post("code", place=elsewhere, visit=visit, code=door.called[-1][2])).status_code == 403
    secret = await door.let_in()
    assert "Delete my data" not in await door.get(secret, elsewhere)
    assert (await door.post("call", place="/rights/" + "0" * 32, number=KNOWN)).status_code == 404


async def test_calls_are_bounded_by_number_by_address_and_by_organisation(door: Door) -> None:
    for _ in range(3):
        await door.begin(KNOWN)
    refused = await door.post("call", number=KNOWN)
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) > 3600
    assert len(door.called) == 3
    for n in range(2):
        await door.begin(f"+4420794601{n:02}")
    assert (await door.post("call", number="+442079460150")).status_code == 429, "five of an address in an hour"
    there = door.api.services.there.get(CallerDoor)
    started = 5
    for n in range(100):
        try:
            await there.begin(door.acme.tenant.id, f"+4420794602{n:02}", "GB", f"192.0.2.{n}")
        except TooMany:
            break
        started += 1
    assert started == 60, "of an organisation in an hour"


async def test_what_is_no_number_or_no_request_changes_nothing(door: Door) -> None:
    assert (await door.post("call", number="112")).status_code == 422
    assert (await door.post("call")).status_code == 422
    secret = await door.let_in()
    assert (await door.post("request", secret, kind="everything")).status_code == 422
    assert (await door.acme.call("owner", "GET", "/v1/privacy-requests")).json()["items"] == []


async def test_who_was_let_in_makes_and_fetches_a_file_of_their_data_and_only_one(door: Door) -> None:
    written: list[str] = []

    def put(export: Export, file: Path) -> None:
        written.append(export.contact_id or "")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"PK of " + (export.contact_id or "").encode())

    exports = door.api.services.there.get(Exports)
    exports._runner = lambda export, file: asyncio.to_thread(put, export, file)  # not by the process that does
    secret = await door.let_in()
    assert "Download my data</button>" in await door.get(secret)
    fetched = f"{door.place}/file"
    cookie = {"Cookie": f"{COOKIE}={secret}"}
    assert (await door.api.call("GET", fetched, headers=cookie)).status_code == 404, "none was made yet"

    for _ in range(2):
        assert (await door.post("file", secret)).status_code == 303
    await wait_until(lambda: written and not exports._jobs._running, 5)

    contact_id = door.api.services.contacts.id_for(door.acme.tenant.id, KNOWN)
    assert written == [contact_id], "who asks twice gets the one that there is"
    assert f'href="{fetched}"' in await door.get(secret)
    answer = await door.api.call("GET", fetched, headers=cookie)
    assert (answer.status_code, answer.content) == (200, b"PK of " + contact_id.encode())
    assert answer.headers["cache-control"] == "no-store"

    nobody = {"Cookie": f"{COOKIE}=made-up"}
    assert (await door.api.call("GET", fetched, headers=nobody)).status_code == 404, "without the session"
    await door.api.services.contacts.remember(door.acme.tenant.id, STRANGE)
    stranger = {"Cookie": f"{COOKIE}={await door.let_in(STRANGE)}"}
    assert (await door.api.call("GET", fetched, headers=stranger)).status_code == 404, "another caller"
    assert (await door.acme.call("owner", "GET", "/v1/caller-files")).json()["items"] == [], "the officer's own list"
    assert (await door.acme.call("owner", "GET", "/v1/exports")).json()["items"] == []
