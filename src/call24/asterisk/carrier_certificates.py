"""What is wrong with a carrier's certificate, in words that its administrator can send to the carrier.

Asterisk checks it at each connection and goes no further with a wrong one; what it saw stands in its log alone. So the
same host is asked here, with the same authorities, and nothing is decided by the answer. Source: RFC 5922 (the name).
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

from call24.asterisk.trunks import TrunkLine
from call24.kit.clock import Clock
from call24.kit.fair import Fair
from call24.kit.ids import TrunkId
from call24.kit.sip_targets import SipTarget

AGAIN_FAULTY = timedelta(seconds=15)
"""While a trunk does not work: whoever fixes it waits for the word."""
AGAIN_WORKING = timedelta(hours=6)
SOON = timedelta(days=14)
ANSWER_S = 5.0
AT_ONCE, OF_ONE = 8, 2
"""In all, and of one organisation."""
_NAMES_SHOWN = 3
# X509_V_ERR_*
_NOT_YET, _EXPIRED, _OTHER_NAME, _OTHER_ADDRESS = 9, 10, 62, 64
_UNKNOWN = frozenset({2, 18, 19, 20, 21})
"""Signed by itself, or its issuer is not known."""


class CarrierCertificates:
    """`authorities`: the file that Asterisk believes; None: it is not ours, and nothing is looked at. `place`: where a
    trunk's host is now."""

    def __init__(
        self, authorities: Path | None, clock: Clock, place: Callable[[TrunkId], SipTarget | None] = lambda _: None
    ) -> None:
        self._authorities, self._clock, self._place = authorities, clock, place
        self._seen: dict[TrunkId, tuple[TrunkLine, datetime, str]] = {}
        self._asking: dict[TrunkId, asyncio.Task[None]] = {}
        self._gate = Fair(AT_ONCE, OF_ONE)

    def trouble(self, trunk_id: str) -> str:
        """Empty: nothing that is known."""
        seen = self._seen.get(TrunkId(trunk_id))
        return seen[2] if seen is not None else ""

    def look(self, trunks: Iterable[TrunkLine], works: Callable[[TrunkLine], bool]) -> None:
        """At those of them with TLS whose time has come, behind."""
        if self._authorities is None:
            return
        wanted = {line.trunk_id: line for line in trunks if line.transport == "tls" and line.goes_out}
        for gone in self._seen.keys() - wanted.keys():
            del self._seen[gone]
        for line in wanted.values():
            if line.trunk_id not in self._asking and self._is_due(line, works=works(line)):
                self._asking[line.trunk_id] = asyncio.create_task(self._ask(line), name=f"certificate of {line.name}")

    def _is_due(self, line: TrunkLine, *, works: bool) -> bool:
        seen = self._seen.get(line.trunk_id)
        if seen is None or seen[0] != line:
            return True
        is_wrong = bool(seen[2]) and not seen[2].startswith(ENDS)
        again = AGAIN_WORKING if works and not is_wrong else AGAIN_FAULTY
        return self._clock.now() - seen[1] >= again

    async def _ask(self, line: TrunkLine) -> None:
        try:
            async with self._gate.turn(line.tenant_id):
                self._seen[line.trunk_id] = line, self._clock.now(), await self._words(line)
        finally:
            del self._asking[line.trunk_id]

    async def _words(self, line: TrunkLine) -> str:
        place = self._place(line.trunk_id)
        if place is None or self._authorities is None:
            return ""
        context = await asyncio.to_thread(believing, self._authorities)
        return await wrong_with(line.host, place, context, self._clock.now())


ENDS = "The certificate ends on "


def believing(authorities: Path) -> ssl.SSLContext:
    """It trusts nobody but them."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with contextlib.suppress(OSError, ssl.SSLError):
        context.load_verify_locations(cafile=str(authorities))
    return context


async def wrong_with(host: str, place: SipTarget, context: ssl.SSLContext, now: datetime) -> str:
    """Words; empty: nothing, or nobody answers there."""
    try:
        ends = _end_of(await _shown(context, host, place))
    except ssl.SSLCertVerificationError as error:
        return await _in_words(error, host, place)
    except ssl.SSLError as error:
        return f"The host supports no TLS version that Call24 accepts ({error.reason or 'no answer'})"
    except (OSError, TimeoutError):
        return ""
    return f"{ENDS}{ends:%Y-%m-%d}" if ends is not None and ends - now < SOON else ""


async def _shown(context: ssl.SSLContext, host: str, place: SipTarget) -> bytes:
    """Its certificate (DER). Raises: OSError, ssl.SSLError, TimeoutError."""
    async with asyncio.timeout(ANSWER_S):
        _, writer = await asyncio.open_connection(place.address, place.port, ssl=context, server_hostname=host)
        secured = writer.get_extra_info("ssl_object")
        certificate: bytes = secured.getpeercert(binary_form=True) or b""
        writer.transport.abort()  # nothing is asked, and nobody waits for a farewell
    return certificate


async def _in_words(error: ssl.SSLCertVerificationError, host: str, place: SipTarget) -> str:
    if error.verify_code in _UNKNOWN:
        return "The certificate is not signed by a known authority"
    if error.verify_code == _NOT_YET:
        return "The certificate is not valid yet"
    shown = await _unchecked(host, place)
    if error.verify_code == _EXPIRED:
        ends = _end_of(shown)
        return "The certificate has expired" + (f", on {ends:%Y-%m-%d}" if ends is not None else "")
    if error.verify_code in (_OTHER_NAME, _OTHER_ADDRESS):
        return f"The certificate is for {_names(shown)}, not for {host}"
    return f"The certificate is not valid: {error.verify_message}"


async def _unchecked(host: str, place: SipTarget) -> bytes:
    """To tell what it is; nothing is sent there."""
    anyone = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
    with contextlib.suppress(OSError, TimeoutError):
        return await _shown(anyone, host, place)
    return b""


def _names(certificate: bytes) -> str:
    try:
        extensions = x509.load_der_x509_certificate(certificate).extensions
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        found = [str(each.value) for each in names if isinstance(each, x509.DNSName | x509.IPAddress)]
    except (ValueError, x509.ExtensionNotFound):
        found = []
    # They are the far side's words.
    clean = ["".join(c for c in each if c.isprintable())[:100] for each in found[:_NAMES_SHOWN]]
    return ", ".join(clean) + (", ..." if len(found) > _NAMES_SHOWN else "") if clean else "another name"


def _end_of(certificate: bytes) -> datetime | None:
    with contextlib.suppress(ValueError):
        return x509.load_der_x509_certificate(certificate).not_valid_after_utc
    return None
