"""How devices come to trust this installation's authority, and how a new certificate comes into use."""

from __future__ import annotations

import asyncio
import re
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from tests.support.http.api import Api

from call24.installer import certificates
from call24.kit import certificate
from call24.kit.certificate import CertificateWatch
from call24.kit.settings import Settings
from call24.server.http_app import create_app


def served(api: Api, **more: object) -> httpx.AsyncClient:
    app = create_app(replace(api.services, **more))  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://call24.test")


async def test_the_page_tells_phones_how_to_trust_the_authority(api: Api, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    certificates.make(settings)
    async with served(api, authority=settings.tls / "ca.pem", address="https://192.0.2.7:8024") as http:
        page = await http.get("/trust")
        assert page.status_code == 200 and "https://192.0.2.7:8024/trust" in page.text
        assert "<svg" in page.text and "<script" not in page.text and " style=" not in page.text
        assert (settings.tls / "fingerprint").read_text() in page.text
        answer = await http.get("/trust/call24-ca.crt")
    assert answer.headers["Content-Type"] == "application/x-x509-ca-cert"
    ca = x509.load_der_x509_certificate(answer.content)
    server = x509.load_pem_x509_certificate((settings.tls / "server.pem").read_bytes())
    server.verify_directly_issued_by(ca)
    assert ca.subject.rfc4514_string().removeprefix("CN=") in page.text


async def test_where_the_certificate_was_given_there_is_nothing_to_trust(api: Api, tmp_path: Path) -> None:
    for authority in (None, tmp_path / "ca.pem"):  # none, or none any more
        async with served(api, authority=authority) as http:
            assert (await http.get("/trust")).status_code == (await http.get("/trust/call24-ca.crt")).status_code == 404


async def test_a_new_certificate_is_shown_to_whoever_connects_next(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    certificates.make(settings)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*settings.certificate)
    told: list[bool] = []

    async def tell() -> None:
        told.append(True)

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(line)

    trusting = ssl.create_default_context(cafile=str(settings.tls / "ca.pem"))
    server = await asyncio.start_server(echo, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]

    async def connected() -> tuple[asyncio.StreamReader, asyncio.StreamWriter, bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting)
        return reader, writer, writer.get_extra_info("ssl_object").getpeercert(True)

    watch = CertificateWatch(settings.certificate, context, tell)
    reader, writer, first = await connected()
    assert not await watch.look()
    key = (settings.tls / "server.key").read_bytes()
    certificates.make(settings, anew=True)
    fresh = (settings.tls / "server.key").read_bytes()
    (settings.tls / "server.key").write_bytes(key)
    assert not await watch.look() and told == []  # they do not fit
    (settings.tls / "server.key").write_bytes(fresh)
    assert await watch.look() and told == [True]
    _, other, second = await connected()
    assert first != second
    writer.write(b"still here\n")
    assert await reader.readline() == b"still here\n"
    for one in (writer, other):
        one.close()
    server.close()


async def test_a_certificate_that_is_about_to_expire_is_renewed_while_the_server_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data=tmp_path)
    certificates.make(settings, datetime.now(UTC) - timedelta(days=certificates.SERVER_DAYS - 29))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*settings.certificate)
    monkeypatch.setattr(certificate, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(certificate, "RENEW_EVERY", 2)
    told = asyncio.Event()

    async def tell() -> None:
        told.set()

    watch = CertificateWatch(settings.certificate, context, tell, lambda: certificates.make(settings))
    running = asyncio.create_task(watch.run())
    await asyncio.wait_for(told.wait(), 10)
    running.cancel()
    server = x509.load_pem_x509_certificate((settings.tls / "server.pem").read_bytes())
    assert server.not_valid_after_utc > datetime.now(UTC) + timedelta(days=300)


def test_every_key_and_secret_is_readable_by_its_user_only(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    certificates.make(settings)
    keys = [file for file in settings.tls.iterdir() if b"PRIVATE" in file.read_bytes()]
    assert len(keys) == 2 and all(file.stat().st_mode & 0o777 == 0o600 for file in keys)
    assert re.fullmatch("([0-9A-F]{2}:){31}[0-9A-F]{2}", (settings.tls / "fingerprint").read_text())
