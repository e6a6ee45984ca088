"""CardDAV: address books for phones and computers. Source: RFC 6352, 6578, 6764, 4918, 9110.

An app password is shown as HTTP Basic, with the user's e-mail address. In addresses a user stands by id, so that no
client has to encode an `@`. PROPFIND and REPORT read; PUT and DELETE are in the audit log, by the id of the entry.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import Depends, Request, Response
from fastapi.responses import StreamingResponse

from call24.carddav import reports
from call24.carddav.dependencies import AppPasswordsDep, CardBooksDep, CardWriterDep
from call24.carddav.passwords import AppPasswords
from call24.carddav.properties import CARD_TYPE, ROOT, Resource, home_of, principal_of, response, wanted
from call24.carddav.refusals import DavRefusal, EndlessDepth, NotMet, UnknownReport
from call24.carddav.reports import Book, quoted
from call24.carddav.service import CardBooks
from call24.carddav.sync_tokens import Place, token_of
from call24.carddav.writing import NAME_MAX, CardWriter
from call24.carddav.xml_documents import c, d, document, read, tag, text
from call24.http.access import client_address, require
from call24.http.problems import of
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.admission import EXTENSION
from call24.kit.errors import Call24Error, Conflict, Invalid, NotFound, Unauthenticated
from call24.kit.log_context import work_for

router = Router(prefix="/carddav", include_in_schema=False)
discovery = Router(include_in_schema=False)

ORGANISATION, PRIVATE = "organisation", "private"
TITLES = {ORGANISATION: "Organisation", PRIVATE: "Private"}
XML = "application/xml; charset=utf-8"
DAV = "1, 3, addressbook"
METHODS = "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, REPORT"
_PRIVATE = {"DAV": DAV, "Cache-Control": "private, no-store"}
_ASK = {"WWW-Authenticate": 'Basic realm="Call24 address book", charset="UTF-8"'}
_VERSIONS = {"4.0", "3.0"}


async def device(request: Request, passwords: AppPasswordsDep) -> Principal:
    """Who shows an app password. Raises: Unauthenticated, TooMany, Refused."""
    name, secret = _shown(request)
    found = await passwords.sign_in(name, secret, client_address(request))
    request.state.principal = found
    work_for(tenant_id=found.tenant_id)
    if (admitted := request.scope.get("extensions", {}).get(EXTENSION)) is not None:
        admitted.proven(found.tenant_id)
    request.app.state.came_from.note(found.tenant_id, client_address(request))
    require(found, "people.read")
    return found


def _shown(request: Request) -> tuple[str, str]:
    """Raises: Unauthenticated."""
    scheme, _, coded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic" or len(coded) > 1000:
        raise Unauthenticated
    try:
        name, _, secret = base64.b64decode(coded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Unauthenticated from None
    return name, secret


class Asked:
    """One request of a device."""

    def __init__(
        self, request: Request, passwords: AppPasswordsDep, books: CardBooksDep, writer: CardWriterDep
    ) -> None:
        self.request = request
        self.passwords: AppPasswords = passwords
        self.books: CardBooks = books
        self.writer: CardWriter = writer
        self.principal: Principal

    @property
    def writes(self) -> bool:
        return "people.write" in self.principal.permissions

    @property
    def minimal(self) -> bool:
        prefer = self.request.headers.get("prefer", "")
        return "return=minimal" in prefer.replace(" ", "") or self.request.headers.get("brief", "").lower() == "t"

    def check_own(self, user_id: str) -> None:
        """Raises: NotFound: nobody's books but one's own are there."""
        if user_id != self.principal.user_id:
            raise NotFound

    def book(self, user_id: str, book: str) -> Book:
        """Raises: NotFound."""
        self.check_own(user_id)
        if book not in TITLES:
            raise NotFound
        return Book(
            tenant_id=self.principal.tenant_id,
            user_id=self.principal.user_id,
            whose=self.principal.user_id if book == PRIVATE else None,
            href=f"{home_of(user_id)}{book}/",
            writes=self.writes,
        )

    def resource(self, kind: Any, href: str, title: str) -> Resource:
        return Resource(kind=kind, href=href, user=self.principal.user_id, title=title, writes=self.writes)

    async def book_resource(self, book: Book, title: str) -> Resource:
        now = await self.books.book(book.tenant_id, book.whose)
        token = token_of(now, Place(what="changes", seq=now.seq))
        return Resource(kind="book", href=book.href, user=book.user_id, title=title, token=token, writes=self.writes)


AskedDep = Annotated[Asked, Depends(Asked)]
Answer = Callable[[Asked], Coroutine[Any, Any, Response]]


async def answered(asked: Asked, answer: Answer) -> Response:
    """With what clients of this protocol read of an error. Raises: nothing that is expected."""
    try:
        asked.principal = await device(asked.request, asked.passwords)
        made = await answer(asked)
    except Unauthenticated as error:
        made = of(error)
        made.headers.update(_ASK)
    except DavRefusal as error:
        made = _refused(asked, error)
    except Conflict as error:  # a legal hold, no room: 409 would say that a folder is missing
        made = Response(error.detail, 507 if error.code == "too_many" else 403, media_type="text/plain")
    except Invalid as error:
        made = Response(error.detail, 403, media_type="text/plain")
    except Call24Error as error:
        made = of(error)
    for name, value in _PRIVATE.items():
        made.headers.setdefault(name, value)
    return made


def _refused(asked: Asked, error: DavRefusal) -> Response:
    if error.condition is None:
        return Response(error.detail, error.status, media_type="text/plain")
    where = ""
    if error.name:
        where = tag(d("href"), text(asked.request.url.path.rpartition("/")[0] + "/" + quoted(error.name)))
    body = tag(error.condition, where) + tag(d("responsedescription"), text(error.detail))
    return Response(document(d("error"), body), error.status, media_type=XML)


async def _stream(answers: AsyncIterator[str]) -> AsyncIterator[bytes]:
    begun, _, end = document(d("multistatus"), "\0").partition(b"\0")
    yield begun
    async for one in answers:
        if one:  # a query that finds nobody in a piece
            yield one.encode()
    yield end


def _multistatus(answers: AsyncIterator[str]) -> Response:
    return StreamingResponse(_stream(answers), 207, media_type=XML)


def _of_book(books: CardBooks, book: Book, answers: AsyncIterator[str]) -> Response:
    return _multistatus(books.turns.paced(book.tenant_id, answers))


async def _these(*answers: str) -> AsyncIterator[str]:
    for one in answers:
        yield one


def _depth(request: Request) -> int:
    """Of what has members. Where there are none any depth is the same, and some clients name none.

    Raises: EndlessDepth.
    """
    depth = request.headers.get("depth", "0" if request.method == "REPORT" else "infinity").lower()
    if depth not in ("0", "1"):
        raise EndlessDepth("Ask with Depth 0 or 1")
    return int(depth)


# --- discovery ---


async def _to_root() -> Response:
    return Response(status_code=301, headers={"Location": ROOT, "DAV": DAV, "Cache-Control": "no-cache"})


for _path in ("/.well-known/carddav", "/.well-known/carddav/"):
    for _method in ("GET", "PROPFIND", "OPTIONS", "REPORT"):
        discovery.add_api_route(_path, _to_root, methods=[_method])
for _path in ("/", "/principals/", "/principals"):  # where iOS looks next
    discovery.add_api_route(_path, _to_root, methods=["PROPFIND"])


async def _options() -> Response:
    return Response(status_code=200, headers={"Allow": METHODS, "DAV": DAV})


async def find_root(asked: AskedDep) -> Response:
    async def answer(asked: Asked) -> Response:
        names = wanted(read(await asked.request.body()))
        return _multistatus(_these(response(asked.resource("root", ROOT, "Call24"), names, minimal=asked.minimal)))

    return await answered(asked, answer)


async def find_principal(user_id: str, asked: AskedDep) -> Response:
    async def answer(asked: Asked) -> Response:
        asked.check_own(user_id)
        names = wanted(read(await asked.request.body()))
        one = asked.resource("principal", principal_of(user_id), "Address book")
        return _multistatus(_these(response(one, names, minimal=asked.minimal)))

    return await answered(asked, answer)


async def find_home(user_id: str, asked: AskedDep) -> Response:
    async def answer(asked: Asked) -> Response:
        asked.check_own(user_id)
        depth, names = _depth(asked.request), wanted(read(await asked.request.body()))
        found = [asked.resource("home", home_of(user_id), "Address books")]
        if depth:
            found += [await asked.book_resource(asked.book(user_id, one), title) for one, title in TITLES.items()]
        return _multistatus(_these(*(response(one, names, minimal=asked.minimal) for one in found)))

    return await answered(asked, answer)


async def find_book(user_id: str, book: str, asked: AskedDep) -> Response:
    async def answer(asked: Asked) -> Response:
        where = asked.book(user_id, book)
        depth, names = _depth(asked.request), wanted(read(await asked.request.body()))
        if depth:
            asked.books.turns.check_room(where.tenant_id)
        own = response(await asked.book_resource(where, TITLES[book]), names, minimal=asked.minimal)

        async def every() -> AsyncIterator[str]:
            yield own
            if depth:
                async for refs in asked.books.refs(where.tenant_id, where.whose):
                    yield "".join(
                        response(where.card(one.name, one.etag), names, minimal=asked.minimal) for one in refs
                    )

        return _of_book(asked.books, where, every())

    return await answered(asked, answer)


async def find_card(user_id: str, book: str, name: str, asked: AskedDep) -> Response:
    async def answer(asked: Asked) -> Response:
        where = asked.book(user_id, book)
        names = wanted(read(await asked.request.body()))
        found = await asked.books.one(where.tenant_id, where.whose, name)
        one = where.card(found.ref.name, found.ref.etag)
        return _multistatus(_these(response(one, names, minimal=asked.minimal)))

    return await answered(asked, answer)


REPORTS = {
    c("addressbook-multiget"): reports.multiget,
    c("addressbook-query"): reports.query,
    d("sync-collection"): reports.sync,
}


async def report(user_id: str, book: str, asked: AskedDep) -> Response:
    async def answer(asked: Asked) -> Response:
        where = asked.book(user_id, book)
        wish = read(await asked.request.body())
        made = REPORTS.get(wish.name) if wish is not None else None
        if wish is None or made is None:
            raise UnknownReport("addressbook-multiget, addressbook-query and sync-collection are known")
        asked.books.turns.check_room(where.tenant_id)
        return _of_book(asked.books, where, await made(asked.books, where, wish, minimal=asked.minimal))

    return await answered(asked, answer)


# --- cards ---


async def get_card(user_id: str, book: str, name: str, asked: AskedDep) -> Response:
    async def answer(asked: Asked) -> Response:
        where = asked.book(user_id, book)
        found = await asked.books.one(where.tenant_id, where.whose, name)
        version = version_of(asked.request.headers.get("accept", ""))
        headers = {"ETag": found.ref.etag, "Vary": "Accept"}
        if found.ref.etag in _tags(asked.request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        kind = f"{CARD_TYPE}; version={version}"
        return Response(asked.books.text(found, version), headers={**headers, "Content-Type": kind})

    return await answered(asked, answer)


async def put_card(user_id: str, book: str, name: str, asked: AskedDep) -> Response:
    """An ETag is answered only where the card is read as it was sent: else the client reads it again, since we added to
    it. Whether it is a card is seen by the body: some clients call theirs `application/xml`. Source: RFC 6352, 6.3.2.3.
    """

    async def answer(asked: Asked) -> Response:
        where, headers = asked.book(user_id, book), asked.request.headers
        require(asked.principal, "people.write")
        _check_name(name)
        made = await asked.writer.put(
            where.tenant_id,
            where.user_id,
            where.whose,
            name,
            await asked.request.body(),
            if_match=headers.get("if-match", ""),
            if_none_match=headers.get("if-none-match", ""),
        )
        asked.request.scope["path_params"]["id"] = made.id  # for the audit log
        return Response(status_code=201 if made.created else 204, headers={"ETag": made.etag} if made.etag else {})

    return await answered(asked, answer)


async def delete_card(user_id: str, book: str, name: str, asked: AskedDep) -> Response:
    async def answer(asked: Asked) -> Response:
        where = asked.book(user_id, book)
        require(asked.principal, "people.write")
        id = await asked.writer.delete(
            where.tenant_id, where.user_id, where.whose, name, if_match=asked.request.headers.get("if-match", "")
        )
        asked.request.scope["path_params"]["id"] = id
        return Response(status_code=204)

    return await answered(asked, answer)


def _check_name(name: str) -> None:
    """Raises: NotMet."""
    if not 0 < len(name) <= NAME_MAX or not name.isprintable() or "/" in unquote(name):
        raise NotMet(f"A card's address has up to {NAME_MAX} printable characters")


def version_of(accept: str) -> str:
    """`4.0` where a client asks for it and not for 3.0; Apple's know 3.0 alone."""
    found = [one.strip() for part in accept.lower().split(",") for one in part.split(";")[1:]]
    versions = {one.partition("=")[2].strip('"') for one in found if one.startswith("version=")} & _VERSIONS
    return "4.0" if versions == {"4.0"} else "3.0"


def _tags(header: str) -> list[str]:
    return [one.strip().removeprefix("W/") for one in header.split(",")]


def _add(path: str, method: str, endpoint: Callable[..., Any]) -> None:
    """A collection with and without its last stroke: some clients leave it out."""
    for one in dict.fromkeys((path, path.rstrip("/") if path.endswith("/") else path)):
        router.add_api_route(one, endpoint, methods=[method])


_BOOK, _CARD = "/books/{user_id}/{book}/", "/books/{user_id}/{book}/{name}"
_add("/", "PROPFIND", find_root)
_add("/principals/", "PROPFIND", find_root)
_add("/principals/{user_id}/", "PROPFIND", find_principal)
_add("/books/{user_id}/", "PROPFIND", find_home)
_add(_BOOK, "PROPFIND", find_book)
_add(_BOOK, "REPORT", report)
_add(_CARD, "PROPFIND", find_card)
_add(_CARD, "GET", get_card)
_add(_CARD, "PUT", put_card)
_add(_CARD, "DELETE", delete_card)
for _path in ("/", "/principals/{user_id}/", "/books/{user_id}/", _BOOK, _CARD):
    _add(_path, "OPTIONS", _options)
