"""Sending requests: with the token, errors as exceptions, lists page by page. The only part that is written by hand."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Generic, Self, TypeVar
from urllib.parse import quote

import httpx

T = TypeVar("T")


@dataclass(frozen=True)
class Request(Generic[T]):
    """What is asked; `T`: what is answered. `answer`: json, text, bytes or nothing.

    `body` is sent as JSON. `content`: the bytes that are sent instead, whose media type is `media`; `files`: those that
    are sent as parts of a form, by their names in it.
    """

    method: str
    path: str
    query: Mapping[str, object] = field(default_factory=dict)
    body: object = None
    content: bytes | None = None
    media: str = "application/octet-stream"
    files: Mapping[str, bytes] = field(default_factory=dict)
    headers: Mapping[str, str | None] = field(default_factory=dict)
    answer: str = "json"


@dataclass(frozen=True)
class FieldError:
    field: str
    message: str


class Problem(Exception):
    """An answer of 400 and over. `code` is stable; `retry_after_s`: when to ask again, where it says so.

    `type`: the address of the page that explains it; `permission`: with a 403, the permission that is missing.
    """

    def __init__(self, response: httpx.Response) -> None:
        try:
            told = response.json()
        except ValueError:
            told = {}
        told = told if isinstance(told, dict) else {}
        self.status = response.status_code
        self.type = str(response.url.join(str(told.get("type", "about:blank"))))
        self.code = str(told.get("code", "error"))
        self.title = str(told.get("title", response.reason_phrase))
        self.detail = str(told.get("detail", told.get("message", "")))
        self.permission: str | None = told.get("permission")
        listed = told.get("errors")
        errors = listed if isinstance(listed, list) else []
        self.errors = [FieldError(str(one["field"]), str(one["message"])) for one in errors]
        after = response.headers.get("Retry-After", "")
        self.retry_after_s = int(after) if after.isdigit() else None
        super().__init__(f"{self.status} {self.code}: {self.detail}")


def part(value: object) -> str:
    """A value as one part of an address."""
    return quote(str(value), safe="")


def _asked(request: Request[Any]) -> dict[str, Any]:
    query = {name: _text(value) for name, value in request.query.items() if value is not None}
    headers = {name: value for name, value in request.headers.items() if value is not None}
    content = request.content
    if content is not None:
        headers["Content-Type"] = request.media
    elif request.body is not None:
        content = json.dumps(request.body).encode()
        headers["Content-Type"] = "application/json"
    return {
        "method": request.method,
        "url": request.path,
        "params": query or None,
        "headers": headers,
        "content": content,
        "files": {name: (name, content) for name, content in request.files.items()} or None,
    }


def _text(value: Any) -> Any:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else value


def _read(request: Request[Any], response: httpx.Response) -> Any:
    if response.status_code >= 400:
        raise Problem(response)
    match request.answer:
        case "json":
            return response.json()
        case "text":
            return response.text
        case "bytes":
            return response.content
        case _:
            return None


def _following(request: Request[T], page: Any) -> Request[T] | None:
    cursor = page.get("next")
    return None if cursor is None else replace(request, query={**request.query, "cursor": cursor})


def _options(token: str | None, options: dict[str, Any]) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return {"headers": headers, "timeout": 30.0, **options}


class Client:
    """`options`: those of `httpx.Client`, such as `verify`, `timeout`, `transport`."""

    def __init__(self, base_url: str, token: str | None = None, **options: Any) -> None:
        self._http = httpx.Client(base_url=base_url, **_options(token, options))

    def send(self, request: Request[T]) -> T:
        """Raises: Problem; httpx.HTTPError where no answer came."""
        answer: T = _read(request, self._http.request(**_asked(request)))
        return answer

    def all(self, request: Request[Any]) -> Iterator[Any]:
        """The items of all pages of a list. Raises: the same."""
        following: Request[Any] | None = request
        while following is not None:
            page = self.send(following)
            yield from page["items"]
            following = _following(following, page)

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class AsyncClient:
    """`options`: those of `httpx.AsyncClient`."""

    def __init__(self, base_url: str, token: str | None = None, **options: Any) -> None:
        self._http = httpx.AsyncClient(base_url=base_url, **_options(token, options))

    async def send(self, request: Request[T]) -> T:
        """Raises: Problem; httpx.HTTPError where no answer came."""
        answer: T = _read(request, await self._http.request(**_asked(request)))
        return answer

    async def all(self, request: Request[Any]) -> AsyncIterator[Any]:
        """The items of all pages of a list. Raises: the same."""
        following: Request[Any] | None = request
        while following is not None:
            page = await self.send(following)
            for item in page["items"]:
                yield item
            following = _following(following, page)

    async def close(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()
