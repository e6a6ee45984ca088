"""What a waiting caller is told from time to time: its place, how long it may take, and that it may be called back."""

from __future__ import annotations

from call24.calls import commands as c
from call24.calls import signals as s
from call24.calls.model import Call, QueueRules
from call24.calls.moves import Moves, place_id
from call24.calls.place import place_sounds


def tells_place(rules: QueueRules) -> bool:
    wanted = rules.announce_position or rules.announce_wait or rules.callback
    return wanted and rules.announce_every_s > 0


def hears_place(call: Call) -> bool:
    """Whether this caller stands in a line whose places are told."""
    wait = call.wait
    in_queue = call.caller_leg is not None and wait is not None and not wait.agents
    return in_queue and call.queue is not None and tells_place(call.queue)


def place_due(m: Moves, signal: s.TimerFired) -> None:
    """Asked again later in any case: the answer may come while an agent is rung, or not at all."""
    m.do(c.TellPlace(), c.StartTimer(name="place", seconds=m.rules.announce_every_s))


def place_later(m: Moves, signal: s.Signal | None = None) -> None:
    """Not now."""
    if hears_place(m.call):
        m.do(c.StartTimer(name="place", seconds=m.rules.announce_every_s))


def place_told(m: Moves, signal: s.PlaceTold) -> None:
    rules = m.rules
    if not hears_place(m.call):
        return
    low, high = (signal.low_s, signal.high_s) if rules.announce_wait else (None, None)
    sounds = place_sounds(signal.position if rules.announce_position else None, low, high)
    if rules.callback and m.call.may_be_called_back:
        sounds = (*sounds, "callback-offer")
    if not sounds:
        place_later(m)
        return
    leg, tenant_id = m.caller, m.call.tenant_id
    say = c.PlaySound(leg=leg, tenant_id=tenant_id, playback_id=place_id(m.call), sounds=sounds)
    m.do(c.StopMusic(leg=leg), say)


def place_said(m: Moves, signal: s.SoundEnded) -> None:
    if m.call.caller_leg is None:
        return
    m.music()
    place_later(m)


def stop_waiting_sounds(m: Moves) -> None:
    if tells_place(m.rules):
        m.do(c.StopTimer(name="place"), c.StopSound(leg=m.caller, playback_id=place_id(m.call)))
    m.do(c.StopMusic(leg=m.caller))
