"""Passes crash reports on to a service that speaks Sentry's protocol: an envelope with one event. It keeps nothing.

What is sent is the minimised report alone: no user, no address, no host name, no variables.
Source: https://develop.sentry.dev/sdk/foundations/transport/envelopes/ and .../data-model/event-payloads/
"""

from __future__ import annotations

import json
import logging
import uuid
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from call24.crash_reports.model import Frame, Report, Source
from call24.kit.endpoints import Endpoint
from call24.kit.instants import iso
from call24.kit.outbound_http import OutboundHttp

log = logging.getLogger(__name__)


class ErrorService:
    """`dsn`: `https://KEY@HOST/PROJECT`, as the service gives it; `country`: where it is, empty: not stated."""

    def __init__(self, dsn: str, country: str = "") -> None:
        parts = urlsplit(dsn)
        path, _, project = parts.path.rpartition("/")
        host = parts.netloc.rpartition("@")[2]
        self._url = f"{parts.scheme}://{host}{path}/api/{project}/envelope/"
        self._auth = f"Sentry sentry_version=7, sentry_client=call24/1, sentry_key={parts.username}"
        self._http = OutboundHttp(private=True)  # the operator's own word, not an organisation's
        self.endpoint = Endpoint(kind="error_service", country=country)

    async def send(self, source: Source, report: Report, at: datetime) -> bool:
        """Whether it was taken; why not, is in the log."""
        headers = {"Content-Type": "application/x-sentry-envelope", "X-Sentry-Auth": self._auth}
        try:
            status = await self._http.post(self._url, envelope(source, report, at), headers)
        except (OSError, aiohttp.ClientError, TimeoutError) as trouble:
            log.warning("the error service cannot be reached: %s", type(trouble).__name__)
            return False
        if status != 200:
            log.warning("the error service answered %d", status)
        return status == 200

    async def close(self) -> None:
        await self._http.close()


def envelope(source: Source, report: Report, at: datetime) -> bytes:
    """Three lines of JSON: the envelope's header, the item's header, the event."""
    id, event = uuid.uuid4().hex, json.dumps(_event(source, report)).encode()
    body = b'{"event_id":"%s",' % id.encode() + b'"timestamp":"%s",' % iso(at).encode() + event[1:]
    head = json.dumps({"event_id": id, "sent_at": iso(at)}).encode()
    item = json.dumps({"type": "event", "length": len(body), "content_type": "application/json"}).encode()
    return b"\n".join((head, item, body, b""))


def _event(source: Source, report: Report) -> dict[str, Any]:
    tags = {"source": source, "screen": report.screen}
    browser = {"browser": {"name": report.browser, "version": str(report.browser_version)}}
    return {
        "platform": "javascript" if source == "app" else "python",
        "level": "error",
        "release": f"call24@{report.version}",
        "exception": {
            "values": [
                {
                    "type": report.type,
                    "value": report.message,
                    # Sentry has the place where it failed last.
                    "stacktrace": {"frames": [_frame(one) for one in _oldest_first(source, report.frames)]},
                }
            ]
        },
        "tags": {name: value for name, value in tags.items() if value},
        "contexts": browser if report.browser else {},
    }


def _oldest_first(source: Source, frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    return frames[::-1] if source == "app" else frames


def _frame(frame: Frame) -> dict[str, Any]:
    place = {"filename": frame.file, "lineno": frame.line, "in_app": True}
    return {**place, "colno": frame.column} if frame.column else place
