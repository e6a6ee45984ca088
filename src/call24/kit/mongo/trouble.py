"""The driver's errors -> our own, so that no room needs to know the driver."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from dns.exception import DNSException
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    PyMongoError,
    WriteConcernError,
)

from call24.kit.errors import Conflict, Unavailable

DUPLICATE = 11000


@contextmanager
def translated() -> Iterator[None]:
    """Raises: Conflict on a duplicate key, Unavailable when the server is away, slow or cannot promise the write.

    After Unavailable a write may or may not be stored: writes are therefore made so that repeating one is harmless.
    A task that was cancelled meanwhile is cancelled, whatever the driver made of it.
    """
    task = asyncio.current_task()
    wished = task.cancelling() if task else 0
    try:
        with _translated():
            yield
    finally:
        # The driver waits with asyncio.wait_for, which loses a cancellation that meets its result (CPython issue 86296,
        # before Python 3.12): who works in a loop would never end.
        if task and task.cancelling() > wished:
            raise asyncio.CancelledError


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DuplicateKeyError as error:
        raise Conflict("It already exists") from error
    except BulkWriteError as error:
        failures = error.details.get("writeErrors", [])
        if failures and all(failure.get("code") == DUPLICATE for failure in failures):
            raise Conflict("It already exists") from error
        if not failures:  # stored, but not promised by a majority
            raise Unavailable("The database is not available") from error
        raise
    except (ConnectionFailure, ExecutionTimeout, WriteConcernError) as error:
        raise Unavailable("The database is not available") from error
    except ConfigurationError as error:
        if isinstance(error.__cause__ or error.__context__, DNSException):  # of +srv; the driver asks again
            raise Unavailable("The database is not available: its name cannot be looked up") from error
        raise
    except PyMongoError as error:
        if error.timeout:
            raise Unavailable("The database did not answer in time") from error
        raise
