"""The page that explains, once for each phone or computer, how to trust this installation's own authority (ADR 12)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Annotated, NamedTuple

from fastapi import Depends
from fastapi.responses import HTMLResponse, Response

from call24.http.pages import page
from call24.http.provided import provided
from call24.http.router import Router
from call24.kit.errors import NotFound
from call24.kit.package import COMMAND

router = Router(include_in_schema=False)

CERTIFICATE = "/trust/call24-ca.crt"
_STEPS = """
<h2>iPhone, iPad</h2><ol><li>Open this page in Safari, tap the certificate above, then Allow.</li>
<li>Settings → Profile Downloaded → Install.</li>
<li>Settings → General → About → Certificate Trust Settings: switch on the authority of the name above.</li></ol>
<h2>Android</h2><ol><li>Tap the certificate above; it is saved.</li>
<li>Settings → Security → Encryption and credentials → Install a certificate → CA certificate: take it.</li></ol>
<h2>Windows</h2><ol><li>Open the downloaded certificate → Install Certificate → Current User.</li>
<li>Place it in Trusted Root Certification Authorities.</li></ol>
<h2>macOS</h2><ol><li>Open the downloaded certificate: Keychain Access takes it.</li>
<li>Open it there → Trust → When using this certificate: Always Trust.</li></ol>
<h2>Linux; Firefox everywhere</h2><ol><li>Firefox: Settings → Privacy → View Certificates → Authorities → Import.</li>
<li>Chromium: chrome://certificate-manager → Local certificates → Trusted → Import.</li></ol>
"""
_LOCAL = (
    "<p>It serves this machine only: for phones give it <code>--http-host</code> and <code>--public-address</code>.</p>"
)


@dataclass(frozen=True)
class TrustPage:
    """`authority`: the certificate of this installation's own authority, where it signed the server's; `address`: where
    other devices find the app, empty when none can."""

    authority: Path | None = None
    address: str = ""


TrustPageDep = Annotated[TrustPage, provided(TrustPage)]


class Authority(NamedTuple):
    """The certificate that devices are to trust."""

    name: str
    der: bytes

    @classmethod
    def of(cls, pem: bytes) -> Authority:
        from cryptography import x509  # here, since a server that was killed is to be back soon
        from cryptography.hazmat.primitives.serialization import Encoding

        certificate = x509.load_pem_x509_certificate(pem)
        return cls(certificate.subject.rfc4514_string().removeprefix("CN="), certificate.public_bytes(Encoding.DER))

    @property
    def fingerprint(self) -> str:
        """SHA-256, as devices show it and as `./call24 up` prints it."""
        return hashlib.sha256(self.der).digest().hex(":").upper()


async def authority(trust: TrustPageDep) -> Authority:
    """Raises: NotFound where the certificate was given and no authority of ours signed it."""
    if trust.authority is None or not trust.authority.exists():
        raise NotFound("The certificate of this installation is not signed by its own authority")
    return _read(trust.authority, trust.authority.stat().st_mtime_ns)


@lru_cache(4)
def _read(file: Path, written: int) -> Authority:
    """Once for each certificate. `written`: when, in ns."""
    return Authority.of(file.read_bytes())


AuthorityDep = Annotated[Authority, Depends(authority)]


@router.get("/trust", operation_id="trust_explain")
async def explain(trust: TrustPageDep, authority: AuthorityDep) -> HTMLResponse:
    return HTMLResponse(_explained(trust.address, authority))


@lru_cache(4)
def _explained(at: str, authority: Authority) -> str:
    import segno

    address = f"{at}/trust"
    seen = segno.make(address, error="m").svg_inline(scale=5)
    code = f"<p>On a phone, scan this: {escape(address)}</p>{seen}" if at else _LOCAL
    body = (
        "<p>This Call24 signs its own certificate. A browser warns until the device trusts the authority that signed"
        f" it, <b>{escape(authority.name)}</b>. Once on each device:</p>{code}"
        f'<p><a href="{CERTIFICATE}">Download the authority\'s certificate</a></p>'
        f"<p>Its SHA-256 fingerprint is <code>{authority.fingerprint}</code>. Compare it with the one that"
        f" <code>{COMMAND} up</code> printed on the server, or that your administrator tells you, before you trust it:"
        " if they differ, somebody is between you and the server.</p>"
    )
    return page("Trust this Call24", body + _STEPS)


@router.get(CERTIFICATE, operation_id="trust_certificate")
async def certificate(authority: AuthorityDep) -> Response:
    return Response(authority.der, media_type="application/x-x509-ca-cert")
