"""A bucket of an S3-compatible store for programs without an event loop: each thread has a connection of its own.

Requests are signed by files/s3_signing.py. What a store answers with an error of its own, cuts off or answers too
slowly is asked again, later each time. What its ETags say is not believed: what lies in a bucket is sealed.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import html
import http.client
import re
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from call24.backup.s3_errors import S3Error, meant
from call24.backup.s3_listing import UPLOAD_ID, Listed, objects_of, uploads_of
from call24.files.object_store import StorePlace
from call24.files.s3_signing import StoreLogin, StoreRequest, query_of, signed

SILENT_S = 60.0
"""A connection over which nothing goes for so long is given up."""
WITHIN_S = 1800.0
"""A request, with its answer: 64 MiB over a line of 300 kbit/s."""
PAUSES_S = (0.5, 2.0, 8.0, 30.0)
"""Before the second to the fifth try; each up to half as long again, so that many do not come back at once."""
PAGE = 1000
MOST = 80 * 1024 * 1024
"""Bytes of an answer."""
_BLOCK = 256 * 1024
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
_BUSY = (b"RequestTimeout", b"InternalError", b"SlowDown", b"ServiceUnavailable")
_RANGE = re.compile(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18})", re.ASCII)
_MOST_PAGES = 100_000
_CHANCE = secrets.SystemRandom()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`headers`: by name in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def time_of(self, header: str) -> datetime | None:
        """Such as Date, by the store's clock."""
        try:
            at = parsedate_to_datetime(self.headers.get(header, ""))
        except (ValueError, OverflowError):
            return None
        return at if at.tzinfo else at.replace(tzinfo=UTC)


class TooLong(http.client.HTTPException):
    """An answer has more than was asked for."""


class Bucket:
    """Keys are below the place's prefix. `pauses_s`: before each further try."""

    def __init__(self, place: StorePlace, login: StoreLogin, *, pauses_s: tuple[float, ...] = PAUSES_S) -> None:
        self.at = f"s3://{place.bucket}/{place.prefix}".rstrip("/")
        self.host = urlsplit(place.endpoint).netloc
        self._secure = place.endpoint.startswith("https:")
        self._tls = ssl.create_default_context() if self._secure else None
        self._place = place
        self._bucket = place.bucket
        self._begins = f"{place.prefix}/" if place.prefix else ""
        self._login = login
        self._pauses_s = pauses_s
        self._mine = threading.local()
        self._open: set[http.client.HTTPConnection] = set()
        self._stopped = threading.Event()

    def stop(self) -> None:
        """What is on its way is given up, and nothing is asked any more."""
        self._stopped.set()
        for one in list(self._open):
            with contextlib.suppress(OSError):
                if one.sock is not None:  # who waits for it wakes up, and closes it
                    one.sock.shutdown(socket.SHUT_RDWR)

    def above(self) -> list[Bucket]:
        """The places in which this one is."""
        parts = self._place.prefix.split("/") if self._place.prefix else []
        places = [replace(self._place, prefix="/".join(parts[:count])) for count in range(len(parts))]
        return [Bucket(place, self._login, pauses_s=self._pauses_s) for place in places]

    def resume(self) -> None:
        """Ask again, to take away what was given up."""
        self._stopped.clear()

    # --- objects ---

    def get(self, key: str) -> Answer | None:
        """None: there is no such object. Raises: S3Error."""
        return self._found("GET", key)

    def range(self, key: str, first: int, count: int) -> tuple[bytes, int] | None:
        """So many bytes from `first` on, fewer at the end alone, and how many the object has. None: it is not there.

        Raises: S3Error.
        """
        try:
            answer = self._found("GET", key, headers={"range": f"bytes={first}-{first + count - 1}"}, most=count)
        except S3Error as error:
            if error.status == 416:  # it ends before
                return b"", first
            raise
        if answer is None:
            return None
        if answer.status != 206:
            return answer.body[first : first + count], len(answer.body)
        said = _RANGE.fullmatch(answer.headers.get("content-range", "").strip())
        if said is None or int(said[1]) != first:
            raise S3Error(f"{self.at}: the store does not say which part of an object it gives: use another", 206, "")
        return answer.body, int(said[2])

    def put(self, key: str, body: bytes, *, new: bool = False) -> bool:
        """`new`: only where there is none yet, as far as the store knows conditions; False: there is one.

        Raises: S3Error.
        """
        condition = {"if-none-match": "*"} if new else {}
        try:
            self.ask("PUT", key, headers={**condition, **_sum_of(body)}, body=body)
        except S3Error as error:
            if not new or error.status not in (409, 412, 501):
                raise
            if error.status != 501:
                return False
            self.ask("PUT", key, headers=_sum_of(body), body=body)  # it knows conditions, and does not do them
        return True

    def remove(self, key: str) -> None:
        """What is not there is removed, too. Raises: S3Error."""
        self._found("DELETE", key)

    def listed(self, below: str) -> Iterator[Listed]:
        """All objects whose keys begin so, in the order of their keys. Raises: S3Error, also where not all are told."""
        after = ""
        for _ in range(_MOST_PAGES):
            query = {"list-type": "2", "max-keys": str(PAGE), "prefix": f"{self._begins}{below}"}
            if after:
                query["start-after"] = f"{self._begins}{after}"
            try:
                page, more = objects_of(self.ask("GET", None, query=query).body, self._begins)
            except ValueError as error:
                said = f"{self.at}: the list of what is in it cannot be used ({error}): try again"
                raise S3Error(said, 200, "") from None
            yield from page
            if not more:
                return
            if not page or page[-1].key <= after:
                break
            after = page[-1].key
        raise S3Error(f"{self.at}: the list of what is in it does not go on after {after[:100]!r}: try again", 200, "")

    # --- an object in parts ---

    def begin(self, key: str) -> str:
        """The id of an upload in parts. Raises: S3Error."""
        body = self.ask("POST", key, query={"uploads": ""}).body
        if (found := UPLOAD_ID.search(body)) is None:
            raise S3Error(f"{self.at} has no uploads in parts: use a store that knows CreateMultipartUpload", 0, "")
        return html.unescape(found[1].decode())

    def part(self, key: str, upload: str, number: int, body: bytes) -> str:
        """The store's name of this part (from 1), for `complete`. Raises: S3Error."""
        query = {"partNumber": str(number), "uploadId": upload}
        return self.ask("PUT", key, query=query, headers=_sum_of(body), body=body).headers.get("etag", "")

    def complete(self, key: str, upload: str, parts: list[str], size: int) -> None:
        """From here on the object is there, with `size` bytes. Raises: S3Error."""
        lines = "".join(
            f"<Part><PartNumber>{number}</PartNumber><ETag>{html.escape(etag)}</ETag></Part>"
            for number, etag in enumerate(parts, 1)
        )
        body = f"<CompleteMultipartUpload>{lines}</CompleteMultipartUpload>".encode()
        try:
            self.ask("POST", key, query={"uploadId": upload}, headers=_sum_of(body), body=body)
        except S3Error as error:
            there = next((one.size for one in self.listed(key) if one.key == key), -1)
            if error.status != 404 or there != size:  # the first try may have done it, with its answer lost
                raise

    def abort(self, key: str, upload: str) -> None:
        """What was stored of it goes. Raises: S3Error."""
        self._found("DELETE", key, query={"uploadId": upload})

    def unfinished(self) -> list[tuple[str, str]]:
        """Keys and ids of uploads that nobody has completed: a page of them. Raises: S3Error."""
        try:
            body = self.ask("GET", None, query={"uploads": "", "prefix": self._begins}).body
        except S3Error as error:
            if error.status == 501:
                return []
            raise
        return uploads_of(body, self._begins)

    def time(self, key: str) -> datetime | None:
        """Of the store's clock, asked with this object; None: it does not answer."""
        try:
            return self.ask("GET", key).time_of("date")
        except S3Error as error:
            return error.time

    def covers(self, prefix: str) -> bool:
        """Whether what is said of this prefix of the bucket holds for all of the place."""
        return self._begins.startswith(prefix)

    def told(self, about: str) -> bytes | None:
        """What the bucket's setting of this name is, such as `versioning`; None: it has none. Raises: S3Error."""
        try:
            answer = self._found("GET", None, query={about: ""})
        except S3Error as error:
            if error.status == 501:
                return None
            raise
        return None if answer is None else answer.body

    # --- one request ---

    def ask(
        self,
        method: str,
        key: str | None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        most: int = MOST,
    ) -> Answer:
        """`key` None: the bucket itself; `most`: bytes of a part of an object. Raises: S3Error."""
        path = f"/{self._bucket}" if key is None else f"/{self._bucket}/{self._begins}{key}"
        request = StoreRequest(
            method=method, host=self.host, path=path, query=query or {}, headers=headers or {}, body=body
        )
        answer = self._tried(request, most)
        if answer.status < 300 and not (method == "POST" and b"<Error>" in answer.body[:1024]):
            return answer
        raise meant(self.at, answer.status, answer.body, answer.time_of("date"))

    def _found(
        self,
        method: str,
        key: str | None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        most: int = MOST,
    ) -> Answer | None:
        """None: there is no such thing. Raises: S3Error."""
        try:
            return self.ask(method, key, query=query, headers=headers, most=most)
        except S3Error as error:
            if error.status != 404 or error.code == "NoSuchBucket":
                raise
            return None

    def _tried(self, request: StoreRequest, most: int) -> Answer:
        """Raises: S3Error."""
        for pause_s in (*self._pauses_s, None):
            try:
                answer = self._once(request, most)
                if pause_s is None or not _again(answer):
                    return answer
            except (OSError, http.client.HTTPException) as error:
                self._forget()
                if isinstance(error, ssl.SSLCertVerificationError):
                    raise S3Error(f"{self.host} has a certificate that this machine does not trust", 0, "") from None
                if pause_s is None:
                    why = "it is too slow" if isinstance(error, TimeoutError) else type(error).__name__
                    raise S3Error(
                        f"{self.host} cannot be reached, or breaks off ({why}): see that it can be reached from this "
                        "machine, then try again",
                        0,
                        "",
                    ) from None
            if self._stopped.wait(pause_s * _CHANCE.uniform(1.0, 1.5)):
                raise S3Error("the backup was ended", 0, "")
        raise AssertionError("the last try returns or raises")

    def _once(self, request: StoreRequest, most: int) -> Answer:
        """Raises: OSError, HTTPException."""
        until = time.monotonic() + WITHIN_S
        headers = signed(request, self._login, datetime.now(UTC))
        headers["Accept-Encoding"] = "identity"  # not signed: proxies change it
        if request.method in ("PUT", "POST"):
            headers["Content-Length"] = str(len(request.body))
        query = f"?{query_of(request.query)}" if request.query else ""
        link = self._connection()
        try:
            body = _blocks(request.body, until) if request.body else None
            link.request(request.method, f"{request.path}{query}", body, headers)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it may have answered before it had all
        answer = link.getresponse()
        found = _read(answer, most if answer.status == 206 else MOST, until)
        if answer.will_close:
            self._forget()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(status=answer.status, headers=named, body=found)

    def _connection(self) -> http.client.HTTPConnection:
        link: http.client.HTTPConnection | None = getattr(self._mine, "link", None)
        if link is None:
            link = (
                http.client.HTTPSConnection(self.host, timeout=SILENT_S, context=self._tls)
                if self._secure
                else http.client.HTTPConnection(self.host, timeout=SILENT_S)
            )
            self._mine.link = link
            self._open.add(link)
        return link

    def _forget(self) -> None:
        if (link := getattr(self._mine, "link", None)) is not None:
            link.close()
            self._open.discard(link)
            self._mine.link = None


def _read(answer: http.client.HTTPResponse, most: int, until: float) -> bytes:
    """All of its body; the deadline is looked at whenever something came. Raises: OSError, HTTPException."""
    length, found = answer.length, bytearray()
    while length is None or len(found) < length:
        block = answer.read1(_BLOCK if length is None else min(_BLOCK, length - len(found)))
        if not block:
            break
        found += block
        if len(found) > most:
            raise TooLong
        if time.monotonic() > until:
            raise TimeoutError
    if length is not None and len(found) < length:
        raise http.client.IncompleteRead(bytes(found))
    answer.close()
    return bytes(found)


def _blocks(body: bytes, until: float) -> Iterator[bytes]:
    view = memoryview(body)
    for first in range(0, len(body), _BLOCK):
        if time.monotonic() > until:
            raise TimeoutError
        yield bytes(view[first : first + _BLOCK])


def _again(answer: Answer) -> bool:
    said = answer.body[:1024]
    return (answer.status in _AGAIN and b"QuotaExceeded" not in said) or (
        b"<Error>" in said and any(b"<Code>%b</Code>" % code in said for code in _BUSY)
    )


def _sum_of(body: bytes) -> dict[str, str]:
    """Buckets with an object lock take nothing without it."""
    return {"content-md5": base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()}
