"""The server as it is composed: a customer answers in a task by e-mail, and who works on it is told; nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.support.http.mail import MailServer, mail_server
from tests.support.product.composed import Composed, composed
from tests.support.product.mails import Sender, letter
from tests.support.product.organisation import Organisation
from tests.support.product.people import Agent
from tests.support.product.stack import RunningStack
from tests.support.wait import wait_until

pytestmark = pytest.mark.shares_stack("server")

DOMAIN = "tasks.example.org"
MINE = "/v1/me/notifications"
ANSWERED = "A customer answered by e-mail"


@pytest.fixture
async def post() -> AsyncIterator[MailServer]:
    async with mail_server() as post:
        yield post


@pytest.fixture
async def house(stack: RunningStack, post: MailServer) -> AsyncIterator[Composed]:
    settings = replace(stack.settings, mail_in_domain=DOMAIN, smtp=f"smtp://127.0.0.1:{post.port}")
    async with composed(stack, settings) as house:
        yield house


class Desk:
    """A task of an organisation's queue, made of the mail `Smoke`, and a customer who answers in it."""

    def __init__(self, house: Composed, acme: Organisation, post: MailServer) -> None:
        self._house = house
        self._acme = acme
        self._post = post
        self._address = ""
        self.task_id = ""
        self._sent = 0

    async def begin(self, **address: Any) -> None:
        made = await self._acme.post("/v1/task-addresses", {"name": "Support", **address})
        self._address = made["address"]
        await self._send(letter("Smoke"))
        [task] = (await self._acme.http.get("/v1/tasks", params={"kind": "email"})).json()["items"]
        self.task_id = task["id"]

    async def _send(self, mail: Any) -> None:
        assert (await Sender(self._house.settings.mail_in_port).send(self._address, mail))[0] == 250

    async def answer(self, times: int = 1) -> None:
        self._sent += 1
        mail = letter(f"Re: Smoke {self._sent}", "It is out", in_reply_to=str(letter("Smoke")["Message-ID"]))
        for _ in range(times):
            await self._send(mail)

    async def change(self, who: Agent, **wish: Any) -> None:
        changed = await who.http.patch(f"/v1/tasks/{self.task_id}", json=wish)
        assert changed.status_code == 200, changed.text

    async def comment(self, who: Agent) -> None:
        said = await who.http.post(f"/v1/tasks/{self.task_id}/comments", json={"text": "I look at it"})
        assert said.status_code == 201, said.text

    async def reads(self, who: Agent) -> None:
        """All that the user was told of."""
        read = await who.http.post(f"{MINE}/read")
        assert read.status_code == 204, read.text

    async def told(self, who: Agent) -> int:
        """How many answers in the task the user is told of in the app."""
        rows = (await who.http.get(MINE)).json()["items"]
        return len([one for one in rows if (one["kind"], one["task_id"]) == ("task_answered", self.task_id)])

    async def all_told(self, *expected: tuple[Agent, int]) -> None:
        async def there() -> bool:
            return [await self.told(who) for who, _ in expected] == [count for _, count in expected]

        await wait_until(there, 10)

    async def all_mailed(self) -> None:
        """Nothing waits for the mail server any more."""
        await wait_until(lambda: self._house.database["letters"].count_documents({}) == 0, 15)

    def mailed(self, who: Agent) -> int:
        return len([one for one in self._post.letters if (one["To"], one["Subject"]) == (who.email, ANSWERED)])


async def test_an_answer_tells_the_assignee_once_in_the_app_and_by_one_e_mail_within_an_hour(
    house: Composed, post: MailServer
) -> None:
    async with house.organisation("Answers") as acme:
        anna, bob = await acme.agent("Anna", phone=False), await acme.agent("Bob", phone=False)
        desk = Desk(house, acme, post)
        await desk.begin(queue_id=acme.queue_id)
        await desk.comment(bob)
        await desk.change(anna, assignee_id=anna.user_id, state="done")
        await desk.answer(times=2)  # the same mail, delivered twice
        await desk.all_told((anna, 1))
        await wait_until(lambda: desk.mailed(anna) == 1, 15)
        task = (await anna.http.get(f"/v1/tasks/{desk.task_id}")).json()
        assert task["state"] == "open"
        await desk.reads(anna)
        await desk.answer()
        await desk.all_told((anna, 2), (bob, 0))
        house.clock.moved += timedelta(hours=1, minutes=1)
        await desk.answer()
        await desk.all_told((anna, 3), (bob, 0))
        await desk.all_mailed()
        assert (desk.mailed(anna), desk.mailed(bob)) == (2, 0)
        assert not any("Smoke" in str(one) or "Jo" in str(one) for one in post.letters)


async def test_without_an_assignee_it_tells_who_commented_or_closed_it_and_else_the_queue_but_by_no_e_mail(
    house: Composed, post: MailServer
) -> None:
    async with house.organisation("Nobody's") as acme:
        agents = [await acme.agent(name, phone=False) for name in ("Anna", "Bob", "Cem")]
        anna, bob, cem = agents
        desk = Desk(house, acme, post)
        await desk.begin(queue_id=acme.queue_id)
        await desk.answer()
        await desk.all_told((anna, 1), (bob, 1), (cem, 1))
        await desk.comment(anna)
        await desk.change(bob, state="done")
        await desk.answer()
        await desk.all_told((anna, 2), (bob, 2), (cem, 1))
        # Who commented and is no longer of the queue sees the task no more, and is told nothing of it.
        await acme.change_queue(members=[bob.user_id, cem.user_id])
        await desk.comment(bob)
        await desk.reads(bob)
        await desk.answer()
        await desk.all_told((anna, 2), (bob, 3), (cem, 1))
        await desk.change(cem, assignee_id=cem.user_id)
        house.clock.moved += timedelta(hours=1, minutes=1)
        await desk.answer()
        await desk.all_told((anna, 2), (bob, 3), (cem, 2))
        await desk.all_mailed()
        assert [desk.mailed(one) for one in agents] == [0, 0, 1], "others were told of an answer within the hour before"
