"""A phone or computer that keeps a copy of the address book: it speaks CardDAV, and shows an app password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import httpx
from tests.support.http.api import Organisation

NAMES = {"d": "DAV:", "c": "urn:ietf:params:xml:ns:carddav", "cs": "http://calendarserver.org/ns/"}
SPACES = " ".join(f'xmlns:{short}="{long}"' for short, long in NAMES.items())
APP_PASSWORDS = "/v1/me/app-passwords"


@dataclass
class Phone:
    of: Organisation
    user: str
    secret: str
    id: str
    user_id: str

    async def ask(self, method: str, path: str, body: str | bytes = "", **headers: str) -> httpx.Response:
        content = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if content and "Content-Type" not in named:
            named["Content-Type"] = "application/xml; charset=utf-8" if content[:1] == b"<" else "text/vcard"
        return await self.of.api.client.request(
            method, path, content=content, headers=named, auth=(self.user, self.secret)
        )

    def book(self, book: str = "organisation") -> str:
        return f"/carddav/books/{self.user_id}/{book}/"

    async def put(self, name: str, card: str, *, book: str = "organisation", **headers: str) -> httpx.Response:
        return await self.ask("PUT", self.book(book) + name, card.replace("\n", "\r\n"), **headers)

    async def get(self, name: str, *, book: str = "organisation", **headers: str) -> httpx.Response:
        return await self.ask("GET", self.book(book) + name, **headers)

    async def etags(self, book: str = "organisation") -> dict[str, str]:
        """Of all cards, by name."""
        wish = f"<d:propfind {SPACES}><d:prop><d:getetag/></d:prop></d:propfind>"
        answer = await self.ask("PROPFIND", self.book(book), wish, Depth="1")
        return {href.rpartition("/")[2]: one["{DAV:}getetag"] for href, one in told(answer).items() if ".vcf" in href}

    async def sync(self, token: str = "", *, book: str = "organisation", more: str = "") -> Sync:
        wish = (
            f"<d:sync-collection {SPACES}><d:sync-token>{token}</d:sync-token><d:sync-level>1</d:sync-level>{more}"
            "<d:prop><d:getetag/></d:prop></d:sync-collection>"
        )
        answer = await self.ask("REPORT", self.book(book), wish)
        assert answer.status_code == 207, answer.text
        return Sync.read(answer)


@dataclass
class Sync:
    """`changed`: name -> ETag; `more`: the server has not told all."""

    changed: dict[str, str]
    gone: list[str]
    token: str
    more: bool

    @classmethod
    def read(cls, answer: httpx.Response) -> Sync:
        root = ElementTree.fromstring(answer.content)
        changed, gone, more = {}, [], False
        for one in root.findall("d:response", NAMES):
            name = (one.findtext("d:href", "", NAMES)).rpartition("/")[2]
            status = one.findtext("d:status", "", NAMES)
            if " 507 " in status:
                more = True
            elif " 404 " in status:
                gone.append(name)
            else:
                changed[name] = one.findtext("d:propstat/d:prop/d:getetag", "", NAMES)
        return cls(changed, gone, root.findtext("d:sync-token", "", NAMES), more)


async def phone(of: Organisation, role: str = "agent", name: str = "Phone") -> Phone:
    answer = await of.call(role, "POST", APP_PASSWORDS, json={"name": name})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    return Phone(of, made["user_name"], made["secret"], made["id"], of.users[role])


def told(answer: httpx.Response) -> dict[str, dict[str, Any]]:
    """Of a multistatus: address -> what was found, by name with its namespace; text, or the element that has more."""
    assert answer.status_code == 207, answer.text
    found: dict[str, dict[str, Any]] = {}
    for one in ElementTree.fromstring(answer.content).findall("d:response", NAMES):
        props: dict[str, Any] = {}
        for part in one.findall("d:propstat", NAMES):
            if " 200 " in part.findtext("d:status", "", NAMES):
                for prop in part.findall("d:prop/*", NAMES):
                    props[prop.tag] = prop if len(prop) else prop.text or ""
        found[one.findtext("d:href", "", NAMES)] = props
    return found
