"""What is wrong with what was seen, in words for people; empty where all is as promised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
from tests.matrix.model import Promise, Sound
from tests.support.product.people import CALLER_HZ
from tests.support.product.system import loudest

from call24.reconciliation.model import FindingKind

UNBROKEN_S, STRICT_S = 0.3, 0.06
"""The first is for a machine that does other things as well."""
RATE = 8000
MARGIN_S = 0.1
"""So much sound may be on the wrong side of a pause's edge: what is on its way, and what the clocks differ by."""
SILENT = 32
"""Samples up to this (-60 dB) are silence; in a pause they are zeros."""


def sound(promised: Sound, gaps_s: Mapping[str, float | None], *, strict: bool) -> list[str]:
    """`away` may be silent for as long as the fault lasts; that somebody heard again was waited for."""
    limit = {"unbroken": STRICT_S if strict else UNBROKEN_S}.get(promised)
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
    if abs(length / RATE - said_s) > 0.1:
        wrong.append(f"plays {length / RATE:.2f} s and says {said_s} s")
    return wrong


def silent_while_paused(audio: np.ndarray[Any, Any], since_s: float, tail_s: float | None, least_s: float) -> list[str]:
    """Nothing of either side is in the file from so long after its beginning until so long before its end (None: it).

    It is counted from both ends because what nobody heard while a part stood still is missing in the middle.
    `least_s`: so much of the pause must be there to be looked at.
    """
    length = audio.shape[1]
    first = round((since_s + MARGIN_S) * RATE)
    last = length if tail_s is None else length - round((tail_s + MARGIN_S) * RATE)
    if last - first < least_s * RATE:
        return [f"of the pause only {(last - first) / RATE:.2f} s can be looked at, in {length / RATE:.2f} s"]
    wrong = []
    for name, side in zip(("customer", "agent"), audio, strict=True):
        loud = first + np.flatnonzero(np.abs(side[first:last]) > SILENT)
        if len(loud):
            hz, heard, paused = loudest(side[loud[0] : loud[-1] + 1]), _span(loud[0], loud[-1]), _span(first, last)
            wrong.append(f"paused in the file's {paused}, and the {name} is there in {heard}, mostly at {hz:.0f} Hz")
    return wrong


def _span(first: int, last: int) -> str:
    return f"{first / RATE:.2f} to {last / RATE:.2f} s"


def asterisks_log(compared: Mapping[str, Any], *, told_late: bool = False, found_late: bool = False) -> list[str]:
    """What CEL says otherwise than the call records. `compared`: the organisation's part of a reconciliation.

    `told_late`: Asterisk could not be told for a while that a call has no more to do with a leg, which ends that leg.
    `found_late`: the record says that its end was found, by a look when the link was back: nobody was told when it was.
    """
    wrong = [] if compared["state"] == "done" and compared["calls"] else ["no record was compared with Asterisk's log"]
    found = [
        one
        for one in compared["findings"]
        if not (told_late and _lies_between(one, "recorded", "seen"))
        and not (found_late and _lies_between(one, "seen", "recorded"))
    ]
    return wrong + [f"Asterisk's log: {one['kind']}, record {one['recorded']}, seen {one['seen']}" for one in found]


def _lies_between(finding: Mapping[str, Any], first: str, then: str) -> bool:
    if finding["kind"] != FindingKind.ENDED_AT_DIFFERS:
        return False
    return datetime.fromisoformat(finding[first]) < datetime.fromisoformat(finding[then])
