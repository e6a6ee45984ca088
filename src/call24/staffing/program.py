"""Runs the program that computes a curve (curve.py), so that this process goes on with its calls meanwhile.

One at a time on the whole installation, in turns of the organisations; of one organisation a second one is refused.
"""

from __future__ import annotations

import asyncio

import msgspec

from call24.kit.errors import Invalid, TooMany, Unavailable
from call24.kit.fair import Fair
from call24.kit.ids import TenantId
from call24.kit.python import MODULE
from call24.staffing.curve import ERLANGS_MAX
from call24.staffing.model import Curve, CurveQuestion

TIMEOUT_S = 60.0
"""With the time that others' curves take first."""
_at_work: set[TenantId] = set()
_room = Fair(1, 1)


async def computed(tenant_id: TenantId, question: CurveQuestion) -> Curve:
    """Raises: Invalid, TooMany while another one of the organisation is computed, Unavailable after `TIMEOUT_S`."""
    if question.erlangs > ERLANGS_MAX:
        said = f"these calls need {question.erlangs:.0f} agents' work; {ERLANGS_MAX} at most"
        raise Invalid(errors=[("arrivals_per_hour", said)])
    if tenant_id in _at_work:
        raise TooMany("Another curve is being computed: wait for it", retry_after_s=10)
    _at_work.add(tenant_id)
    try:
        async with asyncio.timeout(TIMEOUT_S), _room.turn(tenant_id):
            return await _run(question)
    except TimeoutError:
        raise Unavailable("The curve took too long: try again, or with fewer calls") from None
    finally:
        _at_work.discard(tenant_id)


async def _run(question: CurveQuestion) -> Curve:
    process = await asyncio.create_subprocess_exec(
        *(*MODULE, "call24.staffing.curve"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        said, _ = await process.communicate(msgspec.json.encode(question))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise Unavailable("The curve could not be computed")
    return msgspec.json.decode(said, type=Curve)
