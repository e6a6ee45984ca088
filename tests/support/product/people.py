"""Who takes part in tests of the whole system: agents with their phones, and conversations seen from both ends."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
from tests.support.wait import wait_until

from call24.testphones.agent_phone import AgentPhone
from call24.testphones.customer import CustomerCall
from call24.testphones.offered_call import OfferedCall

if TYPE_CHECKING:
    from tests.support.product.organisation import Organisation

CALLER_HZ, AGENT_HZ, COLLEAGUE_HZ, SUPERVISOR_HZ, LINE_HZ = 1000, 850, 650, 1450, 1750
"""None of them is in Asterisk's music on hold, nor in a ringing tone: 440 Hz, which is A, is in both."""
PASSWORD = "correct horse battery"


@dataclass
class Agent:
    """A signed-in agent with a registered phone."""

    org: Organisation
    http: httpx.AsyncClient
    user_id: str
    name: str
    email: str
    phone: AgentPhone | None = None
    left_phones: list[AgentPhone] = field(default_factory=list)
    sip_name: str = ""

    async def register(self) -> AgentPhone:
        told = (await self.http.get("/v1/phone")).json()
        if self.phone is not None:
            self.left_phones.append(self.phone)
        self.phone = AgentPhone(told["ws_url"], told["username"], told["password"], told["aor"], verify=False)
        await self.phone.register()
        self.sip_name = told["username"]
        return self.phone

    async def be(self, state: str, reason: str | None = None) -> dict[str, Any]:
        answer = await self.http.put("/v1/session", json={"state": state, **({"reason": reason} if reason else {})})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def live(self) -> dict[str, Any]:
        return dict((await self.http.get("/v1/live")).json())

    async def state(self) -> str:
        return str((await self.live())["session"]["state"])

    async def act(self, call_id: str | None, what: str, **body: Any) -> int:
        return (await self.ask(call_id, what, **body)).status_code

    async def ask(self, call_id: str | None, what: str, **body: Any) -> httpx.Response:
        return await self.http.post(f"/v1/calls/{call_id}/{what}", **({"json": body} if body else {}))

    async def does(self, call_id: str | None, what: str, **body: Any) -> None:
        """Asks for it, which must be possible now."""
        answer = await self.ask(call_id, what, **body)
        assert answer.status_code == 202, (what, answer.text)

    async def refused(self, call_id: str | None, what: str, **body: Any) -> str:
        """Asks for what cannot be done now; the code of the refusal."""
        answer = await self.ask(call_id, what, **body)
        assert answer.status_code == 409, (what, answer.text)
        return str(answer.json()["code"])

    async def place(self, number: str = "", *, colleague: Agent | None = None, **more: Any) -> str:
        """Calls a customer or a colleague; the call's id. The phone should answer by itself."""
        to = {"agent_id": colleague.user_id} if colleague is not None else {"number": number}
        answer = await self.http.post("/v1/calls", json={"to": to, **more})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def call(self) -> dict[str, Any] | None:
        """The call in hand, as the app shows it."""
        found = (await self.live())["call"]
        return dict(found) if found else None

    async def call_is(self, state: str, timeout_s: float = 5.0) -> dict[str, Any]:
        """The call in hand, once it is in this state."""

        async def there() -> dict[str, Any] | None:
            call = await self.call()
            return call if call is not None and call["state"] == state else None

        call = await wait_until(there, timeout_s)
        assert call
        return call

    def answers_by_itself(self, hz: int, *, all_calls: bool = False) -> None:
        """The phone answers what the agent asked for in the app, or everything, and then says this tone."""
        assert self.phone is not None
        self.phone.answer_by_itself(hz, all_calls=all_calls)

    async def rings(self, timeout_s: float = 10.0) -> OfferedCall:
        assert self.phone is not None
        return await self.phone.next_call(timeout_s)

    async def becomes(self, state: str, timeout_s: float = 5.0) -> dict[str, Any]:
        """The session, once it is in this state."""

        async def there() -> dict[str, Any] | None:
            session: dict[str, Any] = (await self.live())["session"]
            return session if session["state"] == state else None

        session = await wait_until(there, timeout_s)
        assert session
        return session

    async def on_another_device(self) -> Agent:
        """The same person signed in once more, with a phone of its own."""
        http = httpx.AsyncClient(base_url=self.org.system.base_url, verify=False, timeout=20)
        http.headers["Authorization"] = f"Bearer {await sign_in(http, self.email)}"
        other = Agent(self.org, http, self.user_id, self.name, self.email)
        self.org.others.append(other)
        await other.register()
        return other


@dataclass
class Talk:
    """A conversation, seen from both ends; each end says its own tone."""

    call: CustomerCall
    offer: OfferedCall
    agent: Agent
    hz: int = CALLER_HZ
    agent_hz: int = AGENT_HZ

    @property
    def call_id(self) -> str:
        assert self.offer.call_id
        return self.offer.call_id

    async def heard(self, timeout_s: float = 5.0) -> None:
        """Both hear each other from now on."""
        now = time.time()
        await wait_until(lambda: self.call.heard(self.agent_hz, now), timeout_s)
        await wait_until(lambda: self.offer.heard(self.hz, now), timeout_s)


async def sign_in(http: httpx.AsyncClient, email: str, password: str = PASSWORD) -> str:
    answer = await http.post("/v1/auth/login", json={"email": email, "password": password, "device_name": "test"})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["token"])
