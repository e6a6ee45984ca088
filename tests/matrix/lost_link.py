"""The link between server and Asterisk is cut without being closed: when that is noticed, and what is true after."""

from __future__ import annotations

import asyncio
import os
import time
from typing import Any

import httpx
from tests.matrix.faults import cannot_cut, cut
from tests.matrix.row import row
from tests.support.product.system import Organisation, System
from tests.support.wait import wait_until

TIMES = int(os.environ.get("CALL24_FIGURE_CUTS", "5"))
CUT_S = 6.0
HOW = (
    "nftables drops every packet of ARI's port, both ways; meanwhile one caller and one phone hang up; one second "
    "after Asterisk is reached again the calls on the board are compared with the channels that Asterisk lists"
)


async def measure(system: System) -> dict[str, Any]:
    if why := cannot_cut():
        raise SystemExit(f"the link cannot be cut here: {why}")
    cuts = [await _cut(system) for _ in range(TIMES)]
    noticed = [each["noticed_s"] for each in cuts]
    healed = [each["healed_s"] for each in cuts]
    same = sum(each["same"] for each in cuts)
    rows = [
        row("noticed after, at most", max(noticed), "s", "<= 3", max(noticed) <= 3),
        row("reached again after it healed, at most", max(healed), "s", "-", True),
        row("the board is Asterisk's own list 1 s after", same, f"of {TIMES}", "all", same == TIMES),
    ]
    return {"how": HOW, "cut_s": CUT_S, "cuts": cuts, "rows": rows}


async def _cut(system: System) -> dict[str, Any]:
    port = system.settings.ari_port
    rules = [f"tcp {side} {port} drop" for side in ("sport", "dport")]
    async with system.organisation("Linked") as org:
        agents = [await org.agent(f"Agent{number}") for number in range(3)]
        talks = []
        for agent in agents:
            await agent.be("available")
            talks.append(await org.talk(agent))
        began = time.time()
        with cut(rules):
            await wait_until(lambda: _asterisk_is(system, "away"), 30)
            noticed_s = time.time() - began
            talks[0].call.hang_up()
            talks[1].offer.hang_up()
            await asyncio.sleep(max(0.0, CUT_S - noticed_s))
        healed = time.time()
        await wait_until(lambda: _asterisk_is(system, "ok"), 30)
        healed_s = time.time() - healed
        await asyncio.sleep(1.0)
        board, listed = await _on_the_board(org), await system.pbx.calls(org.tenant_id)
        await talks[2].heard()
        talks[2].call.hang_up()
        await org.nothing_left(10)
        return {
            "noticed_s": round(noticed_s, 3),
            "healed_s": round(healed_s, 3),
            "same": board == listed == {talks[2].call_id},
            "board": len(board),
            "asterisk": len(listed),
        }


async def _asterisk_is(system: System, state: str) -> bool:
    async with httpx.AsyncClient(base_url=system.base_url, verify=False, timeout=3) as http:
        return bool((await http.get("/health/ready")).json()["parts"]["asterisk"] == state)


async def _on_the_board(org: Organisation) -> set[str]:
    return {str(row["id"]) for row in (await org.http.get("/v1/live")).json()["calls"]}
