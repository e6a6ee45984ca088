"""The carrier whose lines are rung, and the keys and tones that both ends of a plain call exchange."""

from __future__ import annotations

import socket
import time
from array import array
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.wait import wait_until

from call24.testphones import dtmf, tone
from call24.testphones.carrier import Carrier, Manner
from call24.testphones.customer import Customer
from call24.testphones.rtp import Ear, Tone

NUMBER = "+442079460777"


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def carrier() -> AsyncIterator[Carrier]:
    async with Carrier(("127.0.0.1", free_port())) as carrier:
        yield carrier


@pytest.fixture
async def customer(carrier: Carrier) -> AsyncIterator[Customer]:
    """Dials at the carrier itself: in between there is nothing."""
    async with Customer(carrier.address, "+442079460123", local_port=carrier._server[1]) as customer:
        yield customer


async def test_a_line_is_rung_and_answers_and_both_hear_each_other_and_each_others_keys(
    carrier: Carrier, customer: Customer
) -> None:
    line = carrier.line(NUMBER)
    call = await customer.dial(NUMBER, Tone(1000))
    rung = await line.rings()
    await call.ringing(1)
    assert rung.caller == ("+442079460123", "")
    rung.answer(600)
    await call.answered(1)
    assert await call.ear.hears(600, 2)
    assert await rung.ear.hears(1000, 2)
    call.press("12#")
    rung.press("*9")
    await wait_until(lambda: (rung.ear.digits(), call.ear.digits()) == ("12#", "*9"))
    assert await rung.ear.hears(1000, 2)
    rung.hang_up()
    assert (await call.ended(1)).by == "them"


@pytest.mark.parametrize(("manner", "status"), [("busy", 486), ("decline", 603), ("fail", 503)])
async def test_a_line_can_refuse(carrier: Carrier, customer: Customer, manner: Manner, status: int) -> None:
    carrier.line(NUMBER, manner)
    assert (await (await customer.dial(NUMBER)).ended(1)).status == status
    assert carrier.asked == [NUMBER]


async def test_a_number_that_nobody_has_is_not_found(carrier: Carrier, customer: Customer) -> None:
    assert (await (await customer.dial("+442079460999")).ended(1)).status == 404


async def test_who_gives_up_while_it_rings_is_told_so_to_the_line(carrier: Carrier, customer: Customer) -> None:
    line = carrier.line(NUMBER)
    call = await customer.dial(NUMBER)
    rung = await line.rings()
    await call.ringing(1)
    call.hang_up()
    end = await rung.ended(1)
    assert (end.by, end.status) == ("them", 487)
    rung.answer(600)
    assert rung.answered_at is None


async def test_a_line_that_answers_by_itself_says_its_tone(carrier: Carrier, customer: Customer) -> None:
    carrier.line(NUMBER, "answer", 700)
    call = await customer.dial(NUMBER)
    assert await call.ear.hears(700, 2)
    call.hang_up()


@given(st.text(dtmf.KEYS, min_size=1, max_size=8))
def test_every_key_is_sent_once_with_its_own_beginning(keys: str) -> None:
    keypad = dtmf.Keypad()
    keypad.press(keys)
    ear, timestamp, firsts = Ear(), 0, 0
    while keypad.busy:
        began = timestamp - keypad.elapsed
        packet = keypad.next()
        if packet is not None:
            ear.take_key(began, packet[0])
            firsts += packet[1]
        timestamp += dtmf.SAMPLES
    assert ear.digits() == keys
    assert firsts == len(keys)


@given(st.binary(max_size=8))
def test_no_payload_breaks_the_reader_of_keys(payload: bytes) -> None:
    dtmf.decode(payload)


def test_a_keypad_has_no_other_keys() -> None:
    with pytest.raises(ValueError):
        dtmf.Keypad().press("1x")


def test_an_ear_tells_the_parts_of_a_mixture_from_what_is_not_in_it() -> None:
    ear = Ear()
    since = time.time()
    voices = [tone.ulaw_to_samples(tone.tone_second(hz, 0.3)) for hz in (440, 1000, 1350)]
    mixed = tone.samples_to_ulaw(array("h", [sum(parts) for parts in zip(*voices, strict=True)]))
    for start in range(0, len(mixed), tone.FRAME):
        ear.take(mixed[start : start + tone.FRAME])
    assert all(ear.among(hz, since, for_s=0.8) for hz in (440, 1000, 1350))
    assert not ear.heard(1000, since)
    assert not any(ear.among(hz, since, for_s=0.02) for hz in (600, 750, 1600))
