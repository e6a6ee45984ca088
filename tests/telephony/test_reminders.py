"""Who objects to reminders by e-mail is sent none from then on, but all that is about the security of the account."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.http.mail import MailServer, mail_server
from tests.support.product.composed import Composed, composed
from tests.support.product.people import PASSWORD, Agent, sign_in
from tests.support.product.stack import RunningStack
from tests.support.wait import wait_until

pytestmark = pytest.mark.shares_stack("server")

REMINDER, NEWS = "A privacy request is near or past its deadline", "Your password was changed"
MINE = "/v1/me/consents"


@pytest.fixture
async def post() -> AsyncIterator[MailServer]:
    async with mail_server() as post:
        yield post


@pytest.fixture
async def house(stack: RunningStack, post: MailServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Composed]:
    monkeypatch.setattr("call24.privacy_requests.service.LOOK_EVERY_S", 0.2)
    async with composed(stack, replace(stack.settings, smtp=f"smtp://127.0.0.1:{post.port}")) as house:
        yield house


async def again(one: Agent, password: str = PASSWORD) -> None:
    """Sessions have ended when the clock went on by weeks."""
    one.http.headers.pop("Authorization")
    one.http.headers["Authorization"] = f"Bearer {await sign_in(one.http, one.email, password)}"


async def test_who_objected_to_reminders_is_sent_none_and_is_told_of_a_changed_password(
    house: Composed, post: MailServer
) -> None:
    def sent(subject: str) -> list[str]:
        return sorted(str(letter["To"]) for letter in post.letters if letter["Subject"] == subject)

    async with house.organisation("Quiet") as acme:
        petra, paul = [
            await acme.agent(name, "privacy_officer", phone=False, member=False) for name in ("Petra", "Paul")
        ]
        assert (await petra.http.delete(f"{MINE}/notifications")).status_code == 204
        asked = (await paul.http.post("/v1/me/privacy-requests", json={"kind": "access", "note": "All"})).json()

        house.clock.moved += timedelta(days=24)
        await wait_until(lambda: sent(REMINDER), 15)
        await wait_until(lambda: house.database["letters"].count_documents({"tenant_id": acme.tenant_id}) == 0, 15)
        assert sent(REMINDER) == [paul.email]

        await again(petra)
        wish = {"current_password": PASSWORD, "password": "another long password"}
        assert (await petra.http.put("/v1/me/password", json=wish)).status_code == 204
        await wait_until(lambda: sent(NEWS), 15)
        assert sent(NEWS) == [petra.email], "what concerns the security of the account is no reminder"

        await again(petra, wish["password"])
        [use] = [one for one in (await petra.http.get(MINE)).json()["items"] if one["purpose"] == "notifications"]
        assert (use["title"], use["allowed"]) == ("Reminders by e-mail", False)
        agreed = await petra.http.put(f"{MINE}/notifications", json={"hash": use["text"]["hash"]})
        assert (agreed.status_code, agreed.json()["allowed"]) == (200, True)
        house.clock.moved += timedelta(days=8)
        await wait_until(lambda: len(sent(REMINDER)) == 3, 15)
        assert sent(REMINDER) == sorted([paul.email, paul.email, petra.email]), asked
