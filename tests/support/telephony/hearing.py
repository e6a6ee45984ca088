"""Who hears whom, by the tones that each end says: proven over a stretch of time, without waiting for a time.

A stretch is as long as the sound that must be heard in it; what must not be heard is looked for in the same stretch.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import cache
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from tests.support.wait import wait_until

from call24.installer.asterisk_conf import TEMPLATES
from call24.testphones import tone
from call24.testphones.rtp import Ear
from call24.testphones.sip_call import SipCall

Hz = tuple[int, ...] | int
AUDIBLE_DBFS = -45


async def hear(
    heard: Mapping[SipCall, Hz],
    deaf: Mapping[SipCall, Hz] | None = None,
    *,
    for_s: float = 0.4,
    leak: float = 0.15,
    timeout_s: float = 8.0,
) -> float:
    """From some moment on each call of `heard` has its tones for so long, and none of `deaf` has a trace of its own.

    `leak`: the share of the energy from which on a tone counts as heard; more where music plays. Returns the moment.
    Raises: AssertionError when the time is over.
    """
    deadline = time.time() + timeout_s
    last = ""
    while time.time() < deadline:
        since = time.time()
        try:
            await wait_until(lambda since=since: not _missing(heard, since, for_s), max(0.1, deadline - since))  # type: ignore[misc]
        except AssertionError:
            last = f"not heard: {_missing(heard, since, for_s)}"
            break
        leaked = _leaked(deaf or {}, since, leak)
        if not leaked:
            return since
        last = f"heard, and should not be: {leaked}"
    raise AssertionError(last)


def _missing(heard: Mapping[SipCall, Hz], since: float, for_s: float) -> list[str]:
    return [
        f"{hz} Hz by {type(call).__name__} {index}"
        for index, (call, tones) in enumerate(heard.items())
        for hz in _all(tones)
        if not call.ear.among(hz, since, for_s)
    ]


def _leaked(deaf: Mapping[SipCall, Hz], since: float, leak: float) -> list[str]:
    return [
        f"{hz} Hz by {type(call).__name__} {index}"
        for index, (call, tones) in enumerate(deaf.items())
        for hz in _all(tones)
        if call.ear.among(hz, since, for_s=0.1, least=leak)
    ]


def _all(tones: Hz) -> tuple[int, ...]:
    return (tones,) if isinstance(tones, int) else tones


async def music(call: SipCall, *without: int, timeout_s: float = 8.0) -> float:
    """Half a second of something audible that is none of these tones. Returns the moment from which on."""
    deadline = time.time() + timeout_s
    while time.time() < deadline:
        since = time.time()
        await wait_until(lambda since=since: len(call.ear.samples(since)) > 4000, max(0.1, deadline - since))  # type: ignore[misc]
        loud = call.ear.level_dbfs(since) > AUDIBLE_DBFS
        if loud and not any(call.ear.among(hz, since, for_s=0.2, least=0.6) for hz in without):
            return since
    raise AssertionError("no music within the time")


def said(call: SipCall, sound: str, since: float = 0.0) -> float:
    """How much of a built-in sound (ops/asterisk/sounds) is in what arrived: 1.0 is all of it, as it is in the file.

    Who waits for a sound asks ten times a second: where it was looked for in vain is not looked through again.
    """
    wanted = _built_in(sound)
    heard = call.ear.ulaw(since)
    if len(heard) < len(wanted):
        return 0.0
    known = _looked_through.setdefault(call.ear, {})
    begins, best = known.get((sound, since), (0, 0.0)) if call.ear.is_whole else (0, 0.0)
    part = _samples(heard[begins:])
    size = 1 << (len(part) + len(wanted)).bit_length()
    spectrum = np.fft.rfft(part, size) * np.conj(np.fft.rfft(wanted, size))
    found = np.fft.irfft(spectrum)[: len(part)] / (wanted @ wanted)
    whole = len(part) - len(wanted) + 1
    """It may begin at so many moments and have arrived to its end: of later ones more is to come."""
    known[sound, since] = begins + whole, max(best, float(found[:whole].max()))
    return max(best, float(found.max()))


_looked_through: WeakKeyDictionary[Ear, dict[tuple[str, float], tuple[int, float]]] = WeakKeyDictionary()
"""Of each sound, from a moment on: the first sample where it may begin that was not tried yet, and the best before."""


@cache
def _built_in(sound: str) -> npt.NDArray[np.float64]:
    return _samples((TEMPLATES / "sounds" / f"{sound}.ul").read_bytes())


_DECODED = np.array(tone.ulaw_to_samples(bytes(range(256))), dtype=float)


def _samples(ulaw: bytes) -> npt.NDArray[np.float64]:
    return _DECODED[np.frombuffer(ulaw, np.uint8)]
