"""Requests to addresses that organisations choose, and to no machine that the operator did not mean to be reached.

The address is looked at when it is connected to, after names were resolved: a name that answers otherwise the second
time gains nothing. Redirects are not followed. Source: OWASP, "Server-Side Request Forgery Prevention".
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
from aiohttp.connector import AddrInfoType

TIMEOUT_S = 10.0
ANSWER_MAX = 256 * 1024
LARGE = 256 * 1024
"""Bytes of a body that goes out piece by piece, so that others have their turn in between."""


class NotAllowed(OSError):
    """The address is of this machine, of a private network or of no machine at all."""

    @staticmethod
    def caused(error: BaseException | None) -> bool:
        """Whether it is behind this error: what connects may have put others around it."""
        while error is not None and not isinstance(error, NotAllowed):
            error = getattr(error, "os_error", None) or error.__cause__ or error.__context__
        return error is not None


def is_public(address: str) -> bool:
    """Whether an IP address is somewhere in the internet; what carries another address in it is not."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif ip.sixtofour is not None or ip.teredo is not None or ip in _NAT64 or ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


async def _beginning(answer: aiohttp.ClientResponse, most: int) -> bytes:
    """Of its body; no more is read once it is longer than `most`."""
    found = bytearray()
    async for chunk in answer.content.iter_chunked(1 << 14):
        found += chunk
        if len(found) > most:
            break
    return bytes(found)


def _named(answer: aiohttp.ClientResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items()}


@dataclass(frozen=True, kw_only=True)
class Answered:
    """`headers`: by name in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class OutboundHttp:
    """`private`: the operator lets requests go to this machine and its networks too. `timeout_s`: of a request, with
    its answer."""

    def __init__(self, *, private: bool = False, timeout_s: float = TIMEOUT_S) -> None:
        self.private = private
        self._timeout_s = timeout_s
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The status of the answer. Raises: OSError, aiohttp.ClientError, TimeoutError."""
        async with self._opened().post(url, data=body, headers=headers, allow_redirects=False) as answer:
            return answer.status

    async def post_answered(self, url: str, body: bytes, headers: Mapping[str, str], most: int) -> tuple[int, bytes]:
        """The status of the answer, and its body up to `most` bytes. Raises: as `post`."""
        found = bytearray()
        async with self._opened().post(url, data=body, headers=headers, allow_redirects=False) as answer:
            async for chunk in answer.content.iter_chunked(most):
                found += chunk
                if len(found) >= most:
                    break
            return answer.status, bytes(found[:most])

    async def ask(
        self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Status and body. Raises: OSError, aiohttp.ClientError, TimeoutError, ValueError for more than ANSWER_MAX."""
        found = bytearray()
        async with self._opened().request(method, url, data=form, headers=headers, allow_redirects=False) as answer:
            async for chunk in answer.content.iter_chunked(1 << 14):
                found += chunk
                if len(found) > ANSWER_MAX:
                    raise ValueError("the answer is too long")
            return answer.status, bytes(found)

    async def exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None, *, most: int = ANSWER_MAX
    ) -> Answered:
        """The whole answer. Raises: as `ask`, with `most` in place of ANSWER_MAX."""
        data = io.BytesIO(body) if body is not None and len(body) > LARGE else body
        async with self._opened().request(method, url, data=data, headers=headers, allow_redirects=False) as answer:
            found = await _beginning(answer, most)
            if len(found) > most:
                raise ValueError("the answer is too long")
            return Answered(status=answer.status, headers=_named(answer), body=found)

    async def told(self, method: str, url: str, headers: Mapping[str, str], body: bytes, *, most: int) -> Answered:
        """Status and headers, and of the body at most `most` bytes: what is longer, breaks off or does not come makes
        the answer no other one, and the body empty. Raises: OSError, aiohttp.ClientError, TimeoutError."""
        async with self._opened().request(method, url, data=body, headers=headers, allow_redirects=False) as answer:
            found = b""
            with contextlib.suppress(OSError, aiohttp.ClientError, TimeoutError):
                found = await _beginning(answer, most)
            return Answered(status=answer.status, headers=_named(answer), body=found[:most])

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=self._timeout_s)
            connector = aiohttp.TCPConnector(socket_factory=self._socket, limit=0)  # who asks has a bound and shares
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    def _socket(self, found: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = found
        if not self.private and not is_public(str(address[0])):
            raise NotAllowed("such requests do not go to this machine nor to private networks")
        return socket.socket(family, kind, protocol)
