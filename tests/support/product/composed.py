"""The product's own server in the test's process, as server/server.py runs it, by a clock that the test moves.

MongoDB and Asterisk are real and live by the machine's clock. Nothing is wired here: that is what tests with it hold.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import msgspec
import uvicorn
from msgspec import inspect
from pymongo import MongoClient
from pymongo.database import Database
from tests.support.product.organisation import Organisation
from tests.support.product.pbx import Pbx
from tests.support.product.people import sign_in
from tests.support.product.stack import RunningStack
from tests.support.product.sweeps import Sweeps
from tests.support.quick_hashes import quick_hashes
from tests.support.wait import wait_until

from call24.kit.clock import SystemClock
from call24.kit.mongo.codec import stored
from call24.kit.settings import DATABASE, Settings
from call24.kit.uptime import Uptime
from call24.server import server
from call24.server.app import Call24
from call24.statistics import service as statistics

COUNT_EVERY_S = 2.0


class MovedClock(SystemClock):
    """The machine's clock, further on by what the test says. Timers take their real time.

    `moved`: time that has passed; `wrong`: the clock was set, and no time passed. `after`: called when either changed.
    """

    def __init__(self, after: Callable[[], None] = lambda: None) -> None:
        self._moved = self._wrong = timedelta(0)
        self._after = after

    @property
    def moved(self) -> timedelta:
        return self._moved

    @moved.setter
    def moved(self, moved: timedelta) -> None:
        self._moved = moved
        self._after()

    @property
    def wrong(self) -> timedelta:
        return self._wrong

    @wrong.setter
    def wrong(self, wrong: timedelta) -> None:
        self._wrong = wrong
        self._after()

    def now(self) -> datetime:
        return super().now() + self.moved + self.wrong

    def uptime(self) -> Uptime:
        boot, s = super().uptime()
        return Uptime(boot, s + self.moved.total_seconds())

    def go_to(self, at: datetime) -> None:
        self.moved += at - self.now()


class Composed:
    """`app`: the composition root, to look into; what a test asks for goes over HTTP."""

    def __init__(
        self, settings: Settings, clock: MovedClock, app: Call24, database: Database[dict[str, Any]], sweeps: Sweeps
    ) -> None:
        self.settings, self.clock, self.app, self.database = settings, clock, app, database
        self.sweeps = sweeps

    base_url = property(lambda self: f"https://127.0.0.1:{self.settings.http_port}")
    pbx = property(lambda self: Pbx(self.settings))

    def documents(self, tenant_id: str) -> dict[str, int]:
        """How many an organisation has, by collection."""
        names = [name for name in self.database.list_collection_names() if not name.startswith("system.")]
        counts = {name: self.database[name].count_documents({"tenant_id": tenant_id}) for name in names}
        return {name: count for name, count in counts.items() if count}

    async def swept(self) -> None:
        """Until the sweeper has looked at all that is due, in one run that began after this was called."""
        await self.sweeps.whole()

    @contextlib.asynccontextmanager
    async def organisation(self, name: str, **queue: Any) -> AsyncIterator[Organisation]:
        async with httpx.AsyncClient(base_url=self.base_url, verify=False, timeout=20) as http:
            made = Organisation(self, http, name)  # type: ignore[arg-type]  # all of a System that it asks for
            await made.build(queue)
            try:
                yield made
            finally:
                await made.close()

    async def sign_in_again(self, org: Organisation) -> None:
        """Sessions have ended when the clock went on by weeks."""
        email = self.database["users"].find_one({"tenant_id": org.tenant_id, "role": "owner"})
        assert email is not None
        org.http.headers.pop("Authorization")
        org.http.headers["Authorization"] = f"Bearer {await sign_in(org.http, email['email'])}"


@contextlib.asynccontextmanager
async def composed(
    stack: RunningStack, settings: Settings | None = None, clock: SystemClock | None = None
) -> AsyncIterator[Composed]:
    """The server is ready. What it does now and then it does often or when it is wanted, and passwords cost it little;
    what the test's own process has is not collected at its start, which takes half a second.

    No more than that is changed.

    ``clock``: another than one that the test moves on, and all that it measures with it.
    """
    settings = settings or stack.settings
    built: list[Call24] = []
    served: list[uvicorn.Server] = []
    sweeps = Sweeps()
    moved = MovedClock(sweeps.soon)

    class Seen(Call24):
        def __init__(self, *words: Any) -> None:
            super().__init__(*words)
            sweeps.pace(self.readers.sweeper)
            built.append(self)

    class SeenServer(server.Server):
        def __init__(self, *words: Any) -> None:
            super().__init__(*words)
            served.append(self)

    with contextlib.ExitStack() as changed:
        changed.enter_context(quick_hashes())
        changed.enter_context(patch.object(server, "Call24", Seen))
        changed.enter_context(patch.object(server, "Server", SeenServer))
        changed.enter_context(patch.object(server, "spare_collections", lambda: None))
        changed.enter_context(patch.object(statistics, "AHEAD_EVERY_S", COUNT_EVERY_S))
        database = changed.enter_context(MongoClient[dict[str, Any]](stack.settings.mongodb_uri()))[DATABASE]
        running = asyncio.create_task(server.serve(settings, clock or moved), name="server")
        try:
            await wait_until(lambda: running.done() or (built and built[0].started.is_set() and served[0].started), 60)
            await wait_until(lambda: built[0].telephony.is_up, 10)
            yield Composed(settings, moved, built[0], database, sweeps)
        finally:
            for one in served:
                one.should_exit = True
            if not served:
                running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running


def files_with(data: Path, *words: str) -> set[str]:
    """Files below the data folder that have one of these words in their bytes; those of MongoDB, which are looked at as
    documents, are left out."""
    found = set()
    for path in data.rglob("*"):
        relative = path.relative_to(data)
        if path.is_symlink() or not path.is_file() or relative.is_relative_to("mongodb/db"):
            continue
        with contextlib.suppress(FileNotFoundError):
            content = path.read_bytes()
            if any(word.encode() in content for word in words):
                found.add(str(relative))
    return found


MADE_UP = "one_made_up"


def made_up(struct: type[msgspec.Struct], tenant_id: str, due: datetime) -> dict[str, Any]:
    """A document of this kind as MongoDB keeps it, whose day is ``due``; all else says as little as it may.

    What waits to be sent is not tried before that day, and not given up by a clock that is years ahead: who does that
    gives it another day.
    """
    values: dict[str, Any] = {}
    for field in inspect.type_info(struct).fields:  # type: ignore[attr-defined]
        if field.required:
            values[field.name] = least(field.type)
    given = {"id": MADE_UP, "delete_at": due, "due_at": due + timedelta(days=1), "tenant_id": tenant_id}
    if "due_at" in struct.__struct_fields__:
        given["until"] = due + timedelta(days=20 * 365)
    values |= {name: value for name, value in given.items() if name in struct.__struct_fields__}
    return stored(struct(**values))


def least(kind: inspect.Type) -> Any:
    """The smallest value of a type."""
    match kind:
        case inspect.Metadata():
            return least(kind.type)
        case inspect.UnionType():
            return None if any(isinstance(one, inspect.NoneType) for one in kind.types) else least(kind.types[0])
        case inspect.LiteralType():
            return kind.values[0]
        case inspect.EnumType():
            return next(iter(kind.cls))
        case inspect.DateTimeType():
            return datetime(2026, 1, 1, tzinfo=UTC)
        case inspect.StructType():
            return kind.cls(**{field.name: least(field.type) for field in kind.fields if field.required})
    simple = {
        inspect.StrType: "x", inspect.IntType: 0, inspect.FloatType: 0.0, inspect.BoolType: False,
        inspect.BytesType: b"", inspect.DictType: {}, inspect.VarTupleType: (), inspect.ListType: [],
        inspect.FrozenSetType: frozenset(), inspect.AnyType: None, inspect.RawType: msgspec.Raw(b"null"),
    }  # fmt: skip
    return simple[type(kind)]


def held(root: object, tenant_id: str) -> set[str]:
    """Where the server's objects hold something of an organisation, as `Class.attribute`: what is kept under its id,
    and what says that it is its."""
    return _found(root, lambda one: one == tenant_id or getattr(one, "tenant_id", None) == tenant_id)


def held_words(root: object, *words: str) -> set[str]:
    """Where they hold one of these words."""

    def says(one: object) -> bool:
        return isinstance(one, str | msgspec.Struct) and any(word in repr(one) for word in words)

    return _found(root, says)


def _found(root: object, wanted: Callable[[object], bool]) -> set[str]:
    found: set[str] = set()
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or not type(one).__module__.startswith(("call24.", __name__)):
            continue
        seen.add(id(one))
        for name, value in _attributes(one):
            if isinstance(value, dict | list | set | tuple | deque | frozenset):
                inside = [*value, *value.values()] if isinstance(value, dict) else list(value)
                if any(map(wanted, inside)) or any(wanted(part) for each in inside for part in _parts(each)):
                    found.add(f"{type(one).__name__}.{name}")
                waiting += inside
            else:
                waiting.append(getattr(value, "__self__", value))
    return found


def _parts(key: object) -> tuple[object, ...]:
    return key if isinstance(key, tuple) else ()


def _attributes(one: object) -> list[tuple[str, Any]]:
    slots = [name for kind in type(one).__mro__ for name in getattr(kind, "__slots__", ())]
    return [*getattr(one, "__dict__", {}).items(), *((name, getattr(one, name, None)) for name in slots)]
