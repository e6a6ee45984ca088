"""Serves the built app: pages are asked for again each time, hashed assets are kept for good.

Files are compressed when the app is built, and only they: they are public, how small they get tells nothing. What the
API answers goes out as it is: with secrets and an unauthenticated client's words in one answer its length would tell
(BREACH).
"""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Mapping
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from call24.http.pages import page
from call24.kit.package import COMMAND

API = frozenset(
    {"v1", "health", "broadcasting", "openapi.json", "docs", "problems", "policy", "trust", "app", "apps", "metrics"}
)
"""First parts of paths that belong to the API; everything else is a file of the app."""
CODINGS = {"br": ".br", "gzip": ".gz"}
"""Content codings and the endings of files that have them, the best first."""

KEPT_FILE_MAX, KEPT_MAX = 1024 * 1024, 32 * 1024 * 1024
"""Bytes of one file, and of all, that stay in memory."""

_NOT_BUILT = page(
    "The app is not built yet",
    f"<p>The API is running. <code>{COMMAND} up</code> builds the app when it starts: look there for what is"
    " wrong.</p>",
)


class WebFiles:
    """Wraps the API: GET and HEAD outside its paths are answered from `root`, or with 404 by the API itself."""

    def __init__(self, app: ASGIApp, root: Path) -> None:
        self._app = app
        self._root = root.resolve()
        self._bodies = Bodies()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = self._answer(scope) if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") else None
        await (response or self._app)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response | None:
        path = scope["path"].lstrip("/")
        if path.split("/", 1)[0] in API:
            return None
        name = path or "index.html"
        file = self._file(name)
        if file is None:
            return HTMLResponse(_NOT_BUILT, 503) if name == "index.html" else None
        kept = name.startswith("assets/")
        caching = "public, max-age=31536000, immutable" if kept else "no-cache"
        return _sent(self._bodies, file, Headers(scope=scope), {"Cache-Control": caching})

    def _file(self, name: str) -> Path | None:
        if "\x00" in name or len(name) > 255 or any(part.startswith(".") for part in name.split("/")):
            return None
        file = (self._root / name).resolve()
        if file.suffix in CODINGS.values():
            return None
        return file if file.is_relative_to(self._root) and file.is_file() else None


class Bodies:
    """Of small files, each read once for as long as it stays as it is: anybody may ask for them."""

    def __init__(self) -> None:
        self._kept: dict[Path, tuple[tuple[int, int], bytes]] = {}
        self._size = 0

    def of(self, file: Path, found: os.stat_result) -> bytes | None:
        """None: it is too large to be kept."""
        as_it_is = (found.st_mtime_ns, found.st_size)
        kept = self._kept.get(file)
        if kept is not None and kept[0] == as_it_is:
            return kept[1]
        self._forget(file)
        if found.st_size > KEPT_FILE_MAX or self._size + found.st_size > KEPT_MAX:
            return None
        body = file.read_bytes()
        if len(body) == found.st_size:
            self._kept[file] = (as_it_is, body)
            self._size += len(body)
        return body

    def _forget(self, file: Path) -> None:
        if (before := self._kept.pop(file, None)) is not None:
            self._size -= len(before[1])


def _sent(bodies: Bodies, file: Path, asked: Headers, headers: Mapping[str, str]) -> Response:
    """In the best coding that is there and is taken; each has an ETag of its own. Source: RFC 9110, 8.8.3, 12.5.3."""
    coded = {coding: file.with_name(file.name + ending) for coding, ending in CODINGS.items()}
    there = {coding: one for coding, one in coded.items() if one.is_file()}
    coding = best(asked.getlist("accept-encoding"), there)
    told = dict(headers)
    if there:
        told["Vary"] = "Accept-Encoding"
    if coding:
        told["Content-Encoding"] = coding
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    sent = there[coding] if coding else file
    found = sent.stat()
    answer: Response = FileResponse(sent, headers=told, media_type=kind, stat_result=found)
    known = [one.strip().removeprefix("W/") for one in ",".join(asked.getlist("if-none-match")).split(",")]
    if answer.headers["etag"] in known or "*" in known:
        kept = {name: answer.headers[name] for name in ("etag", "cache-control", "vary") if name in answer.headers}
        return Response(status_code=304, headers=kept)
    if "range" in asked or (body := bodies.of(sent, found)) is None:
        return answer
    as_file = {name: answer.headers[name] for name in ("etag", "last-modified")}
    return Response(body, headers={**told, **as_file}, media_type=kind)


def best(accepted: list[str], there: Mapping[str, Path]) -> str | None:
    """None: as it is. A browser that says nothing of a coding does not get it."""
    weights: dict[str, float] = {}
    for one in ",".join(accepted).split(","):
        name, *parameters = (part.strip() for part in one.lower().split(";"))
        weights[name] = next((_weight(part) for part in parameters if part.startswith("q=")), 1.0)
    offered = [(weights.get(coding, weights.get("*", 0.0)), coding) for coding in there]
    most = max((weight for weight, _ in offered), default=0.0)
    return next((coding for weight, coding in offered if weight == most > 0), None)


def _weight(told: str) -> float:
    try:
        return min(1.0, max(0.0, float(told.removeprefix("q="))))
    except ValueError:
        return 0.0
