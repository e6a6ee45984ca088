"""What the driver makes of trouble, and of a task that is cancelled."""

from __future__ import annotations

import asyncio

import dns.exception
import dns.resolver
import pytest
from pymongo.errors import ConfigurationError

from call24.kit.errors import Unavailable
from call24.kit.mongo.trouble import translated


class Driver:
    """Loses a cancellation, as asyncio.wait_for does when it meets the result."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.times = 0

    async def answer(self) -> None:
        self.times += 1
        self.asked.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return


async def test_a_cancellation_that_the_driver_lost_ends_a_loop() -> None:
    driver = Driver()

    async def loop() -> None:
        while True:
            with translated():
                await driver.answer()

    running = asyncio.create_task(loop())
    await driver.asked.wait()
    running.cancel()
    done, _ = await asyncio.wait({running}, timeout=2)
    assert done and running.cancelled()
    assert driver.times == 1


async def test_what_is_cleaned_up_after_a_cancellation_may_still_ask() -> None:
    driver = Driver()
    cleaned = False

    async def work() -> None:
        nonlocal cleaned
        try:
            with translated():
                await driver.answer()
        finally:
            with translated():
                await asyncio.sleep(0)
            cleaned = True

    running = asyncio.create_task(work())
    await driver.asked.wait()
    running.cancel()
    await asyncio.wait({running})
    assert running.cancelled()
    assert cleaned


async def test_a_time_limit_around_it_is_a_time_limit() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            with translated():
                await Driver().answer()


async def test_a_name_that_cannot_be_looked_up_is_a_database_that_is_away() -> None:
    """Only the log has what was asked for. Another fault of the configuration stays one."""
    with pytest.raises(Unavailable) as caught, translated():
        try:
            raise dns.resolver.NoNameservers
        except dns.exception.DNSException as error:
            raise ConfigurationError("_mongodb._tcp.cluster.example.net") from error
    assert str(caught.value) == "The database is not available: its name cannot be looked up"
    with pytest.raises(ConfigurationError), translated():
        raise ConfigurationError("MongoDB is too old")
