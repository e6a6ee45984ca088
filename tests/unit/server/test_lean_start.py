"""What is in memory once the server is imported: the process that forks it and the server itself hold it each."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

from call24.http.app import described, operation_id
from call24.http.router import Route
from call24.server.rooms import ROUTERS


@cache
def loaded_at_start() -> frozenset[str]:
    words = "import sys, call24.server.server; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    return frozenset(done.stdout.split())


def test_the_library_of_passkeys_is_not_loaded_before_the_first_passkey() -> None:
    loaded = loaded_at_start()
    assert "fastapi" in loaded
    assert not {"webauthn", "OpenSSL", "pyasn1"} & loaded


def test_the_schema_of_traces_is_not_loaded_before_the_first_span_is_sent() -> None:
    loaded = loaded_at_start()
    assert "call24.tracing.otlp" in loaded
    assert not {"google.protobuf", "opentelemetry.proto"} & loaded


def test_no_serializers_are_made_of_answers_that_are_encoded_without_them() -> None:
    routes = [route for route in described(ROUTERS) if isinstance(route, Route) and route.declared is not None]
    assert len(routes) > 150
    assert [operation_id(route) for route in routes if route.response_field is not None] == []
