"""The matrix is total: every cell has a promise or a reason why there is none."""

from __future__ import annotations

from itertools import product

from tests.matrix.model import Cell, Fault, Impossible, Phase, Promise, Victim
from tests.matrix.table import ALWAYS, LASTS_S, SHORT_S, TABLE

from call24.asterisk.client import HEARTBEAT_S


def test_every_cell_has_a_promise_or_a_reason() -> None:
    assert set(TABLE) == {Cell(*words) for words in product(Victim, Fault, Phase)}
    for entry in TABLE.values():
        match entry:
            case Impossible(why=why):
                assert why
            case Promise():
                assert entry.hears and entry.call and entry.record
                assert 0 < entry.back_s <= 60
                assert entry.ended_by and entry.outcomes and entry.recordings


def test_what_always_runs_has_each_victim_each_phase_and_each_fault_but_a_full_disk() -> None:
    assert len(set(ALWAYS)) == len(ALWAYS) <= 15
    assert all(isinstance(TABLE[cell], Promise) for cell in ALWAYS)
    for words in (Victim, Fault, Phase):
        assert {word for cell in ALWAYS for word in cell if isinstance(word, words)} == set(words) - {Fault.FULL}


def test_a_stop_and_a_cut_last_long_enough_to_be_noticed() -> None:
    """aiohttp gives a connection up when no pong came half a heartbeat after the ping; the server's one to Asterisk."""
    assert 1.5 * HEARTBEAT_S + 0.5 < SHORT_S < LASTS_S
