"""Agents' phones over plain UDP: what Call24 pushed for them is replaced in Asterisk by endpoints with a fixed address.

For loads under which Python's WebRTC phones would fall behind. Who answers at those addresses is somebody else's. When
the server connects to Asterisk again it pushes its own once more; calls that talk keep what they have.
"""

from __future__ import annotations

from collections.abc import Mapping

import httpx
from tests.support.product.system import System

CONFIG = "asterisk/config/dynamic/res_pjsip"


async def push(system: System, ports: Mapping[str, int]) -> None:
    """`ports`: where on this machine the phone of each name is."""
    login = system.settings.ari_login()
    async with httpx.AsyncClient(auth=(login.user, login.password), timeout=10, verify=False) as ari:
        base = f"{system.settings.ari_url}/{CONFIG}"
        for name, port in ports.items():
            for kind in ("endpoint", "aor"):  # never changed in place
                await ari.delete(f"{base}/{kind}/{name}")
            await _put(ari, f"{base}/aor/{name}", {"contact": f"sip:{name}@127.0.0.1:{port}"})
            fields = {"aors": name, "disallow": "all", "allow": "ulaw", "context": "call24-nothing"}
            fields |= {"direct_media": "no", "media_address": "127.0.0.1", "send_connected_line": "no"}
            await _put(ari, f"{base}/endpoint/{name}", fields)


async def _put(ari: httpx.AsyncClient, url: str, fields: dict[str, str]) -> None:
    answer = await ari.put(url, json={"fields": [{"attribute": key, "value": fields[key]} for key in fields]})
    assert answer.is_success, (url, answer.text)
