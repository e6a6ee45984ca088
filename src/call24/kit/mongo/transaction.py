"""Several writes that are stored together: a transaction of MongoDB, and when it is tried again. It knows no documents.

Source: MongoDB manual, "Production Considerations", and drivers specification "Transactions": a write conflict aborts
the transaction of who came later, at once, with the label TransientTransactionError; a commit whose answer is lost has
the label UnknownTransactionCommitResult, and committing again is harmless.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pymongo
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.mongo_client import AsyncMongoClient
from pymongo.errors import OperationFailure, PyMongoError, WriteConcernError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from call24.kit.errors import Unavailable
from call24.kit.mongo.trouble import translated

R = TypeVar("R")

WITHIN_S = 4.0
"""Of one try."""
TRIED_FOR_S = 6.0
"""MongoDB ends a transaction that a killed process left open after three seconds, at the latest when it looks next."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.002, 0.1

_COMMIT = WriteConcern(w="majority", j=True)
_READ = ReadConcern("snapshot")


async def in_transaction(
    client: AsyncMongoClient[dict[str, Any]], work: Callable[[AsyncClientSession], Awaitable[R]]
) -> R:
    """What `work` returns, once all that it wrote is stored. Raises: what `work` raises, Unavailable."""
    until, pause = asyncio.get_running_loop().time() + TRIED_FOR_S, FIRST_PAUSE_S
    async with client.start_session() as session:
        while True:
            try:
                with pymongo.timeout(WITHIN_S):
                    return await _tried(session, work)
            except OperationFailure as error:
                if not error.has_error_label("TransientTransactionError"):
                    raise
                if asyncio.get_running_loop().time() >= until:
                    raise Unavailable("Others keep changing the same data") from error
            await asyncio.sleep(pause)  # the other one goes on meanwhile: of two that conflict one always does
            pause = min(LONGEST_PAUSE_S, 2 * pause)


async def _tried(session: AsyncClientSession, work: Callable[[AsyncClientSession], Awaitable[R]]) -> R:
    await session.start_transaction(read_concern=_READ, write_concern=_COMMIT)
    try:
        result = await work(session)
        with translated():
            await _commit(session)
    finally:
        if session.in_transaction:
            with contextlib.suppress(PyMongoError):  # the server ends what nobody goes on with
                await session.abort_transaction()
    return result


async def _commit(session: AsyncClientSession) -> None:
    """The driver commits a second time by itself; here once more, since MongoDB may just have been started again.

    Or since it interrupted the wait for the journal when the transaction was three seconds old: that is an error of the
    write concern, stored already or not, and the driver does not label it as unknown.
    """
    try:
        await session.commit_transaction()
    except PyMongoError as error:
        unknown = isinstance(error, WriteConcernError) or error.has_error_label("UnknownTransactionCommitResult")
        if not unknown or error.timeout:
            raise
        await session.commit_transaction()
