"""A carrier that wants to know who we are: it demands a login on REGISTER and INVITE, and calls who registered.

Built on the product's own test carrier; a call from it goes to the address that was registered.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets

from call24.testphones.carrier import Carrier
from call24.testphones.customer import Customer, CustomerCall
from call24.testphones.plain_audio import Address
from call24.testphones.rtp import Tone
from call24.testphones.sip_message import SipMessage, address, response

_FIELD = re.compile(r'(\w+)=(?:"([^"]*)"|([^",\s]+))')
REALM = "carrier.example"


class Registrar(Carrier):
    """`refuses`: answers every REGISTER with 403, as for a closed account; `slow_s`: before it asks who it is;
    `granted_s`: how long a registration holds; `least_s`: who asks for less gets 423."""

    def __init__(self, server: Address, username: str, password: str, *, host: str = "127.0.0.3") -> None:
        super().__init__(server, host=host)
        self._customers: list[Customer] = []
        self.username, self.password = username, password
        self.refuses = False
        self.slow_s = 0.0
        self.granted_s = 300
        self.least_s = 0
        self.answers: list[int] = []
        """To each REGISTER."""
        self.contact = ""
        self.senders: list[str] = []
        """The From of each INVITE that was let through."""
        self._nonces: set[str] = set()
        self._stale: set[str] = set()

    @property
    def registered(self) -> bool:
        return bool(self.contact)

    def _take(self, message: SipMessage) -> None:
        if message.method == "REGISTER":
            self._register(message)
        elif message.method == "INVITE" and message.call_id not in self._calls and not self._proven(message):
            self._challenge(message, 407, "Proxy-Authenticate")
        else:
            if message.method == "INVITE" and message.call_id not in self._calls:
                self.senders.append(message.header("From") or "")
            super()._take(message)

    def restart(self) -> None:
        """It knows nobody any more, and none of the nonces that it gave."""
        self.contact = ""
        self._stale |= self._nonces
        self._nonces.clear()

    def _register(self, message: SipMessage) -> None:
        assert self._socket is not None
        asked = int(message.header("Expires") or 0)
        if self.refuses:
            self.answers.append(403)
            self._answer(message, 403, "Forbidden")
        elif not self._proven(message):
            self.answers.append(401)
            self._challenge(message, 401, "WWW-Authenticate")
        elif 0 < asked < self.least_s:
            self.answers.append(423)
            brief = response(message, 423, "Interval Too Brief", (("Min-Expires", str(self.least_s)),), to_tag="reg")
            self._socket.transactions.respond(message, brief)
        else:
            self.answers.append(200)
            contact = message.header("Contact") or ""
            gone = "expires=0" in contact or message.header("Expires") == "0" or contact == "*"
            self.contact = "" if gone else address(contact)
            headers = (("Contact", contact), ("Expires", str(max(self.granted_s, self.least_s))))
            self._socket.transactions.respond(message, response(message, 200, "OK", headers, to_tag="registrar"))

    def _challenge(self, message: SipMessage, status: int, header: str) -> None:
        assert self._socket is not None
        nonce = secrets.token_hex(8)
        self._nonces.add(nonce)
        said = message.header("Authorization") or message.header("Proxy-Authorization") or ""
        stale = ", stale=true" if any(f'"{old}"' in said for old in self._stale) else ""
        challenge = (header, f'Digest realm="{REALM}", nonce="{nonce}", algorithm=MD5, qop="auth"{stale}')
        refusal = response(message, status, "Who are you", (challenge,), to_tag="registrar")
        respond = self._socket.transactions.respond
        asyncio.get_running_loop().call_later(self.slow_s, lambda: respond(message, refusal))

    def _proven(self, message: SipMessage) -> bool:
        said = message.header("Authorization") or message.header("Proxy-Authorization") or ""
        fields = {name: quoted or bare for name, quoted, bare in _FIELD.findall(said)}
        if fields.get("nonce") not in self._nonces or fields.get("username") != self.username:
            return False
        return fields["response"] == _response(fields, message.method, self.username, self.password)

    async def call(self, number: str, *, to_contact: bool, caller: str = "+447700900123") -> CustomerCall:
        """Ring us at what was registered: the number in the address itself, or (`to_contact`) only in To."""
        assert self.contact, "nobody is registered"
        rest = self.contact.partition("@")[2]
        customer = Customer(self._server, caller, local_host=self.address[0])
        self._customers.append(customer)
        return await customer.dial(number, Tone(1000), target=self.contact if to_contact else f"sip:{number}@{rest}")

    def close(self) -> None:
        for customer in self._customers:
            customer.close()
        super().close()


def _response(fields: dict[str, str], method: str, username: str, password: str) -> str:
    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    who, what = md5(f"{username}:{REALM}:{password}"), md5(f"{method}:{fields['uri']}")
    return md5(f"{who}:{fields['nonce']}:{fields['nc']}:{fields['cnonce']}:auth:{what}")
