"""What an operation can raise, read from the code: from its function and all that it depends on, through every function
of ours that those call or hand on, by the types that are written there. Errors that are caught on the way are left out,
or become what is raised in their place. What types do not tell (functions kept in attributes) is in `KEPT`. It errs on
the side of too much: whether a branch can be taken is not asked.
"""

from __future__ import annotations

import ast
import collections.abc
import inspect
import sys
import types
import typing
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from fastapi.routing import APIRoute

from call24.calls import preconditions as calls_requests
from call24.engine import requests as engine_requests
from call24.http.access import Allowed
from call24.http.app import described, operation_id
from call24.identity.mfa import Mfa
from call24.identity.signing_in import SigningIn
from call24.kit import errors
from call24.kit.mongo.collection import TenantCollection
from call24.kit.mongo.trouble import translated
from call24.server.rooms import ROUTERS
from call24.toll_fraud.model import DenialCode

Raised = set[tuple[int, str]]

KINDS = {kind.__name__: kind for kind in errors.Call24Error.__subclasses__()}
KEPT: dict[tuple[type, str], Any] = {(SigningIn, "_second_proof"): Mfa.prove}
"""Functions that an object is given when it is made: (class, attribute) -> the function."""
_EXISTS = {(409, errors.Conflict.code)}
SAID: dict[Any, Raised] = {
    TenantCollection.insert: _EXISTS,
    TenantCollection.insert_many: _EXISTS,
    TenantCollection.replace: _EXISTS,
    TenantCollection.update_or_insert: _EXISTS,
    calls_requests.refusal: {(409, code) for code in calls_requests.REFUSALS},
    engine_requests.Requests._dialled: {(403, code) for code in get_args(DenialCode)},
}
"""Functions that take the code of what they raise from a table, or from what is stored."""
NOT_READ: dict[Any, Raised] = {translated: {(503, errors.Unavailable.code)}}
"""It stands around every request to the database; which of them can find that a thing exists is in `SAID`."""


class Is(typing.NamedTuple):
    """An expression's value is of this type."""

    of: Any


class It(typing.NamedTuple):
    """An expression is this very thing: a function, a class, a module."""

    thing: Any


class Ours(typing.NamedTuple):
    """A function, and the class that it is asked of."""

    function: Any
    owner: type | None


# --- types ---


def plain(kind: Any) -> Any:
    """Without Annotated, None and the names of NewTypes."""
    origin = get_origin(kind)
    if origin is typing.Annotated:
        return plain(get_args(kind)[0])
    if origin in (typing.Union, types.UnionType):
        left = [plain(one) for one in get_args(kind) if one is not type(None)]
        return next((one for one in left if is_ours(one)), left[0] if left else None)
    return plain(kind.__supertype__) if hasattr(kind, "__supertype__") else kind


def is_ours(thing: Any) -> bool:
    return str(getattr(thing, "__module__", "")).startswith("call24.")


def inner(kind: Any) -> Any:
    """What one gets by going through a value, entering it, or taking one of it."""
    arguments = [one for one in get_args(plain(kind)) if one is not Ellipsis]
    if not arguments:
        return None
    origin = get_origin(plain(kind))
    mapping = isinstance(origin, type) and issubclass(origin, collections.abc.Mapping)
    return plain(arguments[-1] if mapping else arguments[0])


@cache
def hints(thing: Any) -> dict[str, Any]:
    """What is written of a function's or a class's parts, as far as the names are there at run time."""
    try:
        return get_type_hints(thing, include_extras=True)
    except (NameError, TypeError, AttributeError):
        return {}


@cache
def functions(module: str) -> dict[str, ast.AST]:
    """Qualified name -> the function, of a module."""
    found: dict[str, ast.AST] = {}

    def walk(node: ast.AST, place: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                found[f"{place}{child.name}"] = child
                walk(child, f"{place}{child.name}.<locals>.")
            elif isinstance(child, ast.ClassDef):
                walk(child, f"{place}{child.name}.")
            else:
                walk(child, place)

    walk(ast.parse(Path(str(sys.modules[module].__file__)).read_text()), "")
    return found


# --- one function ---


class Reading:
    """One function, read from its beginning to its end: what its names are, what it calls, what it raises."""

    def __init__(self, of: Ours) -> None:
        function = inspect.unwrap(of.function)
        self.node: Any = functions(function.__module__)[function.__qualname__]
        self.world = sys.modules[function.__module__].__dict__
        told = hints(function)
        self.names: dict[str, Any] = {name: Is(plain(kind)) for name, kind in told.items() if name != "return"}
        arguments = self.node.args.args
        if of.owner is not None and arguments and arguments[0].arg not in self.names:
            self.names[arguments[0].arg] = Is(of.owner)

    def look(self, node: ast.AST | None) -> Any:
        match node:
            case ast.Name(id=name):
                return self.names.get(name) or (It(self.world[name]) if name in self.world else None)
            case ast.Attribute(value=value, attr=name):
                return part(self.look(value), name)
            case ast.Call(func=called):
                return self._answer(called)
            case ast.Await(value=value) | ast.NamedExpr(value=value):
                return self.look(value)
            case ast.Subscript(value=value):
                found = self.look(value)
                return Is(inner(found.of)) if isinstance(found, Is) else None
            case ast.IfExp(body=body, orelse=other):
                return self.look(body) or self.look(other)
            case ast.BoolOp(values=values):
                return next(filter(None, map(self.look, values)), None)
        return None

    def _answer(self, called: ast.AST) -> Any:
        match self.look(called):
            case It(thing) if isinstance(thing, type):
                return Is(thing)
            case It(thing) if inspect.isfunction(thing):
                return Is(plain(hints(thing).get("return")))
            case Ours(function, _):
                return Is(plain(hints(inspect.unwrap(function)).get("return")))
            case Is(kind) if get_origin(kind) is collections.abc.Callable:
                given = plain(get_args(kind)[-1])
                return Is(inner(given) if get_origin(given) is collections.abc.Awaitable else given)
        return None

    def learn(self, node: ast.AST) -> None:
        """What a statement makes known of names."""
        match node:
            case ast.Assign(targets=[target], value=value):
                self._name(target, self.look(value))
            case ast.AnnAssign(target=target, annotation=annotation):
                self._name(target, self._written(annotation))
            case ast.NamedExpr(target=target, value=value):
                self._name(target, self.look(value))
            case ast.For(target=target, iter=over) | ast.AsyncFor(target=target, iter=over):
                self._name(target, self._of(over))
            case ast.comprehension(target=target, iter=over):
                self._name(target, self._of(over))
            case ast.withitem(context_expr=entered, optional_vars=target) if target is not None:
                found = self.look(entered)
                within = inner(found.of) if isinstance(found, Is) else None
                self._name(target, Is(within) if within is not None else found)

    def _of(self, over: ast.AST) -> Any:
        found = self.look(over)
        return Is(inner(found.of)) if isinstance(found, Is) else None

    def _written(self, annotation: ast.AST) -> Any:
        try:
            return Is(plain(eval(ast.unparse(annotation), dict(self.world))))  # our own source
        except NameError:
            return None

    def _name(self, target: ast.AST, value: Any) -> None:
        if isinstance(target, ast.Name) and value is not None:
            self.names[target.id] = value
        elif isinstance(target, ast.Tuple) and isinstance(value, Is):
            for one, kind in zip(target.elts, get_args(value.of), strict=False):
                self._name(one, Is(plain(kind)))


def part(of: Any, name: str) -> Any:
    """What `.name` is."""
    if isinstance(of, It):
        found = getattr(of.thing, name, None)
        if inspect.isfunction(found) and isinstance(of.thing, type):
            return Ours(found, of.thing)
        return It(found) if found is not None else None
    if not isinstance(of, Is):
        return None
    owner = get_origin(of.of) or of.of
    if not isinstance(owner, type) or not is_ours(owner):
        return None
    if kept := next((KEPT[one, name] for one in owner.__mro__ if (one, name) in KEPT), None):
        return It(kept)
    found = inspect.getattr_static(owner, name, None)
    if isinstance(found, staticmethod | classmethod):
        found = found.__func__
    if inspect.isfunction(found):
        return Ours(found, owner)
    if isinstance(found, property) and found.fget is not None:
        return Is(plain(hints(found.fget).get("return")))
    if name in hints(owner):
        return Is(plain(hints(owner)[name]))
    return _made(owner, name)


@cache
def _made(owner: type, name: str) -> Any:
    """What `__init__` puts there."""
    for kind in owner.__mro__:
        begin = kind.__dict__.get("__init__")
        if not inspect.isfunction(begin) or not is_ours(kind) or begin.__qualname__ not in functions(kind.__module__):
            continue
        reading = Reading(Ours(begin, owner))
        for node in ast.walk(reading.node):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            if isinstance(node, ast.AnnAssign) and any(_is_own(one, name) for one in targets):
                return reading._written(node.annotation)
            if isinstance(node, ast.Assign) and any(_is_own(one, name) for one in targets):
                return reading.look(node.value)
    return None


def _is_own(target: Any, name: str) -> bool:
    return isinstance(target, ast.Attribute) and target.attr == name and ast.unparse(target.value) == "self"


# --- what is raised ---


class Reader:
    def __init__(self) -> None:
        self._known: dict[Ours, Raised] = {}

    def of(self, asked: Ours) -> Raised:
        if asked.function in NOT_READ:
            return NOT_READ[asked.function]
        if asked not in self._known:
            self._known[asked] = set(SAID.get(asked.function, ()))  # also what one that calls itself finds
            try:
                reading = Reading(asked)
            except KeyError:  # made by a decorator: there is nothing to read
                return self._known[asked]
            self._known[asked] |= self._through(reading, reading.node.body)
        return self._known[asked]

    def _through(self, reading: Reading, nodes: Any) -> Raised:
        found: Raised = set()
        for node in nodes:
            if isinstance(node, ast.Try):
                found |= self._tried(reading, node)
                continue
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                found |= self._through(reading, node.body if isinstance(node.body, list) else [node.body])
                continue
            if isinstance(node, ast.For | ast.AsyncFor):
                reading.learn(node)
            children = list(ast.iter_child_nodes(node))
            children.sort(key=lambda one: not isinstance(one, ast.comprehension))  # `for` before what is said of it
            within = self._through(reading, children)
            found |= {one for one in within if one[0] not in _suppressed(node)}
            reading.learn(node)
            found |= self._here(reading, node)
        return found

    def _here(self, reading: Reading, node: ast.AST) -> Raised:
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name) and node.exc.id in KINDS:
            kind = KINDS[node.exc.id]
            return {(kind.status, kind.code)}
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in KINDS:
                return _said(KINDS[name], node)
            if name == "check_unused":
                return {(409, one.value) for one in node.args if isinstance(one, ast.Constant)}
            if isinstance(node.func, ast.Name | ast.Attribute):
                return self._called(reading.look(node.func))
        if isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load):
            found = reading.look(node)
            return self._called(found) if not (isinstance(found, It) and isinstance(found.thing, type)) else set()
        return set()

    def _called(self, found: Any) -> Raised:
        match found:
            case Ours(function, _) if is_ours(inspect.unwrap(function)):
                return self.of(found)
            case It(thing) if inspect.isfunction(thing) and is_ours(inspect.unwrap(thing)):
                return self.of(Ours(thing, _owner(thing)))
            case It(thing) if isinstance(thing, type) and is_ours(thing):
                begin = thing.__dict__.get("__init__") or thing.__dict__.get("__post_init__")
                return self.of(Ours(begin, thing)) if inspect.isfunction(begin) else set()
        return set()

    def _tried(self, reading: Reading, node: ast.Try) -> Raised:
        found = self._through(reading, node.body)
        for caught in node.handlers:
            statuses = _statuses(getattr(caught.type, "elts", [caught.type]))
            held = {(status, code) for status, code in found if status in statuses}
            again = [one for one in ast.walk(caught) if isinstance(one, ast.Raise)]
            if not any(one.exc is None for one in again):
                found -= held
            for one in again:
                if (new := _passed_on(one)) is not None:
                    found |= {(new.status, code) for _, code in held}
            found |= self._through(reading, caught.body)
        return found | self._through(reading, [*node.orelse, *node.finalbody])


def _statuses(kinds: list[ast.AST | None]) -> set[int]:
    """Of errors that are named."""
    names = {ast.unparse(one).split(".")[-1] for one in kinds if one is not None}
    return {kind.status for name, kind in KINDS.items() if name in names or "Call24Error" in names}


def _suppressed(node: ast.AST) -> set[int]:
    """What `with suppress(...)` keeps to itself."""
    found: set[int] = set()
    for item in getattr(node, "items", ()):
        match item.context_expr:
            case ast.Call(func=called, args=kinds) if ast.unparse(called).split(".")[-1] == "suppress":
                found |= _statuses(list(kinds))
    return found


def _said(kind: Any, node: ast.Call) -> Raised:
    code = next((one.value for one in node.keywords if one.arg == "code"), None)
    if code is None:
        return {(kind.status, kind.code)}
    return {(kind.status, str(code.value))} if isinstance(code, ast.Constant) else set()


def _passed_on(node: ast.Raise) -> Any:
    """The kind of an error that keeps the code of the one that was caught."""
    match node.exc:
        case ast.Call(func=ast.Name(id=name), keywords=keywords) if name in KINDS:
            kept = any(one.arg == "code" and isinstance(one.value, ast.Attribute) for one in keywords)
            return KINDS[name] if kept else None
    return None


def _owner(function: Any) -> type | None:
    place = function.__qualname__.rpartition(".")[0]
    found = getattr(sys.modules[function.__module__], place, None) if place and "<" not in place else None
    return found if isinstance(found, type) else None


def depended_on(dependant: Any) -> Iterator[Any]:
    for one in dependant.dependencies:
        if not isinstance(one.call, Allowed):  # said by http/problem_responses.py, more closely
            yield one.call
        yield from depended_on(one)


def raised() -> dict[str, list[str]]:
    """Operation id -> `STATUS CODE` of all that it and what it depends on raise."""
    reader, found = Reader(), {}
    for route in routes():
        asked = [route.endpoint, *depended_on(route.dependant)]
        mine = set().union(*(reader.of(Ours(one, _owner(one))) for one in asked if inspect.isfunction(one)))
        found[operation_id(route)] = [f"{status} {code}" for status, code in sorted(mine)]
    return dict(sorted(found.items()))


def routes() -> list[APIRoute]:
    return described(ROUTERS)
