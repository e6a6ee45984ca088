"""The edge of the API: whatever comes in gets a clear problem, stores nothing, and breaks nothing."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.for_each import for_each
from tests.support.http.api import PASSWORD, Api

from call24.http import health
from call24.http.middleware import rate_limits
from call24.http.middleware.body_limits import BODY_MAX
from call24.installer import certificates
from call24.kit.errors import Unavailable
from call24.kit.settings import Settings
from call24.server.api import trust
from call24.server.http_app import create_app

LOGIN = {"email": "a@example.com", "password": PASSWORD, "device_name": "x"}


def assert_problem(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status and body["code"] == code
    assert {"type", "title", "detail"} <= body.keys()
    for inner in ("Traceback", "pymongo", "site-packages"):
        assert inner not in answer.text


async def test_unknown_fields_are_refused_by_every_endpoint_with_a_body(api: Api) -> None:
    acme = await api.organisation()
    queue = await api.services.queues.create(acme.tenant.id, "Support")
    bodies: dict[tuple[str, str], dict[str, Any]] = {
        ("POST", "/v1/auth/login"): LOGIN,
        ("POST", "/v1/users"): {"email": "n@example.com", "name": "N", "role": "agent", "password": PASSWORD},
        ("POST", "/v1/queues"): {"name": "Other"},
        ("PATCH", f"/v1/queues/{queue.id}"): {"name": "Renamed"},
        ("POST", "/v1/trunks"): {"name": "T", "addresses": ["192.0.2.1"]},
        ("POST", "/v1/numbers"): {"number": "+442079460123", "trunk_id": "t", "queue_id": queue.id},
        ("POST", "/broadcasting/auth"): {"socket_id": "1.2", "channel_name": f"private-tenant.{acme.tenant.id}"},
    }
    for (method, path), body in bodies.items():
        for extra in ({"tenant_id": "ten_x"}, {"role ": "owner"}, {"$set": {}}, {"id": "x"}):
            answer = await acme.call("owner", method, path, json={**body, **extra})
            assert_problem(answer, 422, "invalid")
    assert [queue.name for queue in await api.services.queues.all(acme.tenant.id)] == ["Support"]
    assert len(await api.services.identity.users(acme.tenant.id)) == 3


@for_each(
    "body",
    [
        b"{",
        b'{"email": }',
        b"\xff\xfe",
        b"nul",
        b"[" * 100_000,
        b'{"email": "' + b"\\" * 999,
        b"9" * 5000,
        b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    ],
)
async def test_malformed_json_is_named_as_such(api: Api, body: bytes) -> None:
    answer = await api.call("POST", "/v1/auth/login", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert_problem(answer, answer.status_code, answer.json()["code"])
    assert answer.json()["code"] in ("malformed_json", "bad_request", "invalid")


@for_each(
    "change",
    [
        {"email": 1},
        {"email": None},
        {"email": ["a@example.com"]},
        {"email": {"$ne": ""}},
        {"password": {"$gt": ""}},
        {"email": "\ud800@example.com"},
        {"device_name": "x" * 101},
        {"device_name": ""},
        {"device_name": "a\x00b"},
    ],
)
async def test_wrong_types_and_operators_are_no_credentials(api: Api, change: dict[str, object]) -> None:
    await api.organisation()
    answer = await api.call(
        "POST", "/v1/auth/login", content=json.dumps({**LOGIN, **change}), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in (400, 422), answer.text


async def test_an_email_of_any_shape_is_an_answer_and_no_crash(api: Api) -> None:
    for email in ("", "@", "a@b@c", "x" * 254, "a\x00@b.c", "ａ@ｂ.c", "\u202ea@b.c", "a@b.c\r\nX: y"):
        answer = await api.call("POST", "/v1/auth/login", json={**LOGIN, "email": email})
        assert answer.status_code in (401, 429), email


async def test_a_body_over_the_limit_is_refused_before_it_is_read(api: Api) -> None:
    answer = await api.call("POST", "/v1/auth/login", content=b"x" * (BODY_MAX + 1))
    assert_problem(answer, 413, "too_large")

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"x" * 64 * 1024

    assert_problem(await api.call("POST", "/v1/auth/login", content=endless()), 413, "too_large")
    just = b'{"email":"' + b"x" * (BODY_MAX - 100) + b'"}'
    answer = await api.call("POST", "/v1/auth/login", content=just, headers={"Content-Type": "application/json"})
    assert_problem(answer, 422, "invalid")


def raw_request(length: int | str) -> dict[str, Any]:
    """A login request as the server hands it over, before any of its body was read."""
    return {
        "type": "http",
        "method": "POST",
        "path": "/v1/auth/login",
        "raw_path": b"/v1/auth/login",
        "query_string": b"",
        "headers": [(b"host", b"call24.test"), (b"content-length", str(length).encode())],
        "http_version": "1.1",
        "scheme": "https",
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8024),
        "root_path": "",
    }


@pytest.mark.parametrize("length", [BODY_MAX + 1, "9" * 5000], ids=["a byte more", "of 5,000 digits"])
async def test_a_length_over_the_limit_is_refused_without_reading(api: Api, length: int | str) -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        raise AssertionError("the body was read")

    async def send(message: Any) -> None:
        sent.append(message)

    await api.app(raw_request(length), receive, send)
    assert sent[0]["status"] == 413
    assert (b"connection", b"close") in sent[0]["headers"]


async def test_a_body_that_never_ends_is_given_up(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("call24.http.middleware.body_limits.BODY_TIMEOUT_S", 0.05)
    sent: list[Any] = []

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    await api.app(raw_request(100), receive, send)
    assert sent[0]["status"] == 408


async def test_what_is_not_there_and_what_is_not_allowed_are_problems_too(api: Api) -> None:
    assert_problem(await api.call("GET", "/v1/nothing"), 404, "not_found")
    assert_problem(await api.call("GET", "/etc/passwd"), 404, "not_found")
    for path in ("/v1/auth/login", "/v1/auth/logout", "/broadcasting/auth", "/v1/setup"):
        answer = await api.call("GET", path)
        assert_problem(answer, 405, "method_not_allowed")
        assert answer.headers["Allow"] == "OPTIONS, POST"


async def test_an_unexpected_failure_tells_nothing_of_the_inside(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*args: object) -> None:
        raise RuntimeError("secret inner detail")

    monkeypatch.setattr(api.services.identity, "authenticate", fail)
    answer = await api.call("GET", "/v1/me", "x")
    assert_problem(answer, 500, "error")
    assert "secret" not in answer.text


async def test_an_absent_database_is_503_and_soon(api: Api) -> None:
    acme = await api.organisation()

    async def away(*args: object, **kwargs: object) -> None:
        raise Unavailable("The database is not available")

    api.services.identity.users_page = away  # type: ignore[method-assign,assignment]
    answer = await acme.call("owner", "GET", "/v1/users")
    assert_problem(answer, 503, "unavailable")
    assert answer.headers["Retry-After"] == "2"


EDGES = {
    "/": 503,
    "/sound.wav": 200,
    "/v1/me": 500,
    "/v1/queues": 401,
    "/health/live": 200,
    "/docs": 200,
    "/nothing": 404,
}


async def test_every_answer_has_the_security_headers(api: Api) -> None:
    async def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("nobody expected this")

    web = api.services.web
    web.mkdir(exist_ok=True)
    (web / "sound.wav").write_bytes(b"RIFF")
    api.services.identity.authenticate = fail  # type: ignore[method-assign,assignment]
    for path, status in EDGES.items():
        answer = await api.call("GET", path, "x" if status == 500 else None)
        assert answer.status_code == status, path
        headers = answer.headers
        assert headers["Strict-Transport-Security"].startswith("max-age=")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "microphone=(self)" in headers["Permissions-Policy"]
        assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "wss://call24.test:*" in policy
        assert "unsafe" not in policy and "script-src" not in policy


async def test_strict_transport_is_asked_for_over_tls_only(api: Api) -> None:
    transport = httpx.ASGITransport(api.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://call24.test") as plain:
        assert "Strict-Transport-Security" not in (await plain.get("/health/live")).headers


async def test_a_strange_host_header_does_not_get_into_the_policy(api: Api) -> None:
    answer = await api.call("GET", "/health/live", headers={"Host": "evil.test; script-src *"})
    assert "evil" not in answer.headers["Content-Security-Policy"]


async def test_health_tells_which_part_is_away(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LOOK_S", 0.0)
    assert (await api.call("GET", "/health/live")).json() == {"status": "ok"}
    ready = await api.call("GET", "/health/ready")
    assert ready.status_code == 200 and ready.json()["parts"] == {"mongodb": "ok", "asterisk": "ok"}
    api.parts["asterisk"] = False
    ready = await api.call("GET", "/health/ready")
    assert ready.status_code == 503
    assert ready.json() == {"status": "away", "parts": {"mongodb": "ok", "asterisk": "away"}}


async def test_a_crowd_that_asks_for_public_pages_costs_little_and_is_counted(
    api: Api, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What is made for an answer is made once, and the parts are asked once a second."""
    settings = Settings(data=tmp_path)
    certificates.make(settings)
    (api.services.web / "assets").mkdir(parents=True)
    (api.services.web / "assets" / "app.js").write_text("1")
    looked: list[str] = []
    watched = {name: counted(looked, name, check) for name, check in api.services.health.items()}
    services = replace(api.services, authority=settings.tls / "ca.pem", health=watched)
    app = create_app(services)
    made = app.openapi()
    monkeypatch.setattr(app, "openapi", lambda: looked.append("openapi") or made)
    monkeypatch.setattr(trust.Authority, "of", counted(looked, "authority", trust.Authority.of))
    monkeypatch.setattr(Path, "read_bytes", counted(looked, "read", Path.read_bytes))
    paths = ("/openapi.json", "/docs", "/trust", "/health/ready", "/assets/app.js")
    monkeypatch.setattr(rate_limits, "PAGES_PER_MINUTE", 20 * len(paths))
    transport = httpx.ASGITransport(app, client=("192.0.2.77", 1))
    async with httpx.AsyncClient(transport=transport, base_url="https://call24.test") as http:
        told = [[(await http.get(path)).status_code for path in paths] for _ in range(22)]
    assert told == [[200] * 5] * 20 + [[429] * 5] * 2
    assert looked.count("openapi") <= 2 and looked.count("authority") == 1 and looked.count("read") == 2
    assert looked.count("mongodb") == looked.count("asterisk") <= 5


def counted(into: list[str], name: str, done: Callable[..., Any]) -> Callable[..., Any]:
    def each(*args: Any) -> Any:
        into.append(name)
        return done(*args)

    return each


async def test_the_app_is_served_and_nothing_beside_it(api: Api) -> None:
    missing = await api.call("GET", "/")
    assert missing.status_code == 503 and "not built" in missing.text
    web = api.services.web
    (web / "assets").mkdir(parents=True)
    (web / "index.html").write_text("<title>Call24</title>")
    (web / "assets" / "app-abc.js").write_text("1")
    (web / ".secret").write_text("no")
    (web / "leak").symlink_to(api.data / "secrets" / "app.key")
    page = await api.call("GET", "/")
    assert page.text == "<title>Call24</title>" and page.headers["Cache-Control"] == "no-cache"
    script = await api.call("GET", "/assets/app-abc.js")
    assert "immutable" in script.headers["Cache-Control"] and "javascript" in script.headers["Content-Type"]
    outside = ("/../secrets/app.key", "/%2e%2e/secrets/app.key", "/assets/..%2f..%2fsecrets/app.key", "/leak")
    for path in (*outside, "/.secret", "/assets", "/a%00b"):
        assert (await api.call("GET", path)).status_code == 404, path


async def test_files_of_the_app_go_out_in_the_coding_that_the_browser_takes_each_with_its_own_tag(api: Api) -> None:
    assets = api.services.web / "assets"
    assets.mkdir(parents=True)
    whole = b"function hello() { return 'hello' }\n" * 200
    coded = {None: whole, "gzip": gzip.compress(whole), "br": b"what brotli made of it"}
    (assets / "app-abc.js").write_bytes(whole)
    (assets / "app-abc.js.gz").write_bytes(coded["gzip"])
    (assets / "app-abc.js.br").write_bytes(coded["br"])
    (assets / "font.woff2").write_bytes(b"wOF2")

    async def asked(accepted: str, **more: str) -> tuple[httpx.Response, bytes]:
        headers = {"Accept-Encoding": accepted, **{name.replace("_", "-"): value for name, value in more.items()}}
        async with api.client.stream("GET", "/assets/app-abc.js", headers=headers) as answer:
            return answer, b"".join([part async for part in answer.aiter_raw()])

    tags: dict[str | None, str] = {}
    for accepted, coding in (
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br;q=0, *", "gzip"),
        ("", None),
        ("identity", None),
        ("gzip;q=0, br;q=0", None),
    ):
        answer, body = await asked(accepted)
        assert (answer.headers.get("Content-Encoding"), body) == (coding, coded[coding]), accepted
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Content-Type"].startswith("text/javascript")
        assert int(answer.headers["Content-Length"]) == len(body)
        assert tags.setdefault(coding, answer.headers["ETag"]) == answer.headers["ETag"]
        known, nothing = await asked(accepted, If_None_Match=answer.headers["ETag"])
        assert (known.status_code, nothing, known.headers["ETag"]) == (304, b"", tags[coding])
        assert known.headers["Vary"] == "Accept-Encoding"
    assert len(set(tags.values())) == 3
    answer, _ = await asked("gzip", If_None_Match=tags["br"])
    assert answer.status_code == 200, "another coding is another thing"
    answer, part = await asked("gzip", Range="bytes=0-9", If_Range=tags["gzip"])
    assert (answer.status_code, answer.headers["Content-Encoding"], part) == (206, "gzip", coded["gzip"][:10])
    answer, part = await asked("br", Range="bytes=0-9", If_Range=tags["gzip"])
    assert (answer.status_code, part) == (200, coded["br"]), "parts of two codings never become one file"
    assert (await api.call("GET", "/assets/app-abc.js.br")).status_code == 404
    assert "Vary" not in (await api.call("GET", "/assets/font.woff2")).headers


async def test_an_address_has_at_most_a_hundred_parameters(api: Api) -> None:
    for count, told in ((100, "unauthenticated"), (101, "invalid"), (7000, "invalid")):
        answer = await api.call("GET", "/v1/queues?" + "&".join(f"a{n}=1" for n in range(count)))
        assert answer.json()["code"] == told, count


@pytest.mark.parametrize("depth", [5_000, 100_000])
async def test_bodies_that_are_nested_too_deep_are_refused(api: Api, depth: int) -> None:
    acme = await api.organisation()
    headers = {"Content-Type": "application/json"}
    answer = await acme.call("owner", "POST", "/v1/queues", content="[" * depth + "]" * depth, headers=headers)
    assert answer.status_code in (400, 422), answer.text


async def test_what_the_api_answers_is_never_compressed(api: Api) -> None:
    acme = await api.organisation()
    answer = await acme.call("owner", "GET", "/v1/users", headers={"Accept-Encoding": "gzip, br"})
    assert answer.status_code == 200 and "Content-Encoding" not in answer.headers


async def test_the_reference_names_every_public_operation_and_loads_nothing_from_elsewhere(api: Api) -> None:
    page = (await api.call("GET", "/docs")).text
    description = (await api.call("GET", "/openapi.json")).json()
    for path in description["paths"]:
        assert path in page
    assert "http://" not in page and "https://" not in page and "<script" not in page
    assert not any("internal" in path for path in description["paths"])


async def test_what_is_wrong_with_a_field_is_said_in_plain_words(api: Api) -> None:
    answer = await api.call("POST", "/v1/auth/login", json={"email": 1, "password": "x" * 5000, "nonsense": 1})
    assert_problem(answer, 422, "invalid")
    told = {one["field"]: one["message"] for one in answer.json()["errors"]}
    assert told["email"] == "must be text" and told["device_name"] == "is required"
    assert told["nonsense"] == "There is no such field" and told["password"].startswith("must have at most ")
