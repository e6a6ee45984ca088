"""What is inserted into a collection, in its order: a change stream that goes on after MongoDB was away."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import msgspec
from pymongo.asynchronous.change_stream import AsyncChangeStream
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import OperationFailure, PyMongoError

from call24.kit.errors import Unavailable
from call24.kit.mongo.codec import loaded
from call24.kit.mongo.trouble import translated

T = TypeVar("T", bound=msgspec.Struct)

AWAIT_MS = 1_000
_PLACE_GONE = (260, 280, 286)
"""InvalidResumeToken, ChangeStreamFatalError, ChangeStreamHistoryLost."""


class PlaceLost(Unavailable):
    """MongoDB does not know the place any more: something may have been missed."""


class Following(Generic[T]):
    """`begin` says from when on; then `next` for ever. One user at a time."""

    def __init__(
        self, raw: AsyncCollection[dict[str, Any]], struct: type[T], match: Mapping[str, Any], comment: str
    ) -> None:
        self._raw = raw
        self._struct = struct
        self._match = {"operationType": "insert", **{f"fullDocument.{name}": one for name, one in match.items()}}
        self._comment = comment
        self._stream: AsyncChangeStream[dict[str, Any]] | None = None
        self._token: Mapping[str, Any] | None = None

    async def begin(self) -> None:
        """What is inserted after this is told. Raises: Unavailable, PlaceLost."""
        try:
            with translated():
                self._stream = await self._raw.watch(
                    [{"$match": self._match}],
                    resume_after=self._token,
                    max_await_time_ms=AWAIT_MS,
                    comment=self._comment,
                )
        except OperationFailure as error:
            raise self._trouble(error) from error
        self._token = self._stream.resume_token

    async def next(self) -> T | None:
        """None when a second went by without one. Raises: Unavailable, and goes on when it is asked again; PlaceLost,
        and begins again then."""
        if self._stream is None:
            await self.begin()
        assert self._stream is not None
        try:
            with translated():
                change = await self._stream.try_next()
        except (PyMongoError, Unavailable) as error:
            await self.close()
            raise self._trouble(error) from error
        except BaseException:
            await self.close()
            raise
        self._token = self._stream.resume_token
        return None if change is None else loaded(change["fullDocument"], self._struct)

    async def close(self) -> None:
        """The place is kept."""
        stream, self._stream = self._stream, None
        if stream is not None:
            with contextlib.suppress(PyMongoError):  # it may be gone with its connection
                await stream.close()

    def _trouble(self, error: Exception) -> Unavailable:
        if isinstance(error, OperationFailure) and error.code in _PLACE_GONE:
            self._token = None
            return PlaceLost("What was to be followed is not known any more")
        return Unavailable("The database is not available")
