"""What a PROPFIND is told of each kind of resource. Pure.

Source: RFC 4918, 15; RFC 5397 (current-user-principal); RFC 6352, 6.2, 7.1; RFC 6578, 4; RFC 3744, 5. A principal is a
principal and a collection, and no address book, and the home has no name: some clients take for a book whatever looks
like one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec

from call24.carddav.writing import CARD_MAX
from call24.carddav.xml_documents import Element, Name, c, cs, d, tag, text

Kind = Literal["root", "principal", "home", "book", "card"]
ROOT = "/carddav/"
CARD_TYPE = "text/vcard; charset=utf-8"


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """`href`: its address, encoded. `user`: whose it is; `title`: as it is shown. Of a book `token`, its sync-token; of
    a card `etag`. `writes`: whether the user may change it."""

    kind: Kind
    href: str
    user: str
    title: str = ""
    token: str = ""
    etag: str = ""
    writes: bool = False


def principal_of(user: str) -> str:
    return f"{ROOT}principals/{user}/"


def home_of(user: str) -> str:
    return f"{ROOT}books/{user}/"


def href(path: str) -> str:
    return tag(d("href"), text(path))


def _types(one: Resource) -> str:
    match one.kind:
        case "principal":
            return tag(d("collection")) + tag(d("principal"))
        case "book":
            return tag(d("collection")) + tag(c("addressbook"))
        case "card":
            return ""
        case _:
            return tag(d("collection"))


def _privileges(one: Resource) -> str:
    names = ["read", "read-current-user-privilege-set"]
    if one.writes and one.kind in ("book", "card"):
        names += ["write", "write-content"] + (["bind", "unbind"] if one.kind == "book" else [])
    return "".join(tag(d("privilege"), tag(d(name))) for name in names)


def _reports(one: Resource) -> str:
    names = [c("addressbook-multiget"), c("addressbook-query"), d("sync-collection")] if one.kind == "book" else []
    return "".join(tag(d("supported-report"), tag(d("report"), tag(name))) for name in names)


def _taken(one: Resource) -> str:
    return "".join(
        f'<c:address-data-type content-type="text/vcard" version="{version}"/>' for version in ("3.0", "4.0")
    )


_ALL: frozenset[Kind] = frozenset({"root", "principal", "home", "book", "card"})
_KNOWN: Mapping[Name, tuple[frozenset[Kind], Callable[[Resource], str]]] = {
    d("resourcetype"): (_ALL, _types),
    d("displayname"): (_ALL - {"card", "home"}, lambda one: text(one.title)),
    d("current-user-principal"): (_ALL, lambda one: href(principal_of(one.user))),
    d("principal-URL"): (frozenset({"principal"}), lambda one: href(principal_of(one.user))),
    d("principal-collection-set"): (_ALL, lambda one: href(f"{ROOT}principals/")),
    d("owner"): (frozenset({"home", "book", "card"}), lambda one: href(principal_of(one.user))),
    d("current-user-privilege-set"): (_ALL, _privileges),
    d("supported-report-set"): (_ALL, _reports),
    d("getetag"): (frozenset({"card"}), lambda one: text(one.etag)),
    d("getcontenttype"): (frozenset({"card"}), lambda one: CARD_TYPE),
    d("sync-token"): (frozenset({"book"}), lambda one: text(one.token)),
    cs("getctag"): (frozenset({"book"}), lambda one: text(one.token)),
    c("addressbook-home-set"): (frozenset({"principal"}), lambda one: href(home_of(one.user))),
    c("addressbook-description"): (frozenset({"book"}), lambda one: text(one.title)),
    c("supported-address-data"): (frozenset({"book"}), _taken),
    c("max-resource-size"): (frozenset({"book"}), lambda one: str(CARD_MAX)),
}
_PLAIN = (d("resourcetype"), d("displayname"), d("getetag"), d("getcontenttype"))
"""What `allprop` is told. Source: RFC 4918, 9.1."""
_MOST = 100


def wanted(asked: Element | None) -> tuple[Name, ...] | None:
    """The names that are asked for; None: which there are. An empty body asks for all."""
    if asked is None or asked.child(d("allprop")) is not None:
        return _PLAIN
    if asked.child(d("propname")) is not None:
        return None
    names = asked.child(d("prop"))
    return tuple(dict.fromkeys(one.name for one in names.children))[:_MOST] if names is not None else _PLAIN


def response(one: Resource, names: Sequence[Name] | None, *, more: Mapping[Name, str] = {}, minimal: bool) -> str:
    """`more`: properties that the report has made, as XML. `minimal`: nothing is said of what is not there."""
    there = {name for name, (kinds, _) in _KNOWN.items() if one.kind in kinds}
    if names is None:
        return tag(d("response"), href(one.href) + _found("".join(tag(name) for name in sorted(there))))
    found, missing = [], []
    for name in names:
        if name in more:
            found.append(tag(name, more[name]))
        elif name in there:
            found.append(tag(name, _KNOWN[name][1](one)))
        else:
            missing.append(tag(name))
    told = _found("".join(found)) if found or minimal else ""
    if (missing and not minimal) or not told:
        told += _propstat("".join(missing), "404 Not Found")
    return tag(d("response"), href(one.href) + told)


def not_there(path: str, status: str = "404 Not Found") -> str:
    return tag(d("response"), href(path) + tag(d("status"), f"HTTP/1.1 {status}"))


def _found(properties: str) -> str:
    return _propstat(properties, "200 OK")


def _propstat(properties: str, status: str) -> str:
    return tag(d("propstat"), tag(d("prop"), properties) + tag(d("status"), f"HTTP/1.1 {status}"))
