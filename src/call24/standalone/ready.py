"""Waits until an installation answers 200 at /health/ready.

`python -m call24.standalone.ready --data DIR --seconds N`.
"""

from __future__ import annotations

import argparse
import http.client
import json
import ssl
import sys
import time
from pathlib import Path

from call24.kit.settings import Settings

RETRY_S = 0.05


def main() -> int:
    parser = argparse.ArgumentParser(prog="call24.standalone.ready")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=60.0)
    chosen = parser.parse_args()
    settings = Settings.load(chosen.data / "run" / "settings.json")
    end = time.monotonic() + chosen.seconds
    while True:
        status, said = health(settings)
        if status == 200:
            return 0
        if time.monotonic() > end:
            print(
                f"/health/ready answers {status}: {said}" if status else f"nobody answers on port {settings.http_port}"
            )
            return 1
        time.sleep(RETRY_S)


def health(settings: Settings) -> tuple[int, str]:
    """Status and parts of /health/ready; status 0 when nobody answers."""
    # Only whether it is ready is asked, and on this machine: with --tls-cert the name may be any.
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.http_host, settings.http_host)
    connection = http.client.HTTPSConnection(host, settings.http_port, timeout=5, context=context)
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
