"""Waits until an installation answers 200 at /health/ready: itself, and not whoever else has its port.

`python -m call24.installer.ready --data DIR --seconds N`. Ours is what was started by the process that holds the data
folder (preflight). Another one that keeps the port is named; nothing else is waited for then.
"""

from __future__ import annotations

import argparse
import functools
import http.client
import json
import ssl
import sys
import time
from pathlib import Path

from call24.installer.port_holders import answers, by, descends, holders
from call24.kit.settings import Settings

RETRY_S = 0.05
OURS_S = 1.0
"""How often it is looked whose the port is: that goes through what all processes have open, and the server needs the
processor meanwhile."""
FOREIGN_S = 3.0
"""A server of ours that is just being ended has its port for a moment longer."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="call24.installer.ready")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=60.0)
    chosen = parser.parse_args()
    settings = Settings.load(chosen.data / "run" / "settings.json")
    began = foreign_since = time.monotonic()
    ours, looked_at = False, -OURS_S
    while True:
        status, said = health(settings)
        answered = bool(status) or answers(host_of(settings), settings.http_port)
        now = time.monotonic()
        if not answered:
            ours, looked_at = False, -OURS_S
        elif status == 200 or now - looked_at >= OURS_S:
            ours, looked_at = _ours(settings), now
        if status == 200 and ours:
            return 0
        foreign_since = foreign_since if answered and not ours else now
        if now - foreign_since > FOREIGN_S:
            holder = by(settings.http_port) or " by another user's process"
            print(f"port {settings.http_port} is held{holder}, so that the server cannot open it")
            return 1
        if now - began > chosen.seconds:
            print(
                f"/health/ready answers {status}: {said}" if status else f"nobody answers on port {settings.http_port}"
            )
            return 1
        time.sleep(RETRY_S)


def _ours(settings: Settings) -> bool:
    """Whether a process of this installation holds the port."""
    try:
        parent = int((settings.run / "up.lock").read_text())
    except (OSError, ValueError):
        return False
    return any(descends(pid, parent) for pid in holders(settings.http_port, ("tcp", "tcp6")))


def host_of(settings: Settings) -> str:
    """Where this machine reaches what is served."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.http_host, settings.http_host)


@functools.cache
def _context() -> ssl.SSLContext:
    """Only whether it is ready is asked, and on this machine: with --tls-cert the name may be any.

    Made once, and without the machine's CAs: reading them at each look took the processor from the server that starts.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def health(settings: Settings) -> tuple[int, str]:
    """Status and parts of /health/ready; status 0 when nobody answers."""
    connection = http.client.HTTPSConnection(host_of(settings), settings.http_port, timeout=5, context=_context())
    try:
        connection.request("GET", "/health/ready")
        answer = connection.getresponse()
        body = json.loads(answer.read() or b"{}")
    except (OSError, http.client.HTTPException, ValueError):
        return 0, ""
    finally:
        connection.close()
    return answer.status, json.dumps(body.get("parts", {}))


if __name__ == "__main__":
    sys.exit(main())
