"""What is wrong with what was seen, in words for people; empty where all is as promised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from tests.matrix.model import Promise, Sound
from tests.support.people import CALLER_HZ
from tests.support.system import loudest

UNBROKEN_S = 0.3


def sound(promised: Sound, gaps_s: Mapping[str, float | None]) -> list[str]:
    """`away` may be silent for as long as the fault lasts; that somebody heard again was waited for."""
    limit = {"unbroken": UNBROKEN_S}.get(promised)
    return [
        f"{name} heard nothing for {gap} s"
        for name, gap in gaps_s.items()
        if limit is not None and gap is not None and gap > limit
    ]


def silent(heard: list[str]) -> list[str]:
    return [f"{name} still heard something" for name in heard]


def in_time(back_s: float, promised_s: float) -> list[str]:
    return [f"the next call was answered after {back_s} s, not {promised_s} s"] if back_s > promised_s else []


def record(promise: Promise, seen: Mapping[str, Any]) -> list[str]:
    wrong = []
    for what, allowed in (
        ("outcome", promise.outcomes),
        ("ended_by", promise.ended_by),
        ("recording", promise.recordings),
    ):
        if seen[what] not in allowed:
            wrong.append(f"{what}: {seen[what]}, not {' or '.join(sorted(map(str, allowed)))}")
    if promise.found_missing and not seen["found_missing"]:
        wrong.append("the record does not say that its end was found")
    return wrong


def playable(audio: np.ndarray[Any, Any], said_s: float) -> list[str]:
    """Two channels, as long as it says; the customer's own tone is what the left one has most of."""
    channels, length = audio.shape
    wrong = [] if channels == 2 else [f"{channels} channels"]
    if said_s > 0.5 and abs(loudest(audio[0]) - CALLER_HZ) > 5:
        wrong.append(f"the customer's side has mostly {loudest(audio[0]):.0f} Hz")
    if abs(length / 8000 - said_s) > 0.1:
        wrong.append(f"plays {length / 8000:.2f} s and says {said_s} s")
    return wrong
