"""Clients that offer old or weak TLS, and whether a server takes them."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

OLD = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)
WEAK = ("ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-CCM")
GOOD = ("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305")


def offering(version: ssl.TLSVersion, suites: str = "ALL") -> ssl.SSLContext:
    """A client of this version alone, which takes any certificate. `suites` are OpenSSL's words, for up to 1.2."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return _exactly(context, version, version, suites)


def careless(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    """A server that takes whatever is offered: so it is the other one that refuses, not the client or the machine."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return _exactly(context, ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_3, "ALL")


def _exactly(context: ssl.SSLContext, lowest: ssl.TLSVersion, highest: ssl.TLSVersion, suites: str) -> ssl.SSLContext:
    context.set_ciphers(f"{suites}:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = lowest, highest
    return context


async def taken(port: int) -> list[str]:
    """Which of the offers above a server of this machine takes."""
    offers = {
        **{version.name: offering(version) for version in (*OLD, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)},
        **{suite: offering(ssl.TLSVersion.TLSv1_2, suite) for suite in (*WEAK, *GOOD)},
    }
    return [name for name, client in offers.items() if await _connects(port, client)]


TAKEN = ["TLSv1_2", "TLSv1_3", *GOOD]


async def _connects(port: int, client: ssl.SSLContext) -> bool:
    try:
        async with asyncio.timeout(10):
            _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client)
    except (ssl.SSLError, ConnectionError):
        return False
    writer.close()
    return True
