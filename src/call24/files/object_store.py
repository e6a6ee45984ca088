"""A bucket of an S3-compatible store: objects put, read by ranges, removed and listed. Their content is not its matter.

Requests are signed by s3_signing.py and can all be repeated: a put replaces, a removal of what is gone is done. Each
organisation has its share of what is asked at once. Addresses have the bucket in their path, which all stores know.
"""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import aiohttp

from call24.files.s3_signing import StoreLogin, StoreRequest, query_of, signed
from call24.kit.errors import NotFound, Unavailable
from call24.kit.fair import Fair
from call24.kit.ids import TenantId
from call24.kit.outbound_http import Answered, OutboundHttp

MARK = "call24-installation"
"""The object by which an installation knows its own place again."""
OBJECT_MAX = 9 * 1024 * 1024
READ_S, WRITE_S = 20.0, 90.0
"""Seconds for one read, and for one write, with all of their tries."""
READS = 16, 4, 8
"""Reads at once: in all and of one organisation; and how many of one may wait."""
WRITES = 4, 2
"""Writes and removals at once: in all and of one organisation; the background waits in turn."""
PAUSES_S = (0.2, 1.0)
"""Before the second and the third try."""
PAGE = 1000
PAGES = 10
"""Of what others have below a place, looked through before it is taken."""
_AGAIN = frozenset({429, 500, 502, 503, 504})
_AWAY = "The store of files does not answer: try again in a moment"
_CODE = re.compile(rb"<Code>([A-Za-z0-9]{1,80})</Code>")
_REGION = re.compile(rb"<Region>([a-z0-9-]{1,40})</Region>")
_LISTED = re.compile(rb"<Contents>(.*?)</Contents>", re.DOTALL)
_KEY = re.compile(rb"<Key>([^<]{1,6144})</Key>")
_MODIFIED = re.compile(rb"<LastModified>([0-9TZ:.+-]{1,40})</LastModified>")

_RIGHTS = "allow them s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket for this bucket and prefix"
_CREDENTIALS = "correct the file of --files-store-credentials-file, then restart Call24"
_SAID: Mapping[str, tuple[str, str]] = {
    "NoSuchBucket": ("the bucket is not there", "create it, or correct --files-store"),
    "InvalidAccessKeyId": ("the store does not know the access key", _CREDENTIALS),
    "SignatureDoesNotMatch": ("the secret key is wrong", _CREDENTIALS),
    "AccessDenied": ("the store refuses access with these credentials", _RIGHTS),
    "RequestTimeTooSkewed": ("this machine's clock differs from the store's", "run a time service, such as chrony"),
    "AuthorizationHeaderMalformed": ("the bucket is in another region", "correct --files-store-region"),
    "PermanentRedirect": ("the bucket is in another region", "correct --files-store-region"),
    "QuotaExceeded": ("the bucket is full", "raise its quota"),
}
"""What a store's answer means, and what to do, by its code.
Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""


class StoreTrouble(Unavailable):
    """The store is away, or does not let Call24 in. `why`, `advice`: for the operator, not for users; `code_said`: the
    store's own, empty where it said none."""

    def __init__(self, why: str, advice: str, code_said: str = "") -> None:
        super().__init__(_AWAY, retry_after_s=30)
        self.why = why
        self.advice = advice
        self.code_said = code_said


@dataclass(frozen=True, kw_only=True)
class StorePlace:
    """`endpoint`: https://HOST[:PORT]; `prefix`: in front of all keys, without a slash at its end; may be empty."""

    endpoint: str
    bucket: str
    prefix: str


@dataclass(frozen=True, kw_only=True)
class Listed:
    key: str
    at: datetime


def shared_with(place: str) -> StoreTrouble:
    return StoreTrouble(
        f"another installation keeps its files at {place}, and neither place may be in the other",
        "give --files-store another bucket, or a prefix beside that one",
    )


def check_alone(page: Sequence[Listed]) -> None:
    """Raises: StoreTrouble where another installation's place is below this one."""
    for one in page:
        if one.key.endswith(f"/{MARK}"):
            raise shared_with(f"the prefix {one.key.removesuffix(f'/{MARK}')} below this place")


class ObjectStore:
    """Keys are below the prefix, of letters, digits, `-` and `/`. `mark`: what tells this installation from others."""

    def __init__(self, place: StorePlace, login: StoreLogin, mark: str) -> None:
        self.mark = mark
        self._place = place
        self._login = login
        self._host = urlsplit(place.endpoint).netloc
        self._http = OutboundHttp(private=True, timeout_s=WRITE_S)  # the operator's own word, not an organisation's
        self._reads = Fair(*READS)
        self._writes = Fair(*WRITES)
        self.trouble: StoreTrouble | None = None
        """Of the last request; None: it was answered."""

    async def put(self, whose: TenantId, key: str, body: Callable[[], bytes]) -> None:
        """In place of what is there. `body` is called in a thread, once it is its turn. Raises: StoreTrouble, and what
        `body` does."""
        async with self._writes.turn(whose):
            await self._asked("PUT", key, body=await asyncio.to_thread(body), within_s=WRITE_S)

    async def read(self, whose: TenantId, key: str, first: int, last: int, *, begun: bool = False) -> bytes:
        """Bytes `first` to `last`, both included. `begun`: it goes on with what was let in, and waits for its turn.

        Raises: NotFound, StoreTrouble, TooMany (unless `begun`).
        """
        async with self._reads.turn(whose, begun=begun):
            answer = await self._asked("GET", key, headers={"range": f"bytes={first}-{last}"}, within_s=READ_S)
        if answer is None:
            raise NotFound("The file is missing")
        return answer.body[first:][: last - first + 1] if answer.status == 200 else answer.body

    async def remove(self, whose: str, key: str) -> None:
        """What is not there is removed, too. Raises: StoreTrouble."""
        async with self._writes.turn(whose):
            await self._asked("DELETE", key, within_s=READ_S)

    async def listed(self, after: str) -> Sequence[Listed]:
        """At most PAGE, in the order of their keys, of those behind `after`. Raises: StoreTrouble."""
        query = {"list-type": "2", "max-keys": str(PAGE), "prefix": self._below("")}
        if after:
            query["start-after"] = self._below(after)
        answer = await self._asked("GET", None, query=query, within_s=READ_S)
        found = _LISTED.findall(answer.body) if answer is not None else []
        return [one for raw in found if (one := self._one_listed(raw)) is not None]

    async def check(self, needed: Callable[[], Awaitable[int]]) -> None:
        """That objects can be written, read and removed, and that the place is this installation's own: one without a
        mark becomes it. `needed`: how many files are in a store already, by what is known here.

        Raises: StoreTrouble, and what `needed` does.
        """
        for above in self._places_above():
            if await self._is_marked(above):
                raise shared_with(f"s3://{self._place.bucket}/{above}".rstrip("/"))
        if not await self._is_own():
            if count := await needed():
                raise self._not_here(f"{count} files are in a store")
            await self._see_nobody_below()
            await self._asked("PUT", MARK, body=self.mark.encode(), within_s=READ_S)
        await self._asked("PUT", f"{MARK}-check", body=b"", within_s=READ_S)
        await self._asked("DELETE", f"{MARK}-check", within_s=READ_S)
        await self.listed("")

    async def see_own(self, whose: TenantId) -> None:
        """That this is the place of this installation's files, so that what is missing here is missing.

        Raises: StoreTrouble, TooMany.
        """
        async with self._reads.turn(whose):
            if not await self._is_own():
                raise self._not_here("files are in a store")

    async def close(self) -> None:
        await self._http.close()

    def _not_here(self, what: str) -> StoreTrouble:
        return StoreTrouble(
            f"this place is empty, and {what}",
            f"correct --files-store; where this is a copy of their place, put the object {MARK} there too, "
            f"with {self.mark} in it",
        )

    async def _is_own(self) -> bool:
        """False where there is no mark. Raises: StoreTrouble, also for another's mark."""
        answer = await self._asked("GET", MARK, within_s=READ_S)
        if answer is not None and answer.body.decode(errors="replace") != self.mark:
            raise StoreTrouble(
                "another installation keeps its files at this place",
                "give --files-store another prefix or bucket; each installation has its own",
            )
        return answer is not None

    def _places_above(self) -> list[str]:
        parts = self._place.prefix.split("/") if self._place.prefix else []
        return ["/".join(parts[:count]) for count in range(len(parts))]

    async def _is_marked(self, place: str) -> bool:
        """False too where these credentials may not look. Raises: StoreTrouble."""
        try:
            return await self._asked("GET", f"{place}/{MARK}".lstrip("/"), whole=True, within_s=READ_S) is not None
        except StoreTrouble as trouble:
            if trouble.code_said != "AccessDenied":
                raise
            return False

    async def _see_nobody_below(self) -> None:
        """Raises: StoreTrouble."""
        after = ""
        for _ in range(PAGES):
            page = await self.listed(after)
            check_alone(page)
            if not page or page[-1].key <= after:
                return
            after = page[-1].key
        raise StoreTrouble(
            f"this place has more than {PAGE * PAGES:,} objects of others", "give --files-store a prefix of its own"
        )

    def _below(self, key: str) -> str:
        return f"{self._place.prefix}/{key}" if self._place.prefix else key

    def _one_listed(self, raw: bytes) -> Listed | None:
        key, at = _KEY.search(raw), _MODIFIED.search(raw)
        begins = self._below("")
        if key is None or at is None or not (name := _unescaped(key[1])).startswith(begins):
            return None
        return Listed(key=name.removeprefix(begins), at=datetime.fromisoformat(at[1].decode()).astimezone(UTC))

    async def _asked(
        self,
        method: str,
        key: str | None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        whole: bool = False,
        within_s: float,
    ) -> Answered | None:
        """`key` None: the bucket itself; `whole`: it is not below the prefix. None where there is no such object.

        Raises: StoreTrouble.
        """
        path = f"/{self._place.bucket}"
        if key is not None:
            path = f"{path}/{key if whole else self._below(key)}"
        request = StoreRequest(
            method=method, host=self._host, path=path, query=query or {}, headers=headers or {}, body=body
        )
        try:
            async with asyncio.timeout(within_s):
                answer = await self._tried(request)
            self._check(answer)
        except TimeoutError:
            self.trouble = StoreTrouble(f"it did not answer within {within_s:.0f} s", "see that it can be reached")
            raise self.trouble from None
        except StoreTrouble as trouble:
            self.trouble = trouble
            raise
        self.trouble = None
        return None if answer.status == 404 else answer

    async def _tried(self, request: StoreRequest) -> Answered:
        """Raises: StoreTrouble."""
        for pause_s in (*PAUSES_S, None):
            try:
                answer = await self._once(request)
                if pause_s is None or answer.status not in _AGAIN:
                    return answer
            except (OSError, aiohttp.ClientError, ValueError) as error:
                if pause_s is None:
                    why = f"it cannot be reached ({type(error).__name__})"
                    raise StoreTrouble(why, f"see that {self._host} can be reached from this machine") from None
            await asyncio.sleep(pause_s)
        raise AssertionError("the last try returns or raises")

    async def _once(self, request: StoreRequest) -> Answered:
        headers = await asyncio.to_thread(signed, request, self._login, datetime.now(UTC))
        headers["Accept-Encoding"] = "identity"  # not signed: proxies change it
        query = f"?{query_of(request.query)}" if request.query else ""
        url = f"{self._place.endpoint}{request.path}{query}"
        return await self._http.exchange(request.method, url, headers, request.body or None, most=OBJECT_MAX)

    def _check(self, answer: Answered) -> None:
        """Raises: StoreTrouble."""
        found = _CODE.search(answer.body[:4096]) if answer.status >= 300 else None
        code = found[1].decode() if found else ""
        if answer.status < 300 or (answer.status == 404 and code != "NoSuchBucket"):
            return
        why, advice = _SAID.get(code, (f"it answered {answer.status} {code}".rstrip(), "see the store's own log"))
        if (region := _REGION.search(answer.body[:4096])) is not None and "region" in advice:
            why, advice = f"{why}, {region[1].decode()}", f"give --files-store-region {region[1].decode()}"
        raise StoreTrouble(why, advice, code)


def _unescaped(key: bytes) -> str:
    """As XML has it. Others' keys may have any character."""
    return html.unescape(key.decode(errors="replace"))
