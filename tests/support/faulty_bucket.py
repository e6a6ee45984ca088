"""An S3-compatible store in memory, for programs that block, which can be told to fail. It checks no signature.

Debian's Swift (object_stores.py) is the real one. This one knows conditional puts, uploads in parts and listings; what
was put is not there before it came whole.
"""

from __future__ import annotations

import html
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from call24.backup.s3_client import Bucket
from call24.files.object_store import StorePlace
from call24.files.s3_signing import StoreLogin

NO_PAUSE = (0.0,) * 4


class Fault(NamedTuple):
    """`status`, `code`: with which it refuses; `cut`: it breaks off after the request; `half`: in the answer's body;
    `lost`: it does what is asked, and breaks off before it says so."""

    status: int = 0
    code: str = ""
    cut: bool = False
    half: bool = False
    lost: bool = False


class Stored(NamedTuple):
    body: bytes
    at: float


class FaultyBucket:
    """`faults`: asked with method, key and query before each request; `conditions`: what it does of If-None-Match;
    `later_s`: how far its clock is ahead; `settings`: what it says of itself, by name."""

    def __init__(self) -> None:
        self.objects: dict[str, Stored] = {}
        self.parts: dict[str, tuple[str, dict[int, bytes]]] = {}
        self.asked: list[tuple[str, str, str]] = []
        self.faults: Callable[[str, str, str], Fault | None] = lambda method, key, query: None
        self.conditions: Literal["kept", "ignored", "refused"] = "kept"
        self.later_s = 0.0
        self.settings: dict[str, str] = {}
        self.now, self.most = 0, 0
        self.lock = threading.Lock()
        self.port = 0

    def client(self, prefix: str = "here", bucket: str = "backups") -> Bucket:
        place = StorePlace(endpoint=f"http://127.0.0.1:{self.port}", bucket=bucket, prefix=prefix)
        return Bucket(place, StoreLogin(key_id="id", secret="secret", region="test-1"), pauses_s=NO_PAUSE)

    def keys(self, below: str = "") -> list[str]:
        return sorted(key for key in self.objects if key.startswith(below))

    def time(self) -> float:
        return time.time() + self.later_s

    def put(self, key: str, body: bytes) -> None:
        self.objects[key] = Stored(body, self.time())

    def count(self, method: str, of: str) -> int:
        return sum(1 for one, key, query in self.asked if one == method and re.search(of, f"{key}?{query}"))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    bucket: FaultyBucket

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._served()

    do_PUT = do_POST = do_DELETE = do_GET

    def _served(self) -> None:
        place = urlsplit(self.path)
        key = unquote(place.path).lstrip("/").partition("/")[2]
        query = {name: values[0] for name, values in parse_qs(place.query, keep_blank_values=True).items()}
        store = self.bucket
        with store.lock:
            store.now += 1
            store.most = max(store.most, store.now)
        try:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            store.asked.append((self.command, key, place.query))
            fault = store.faults(self.command, key, place.query)
            if fault is not None and (fault.status or fault.cut):
                self._fails(fault)
                return
            with store.lock:
                status, answer, headers = self._done(key, query, body)
            if fault is not None and fault.lost:
                self._breaks_off()
                return
            self._answer(status, answer, headers, half=fault is not None and fault.half)
        finally:
            with store.lock:
                store.now -= 1

    def _fails(self, fault: Fault) -> None:
        if fault.cut:
            self._breaks_off()
        else:
            self._answer(fault.status, f"<Error><Code>{fault.code}</Code></Error>".encode(), {})

    def _breaks_off(self) -> None:
        self.close_connection = True

    def _answer(self, status: int, body: bytes, headers: dict[str, str], *, half: bool = False) -> None:
        self.send_response_only(status)
        self.send_header("Date", formatdate(self.bucket.time(), usegmt=True))
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if half else body)
        self.close_connection = self.close_connection or half

    def _done(self, key: str, query: dict[str, str], body: bytes) -> tuple[int, bytes, dict[str, str]]:
        store = self.bucket
        if not key:
            return self._of_bucket(query)
        match self.command, "uploadId" in query, "uploads" in query:
            case "POST", _, True:
                upload = f"up{len(store.asked)}"
                store.parts[upload] = key, {}
                return 200, f"<R><UploadId>{upload}</UploadId></R>".encode(), {}
            case (("PUT" | "POST" | "DELETE"), True, _):
                return self._of_upload(key, query, body)
            case "PUT", _, _:
                if self.headers.get("if-none-match") == "*" and store.conditions != "ignored":
                    if store.conditions == "refused":
                        return 501, b"<Error><Code>NotImplemented</Code></Error>", {}
                    if key in store.objects:
                        return 412, b"<Error><Code>PreconditionFailed</Code></Error>", {}
                store.put(key, body)
                return 200, b"", {}
            case "DELETE", _, _:
                store.objects.pop(key, None)
                return 204, b"", {}
            case _ if key not in store.objects:
                return 404, b"<Error><Code>NoSuchKey</Code></Error>", {}
        found = store.objects[key]
        headers = {"Last-Modified": formatdate(found.at, usegmt=True)}
        if (asked := re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("range", ""))) is None:
            return 200, found.body, headers
        first, last = int(asked[1]), int(asked[2])
        if first >= len(found.body):
            return 416, b"<Error><Code>InvalidRange</Code></Error>", {}
        headers["Content-Range"] = f"bytes {first}-{min(last, len(found.body) - 1)}/{len(found.body)}"
        return 206, found.body[first : last + 1], headers

    def _of_upload(self, key: str, query: dict[str, str], body: bytes) -> tuple[int, bytes, dict[str, str]]:
        store, upload = self.bucket, query["uploadId"]
        if upload not in store.parts:
            return 404, b"<Error><Code>NoSuchUpload</Code></Error>", {}
        if self.command == "DELETE":
            del store.parts[upload]
            return 204, b"", {}
        parts = store.parts[upload][1]
        if self.command == "PUT":
            parts[int(query["partNumber"])] = body
            return 200, b"", {"ETag": f'"{query["partNumber"]}-{len(body)}"'}
        named = re.findall(r"<PartNumber>(\d+)</PartNumber><ETag>([^<]*)</ETag>", body.decode())
        if any(html.unescape(etag) != f'"{number}-{len(parts[int(number)])}"' for number, etag in named):
            return 400, b"<Error><Code>InvalidPart</Code></Error>", {}
        store.put(key, b"".join(parts[int(number)] for number, _ in named))
        del store.parts[upload]
        return 200, b"<R></R>", {}

    def _of_bucket(self, query: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        store = self.bucket
        if "uploads" in query:
            rows = "".join(
                f"<Upload><Key>{key}</Key><UploadId>{upload}</UploadId></Upload>"
                for upload, (key, _) in store.parts.items()
                if key.startswith(query["prefix"])
            )
            return 200, f"<R>{rows}</R>".encode(), {}
        if "list-type" not in query:
            said = store.settings.get(next(iter(query)), "")
            return (200, said.encode(), {}) if said else (404, b"<Error><Code>NoSuchConfiguration</Code></Error>", {})
        found = [key for key in store.keys(query["prefix"]) if key > query.get("start-after", "")]
        page = found[: int(query["max-keys"])]
        rows = "".join(
            f"<Contents><Key>{html.escape(key)}</Key><Size>{len(store.objects[key].body)}</Size></Contents>"
            for key in page
        )
        more = "true" if len(page) < len(found) else "false"
        return 200, f"<ListBucketResult><IsTruncated>{more}</IsTruncated>{rows}</ListBucketResult>".encode(), {}


@contextmanager
def faulty_bucket() -> Iterator[FaultyBucket]:
    store = FaultyBucket()
    handler = type("Handler", (_Handler,), {"bucket": store})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    store.port = server.server_port
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    serving.start()
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()
        serving.join()
