"""Bad input at every door of the running system: a clear answer, nothing is stored or broken, the next call works."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from pymongo import MongoClient
from tests.support.database.database import collections
from tests.support.http.open_routes import OPEN
from tests.support.product.system import PASSWORD, Organisation, System, Talk, sign_in
from tests.support.wait import wait_until

from call24.kit.ids import new_id
from call24.kit.settings import DATABASE
from call24.testphones.rtp import Tone

CRLF = "\r\n"
JSON = "application/json"
OVERSIZED = 300_000
NOBODYS = "+12025559999"


def counts(org: Organisation) -> dict[str, int]:
    """How many documents there are of each kind.

    Journal lines of this organisation only: agents of earlier tests, whose apps are gone, go offline by themselves.
    Left out is what is written when its time has come: heads of journals, and signatures of the audit log.
    """
    with MongoClient(org.system.settings.mongodb_uri()) as mongo:
        database = mongo.get_database(DATABASE)
        own = {"journal": {"tenant_id": org.tenant_id}}
        return {
            name: database.get_collection(name).count_documents(own.get(name, {}))
            for name in collections(database)
            if name not in ("journal_heads", "audit_checkpoints")
        }


async def settled(org: Organisation) -> dict[str, int]:
    """The same once nothing more is written behind: lines and what is made from them come home within a second."""
    before, now = {}, counts(org)
    while before != now:
        await asyncio.sleep(1.5)
        before, now = now, counts(org)
    return now


@asynccontextmanager
async def unharmed(system: System, org: Organisation, calls: int = 0) -> AsyncIterator[Talk]:
    """A conversation that goes on all the while; afterwards no part has died, and the next call works.

    `calls`: how many calls are expected to be written down besides the two of this check.
    """
    pids = [system.pid(name) for name in ("server", "mongod", "asterisk")]
    anna, bert = await org.agent("Anna"), await org.agent("Bert")
    await anna.be("available")
    talk = await org.talk(anna)
    yield talk
    await talk.heard()
    await bert.be("available")
    after = await org.talk(bert)
    for each in (talk, after):
        each.call.hang_up()
    await org.ended(2 + calls)
    assert [system.pid(name) for name in ("server", "mongod", "asterisk")] == pids


def assert_problem(answer: httpx.Response, *statuses: int) -> None:
    assert answer.status_code in statuses, (answer.request.url, answer.text)
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == answer.status_code
    assert {"type", "title", "detail", "code"} <= told.keys()
    assert "Traceback" not in answer.text and "site-packages" not in answer.text


# --- SIP ---


def broken(number: str, port: int) -> list[bytes]:
    """Datagrams that no well-behaved carrier sends. `number` is dialled where only the body is wrong."""
    ids = itertools.count()

    def invite(to: str = NOBODYS, **instead: str) -> str:
        id = next(ids)
        lines = {
            "start": f"INVITE sip:{to}@127.0.0.1:{port} SIP/2.0",
            "via": f"Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKbad{id}",
            "sender": "From: <sip:+1@127.0.0.1>;tag=1",
            "to": f"To: <sip:{to}@127.0.0.1>",
            "call_id": f"Call-ID: bad{id}",
            "cseq": "CSeq: 1 INVITE",
            "contact": "Contact: <sip:+1@127.0.0.1:9>",
            "forwards": "Max-Forwards: 70",
            **instead,
        }
        return CRLF.join(lines.values()) + CRLF

    sdp = "Content-Type: application/sdp" + CRLF
    texts = [
        "",
        "\r\n" * 500,
        "INVITE",
        invite()[:120],
        invite(),
        invite() + "Content-Length: 999999" + CRLF * 2,
        invite() + "Content-Length: -1" + CRLF * 2,
        invite(number) + sdp + "Content-Length: 8" + CRLF * 2 + "v=0\r\no=-",
        invite(number) + sdp + CRLF + "v=0" + CRLF + "m=audio 99999999 RTP/AVP " + "0 " * 2000 + CRLF,
        invite(sender="From: " + "<" * 8000) + CRLF,
        invite(more=CRLF.join(f"X-{n}: {'x' * 60}" for n in range(500))) + CRLF,
        invite(cseq="CSeq: 99999999999999999999 INVITE") + CRLF,
        invite(cseq="CSeq: 1 BYE") + CRLF,
        invite(forwards="Max-Forwards: 0") + CRLF,
        invite(via="Via: SIP/9.9/UDP/UDP 127.0.0.1") + CRLF,
        invite(contact="Contact: <sip:%s%n%x@[::::]:99999999>") + CRLF,
        invite(start=f"INVITE sip:{NOBODYS}@[::1 SIP/2.0") + CRLF,
        invite(start="INVITE tel:+12025559999;phone-context=${EXTEN} SIP/2.0") + CRLF,
        f"BYE sip:{number}@127.0.0.1 SIP/2.0{CRLF * 2}",
        f"REFER sip:{number}@127.0.0.1 SIP/2.0{CRLF}Refer-To: <sip:evil@192.0.2.1>{CRLF * 2}",
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1\r\n\r\n",
    ]
    return [*(text.encode() for text in texts), b"\x00" * 1400, bytes(range(256)) * 5, invite().encode("utf-16")]


@pytest.mark.long("telephony/test_hardening.py::test_broken_packets_harm_neither_asterisk_nor_calls")
async def test_broken_sip_is_dropped_or_refused_while_people_talk(system: System) -> None:
    async with system.organisation("Acme") as acme, unharmed(system, acme) as talk:
        port = system.settings.sip_port
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as rude:
            for datagram in broken(acme.number, port) * 3:
                rude.sendto(datagram[:9000], ("127.0.0.1", port))
        for datagram in broken(acme.number, port):
            _, connection = await asyncio.open_connection("127.0.0.1", port)
            connection.write(datagram)
            await connection.drain()
            connection.close()
        await talk.heard()
        assert talk.call.ear.longest_gap(850, talk.call.ear.first_heard(850) or 0) < 0.6


@pytest.mark.parametrize(
    "dialled",
    [
        "%24%7BSHELL(id)%7D",
        *(
            pytest.param(other, marks=pytest.mark.long("test_a_number_that_nobody_has_does_not_exist"))
            for other in ("+12025559999", "s", "+1;exten=call24", "0", "*97", "#", "h", "i", "..%2F..%2Fetc", "rec_x")
        ),
    ],
)
async def test_a_number_that_nobody_has_does_not_exist(system: System, dialled: str) -> None:
    async with system.organisation("Acme") as acme:
        end = await (await acme.customer().dial(dialled, Tone(1000))).ended(5)
        assert (end.by, end.status) == ("them", 404)
        assert await acme.records() == []


@pytest.mark.long("telephony/test_asterisk.py::test_numbers_cannot_reach_into_the_dialplan")
async def test_separators_and_expressions_in_what_carriers_send_stay_text(system: System) -> None:
    """In the dialled number they are cleaned away, in a name they are shown as they are."""
    async with system.organisation("Acme") as acme, unharmed(system, acme, calls=1) as talk:
        assert talk.agent.org is acme
        evil = '${SHELL(touch /tmp/owned)},"&|x'
        caller = acme.customer("+442079460555", evil)
        cleo = await acme.agent("Cleo")
        await cleo.be("available")
        call = await caller.dial(f"{acme.number}%2C%24%7BEXTEN%7D", Tone(1000))
        offer = await cleo.rings()
        await offer.answer(850)
        await wait_until(lambda: call.heard(850))
        card = (await cleo.live())["call"]["card"]
        assert card["number"] == "+442079460555"
        assert "SHELL" in card["name"] and card["name"].isprintable()
        call.hang_up()
        await cleo.becomes("available")
        await cleo.be("offline")


@pytest.mark.long("telephony/test_asterisk.py::test_strangers_are_asked_for_a_password_whoever_they_say_they_are")
async def test_whoever_is_no_trunk_is_refused_whatever_it_dials(system: System) -> None:
    async with system.organisation("Acme") as acme, unharmed(system, acme):
        stranger = acme.customer(address="127.0.0.77")
        for dialled in (acme.number, "+12025559999"):
            end = await (await stranger.dial(dialled, Tone(1000))).ended(5)
            assert (end.by, end.status) in (("them", 401), ("them", 403))


# --- HTTP ---


def taken(operation: dict[str, Any]) -> dict[str, Any]:
    """By media type; with another one the answer is 415, which tests/integration/http/test_media_types.py holds."""
    content: dict[str, Any] = operation.get("requestBody", {}).get("content", {})
    return content


def changing(description: dict[str, Any], *, with_body: bool) -> list[tuple[str, str]]:
    """Every operation that changes something, or only those that read JSON, with ids of things that do not exist."""
    found = []
    for path, operations in sorted(description["paths"].items()):
        if path.startswith("/apps/"):
            continue  # Pusher's HTTP API, whose errors are lines of text: tests/unit/realtime/test_api.py
        # An id that nothing has; also in the place of a number (`{version}`), which it is not.
        named = re.sub(r"\{[a-z_]+\}", lambda _: new_id("call"), path)
        methods = operations.keys() & {"post", "put", "patch"}
        if with_body and path == "/sanctum/token":
            continue  # its errors are Laravel's, which tests/integration/identity/test_tokens.py holds
        found += [(x.upper(), named) for x in sorted(methods) if not with_body or JSON in taken(operations[x])]
    assert len(found) >= 25
    return found


async def operations(http: httpx.AsyncClient, *, with_body: bool = False) -> list[tuple[str, str]]:
    return changing((await http.get("/openapi.json")).json(), with_body=with_body)


@pytest.mark.long("integration/http/test_api_edge.py::test_unknown_fields_are_refused_by_every_endpoint_with_a_body")
async def test_malformed_oversized_and_unknown_bodies_are_problems_everywhere(system: System) -> None:
    async with system.organisation("Acme") as acme, unharmed(system, acme):
        before = await settled(acme)
        asked = await operations(acme.http, with_body=True)
        assert len(asked) >= 20
        malformed = (b"{", b'{"a":1}}', b"\xff\xfe\x00", b"[" * 50_000, b"nul", b'"text"', b"[]")
        for method, path in asked:
            for body in malformed:
                answer = await acme.http.request(
                    method, path, content=body, headers={"Content-Type": "application/json"}
                )
                assert_problem(answer, 400, 404, 422)
            answer = await acme.http.request(method, path, content=b'{"x":"' + b"x" * OVERSIZED + b'"}')
            assert_problem(answer, 413)
            unknown = {"tenant_id": acme.tenant_id, "$set": {"role": "owner"}}
            assert_problem(await acme.http.request(method, path, json=unknown), 404, 422)
        for method, path, good in (
            ("PUT", "/v1/session", {"state": "paused"}),
            ("POST", "/v1/queues", {"name": "Sales"}),
            ("PATCH", f"/v1/queues/{acme.queue_id}", {"name": "Sales"}),
            ("POST", "/v1/trunks", {"name": "Other", "addresses": ["192.0.2.1"]}),
        ):
            assert_problem(await acme.http.request(method, path, json={**good, **unknown}), 422)
        # The call goes on meanwhile, and what a known user was refused is noted in the audit log.
        goes_on = {"journal": 0, "call_records": 0, "audit": 0}
        assert {**await settled(acme), **goes_on} == {**before, **goes_on}


@pytest.mark.long("authorisation/test_matrix.py::test_only_who_may_is_answered_and_nothing_else_changes_anything")
async def test_wrong_expired_and_foreign_tokens_open_nothing(system: System) -> None:
    """In each run an operation gets one of three kinds of token (nonsense, expired, revoked), and none put together
    from two: all thirteen are shown to each here alone.
    """
    async with system.organisation("Acme") as acme, unharmed(system, acme):
        own = acme.http.headers["Authorization"].removeprefix("Bearer ")
        other = await system_token(acme)
        id, secret = own.split("|")
        assert (
            await acme.http.post("/v1/auth/logout", headers={"Authorization": f"Bearer {other}"})
        ).status_code == 204
        wrong = [
            "",
            "x" * 5000,
            id,
            f"{id}|",
            f"{id}|{secret[:-1]}{'0' if secret[-1] != '0' else '1'}",
            f"{new_id('tok')}|{secret}",
            f"{id}|{other.split('|')[1]}",
            f"{other}",
            f"{id}|{{'$ne': ''}}",
            "null",
        ]
        paths = (await acme.http.get("/openapi.json")).json()["paths"]
        reads = [path for path, there in paths.items() if "get" in there and ("GET", path) not in OPEN]
        guarded = [("GET", path.replace("{", "").replace("}", "")) for path in reads if path.startswith("/v1")]
        guarded += [one for one in await operations(acme.http) if one not in OPEN]
        assert len(guarded) > 50
        before = await settled(acme)
        shown = [f"Bearer {token}".strip() for token in wrong]
        shown += [f"{scheme} {own}".strip() for scheme in ("Basic", "bearer:", "")]
        for method, path in guarded:
            for credentials in shown:
                answer = await acme.http.request(method, path, headers={"Authorization": credentials})
                assert_problem(answer, 401)
        assert await settled(acme) == before


async def system_token(org: Organisation) -> str:
    """A token of the owner's that is about to be signed out."""
    owner = (await org.http.get("/v1/me")).json()["user"]
    async with httpx.AsyncClient(base_url=org.system.base_url, verify=False, timeout=20) as http:
        return await sign_in(http, owner["email"], PASSWORD)


async def test_wrong_paths_methods_and_queries_are_problems_too(system: System) -> None:
    async with system.organisation("Acme") as acme:
        assert_problem(await acme.http.get("/v1/nothing"), 404)
        assert_problem(await acme.http.delete("/v1/calls"), 405)
        for query in ("limit=0", "limit=101", "limit=x", "cursor=%00", "cursor=AAAA", "cursor=" + "x" * 201):
            assert_problem(await acme.http.get(f"/v1/calls?{query}"), 422)
        for place in ("..%2F..%2Fetc%2Fpasswd", "%00", "$ne", "x" * 3000, json.dumps({"$gt": ""})):
            for path in (f"/v1/calls/{place}", f"/v1/recordings/{place}", f"/v1/recordings/{place}/audio"):
                assert_problem(await acme.http.get(path), 404)
