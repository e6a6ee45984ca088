"""Whose signature on a carrier's certificate is believed: the machine's authorities, and those of `--trunk-cas`.

One file for Asterisk, which reads it with each connection, and for the server, which says in words what is wrong with a
certificate. It makes no certificate (certificates.py).
"""

from __future__ import annotations

from pathlib import Path

from call24.installer.errors import StartError
from call24.kit.settings import Settings


def write(settings: Settings) -> None:
    """Raises: StartError when there is none that could be read."""
    known = _of_the_machine()
    if settings.trunk_cas is not None:
        known.append(_of_the_operator(settings.trunk_cas))
    if not known:
        # Asterisk reads no empty list. Nobody but this installation's own parts has a certificate of this one.
        known.append((settings.tls / "ca.pem").read_text())
    file = settings.carrier_authorities
    part = file.with_suffix(".part")
    part.write_text("\n".join(known))
    part.chmod(0o600)
    part.replace(file)


def _of_the_machine() -> list[str]:
    import ssl  # the parent of `up` is lean: only what makes Asterisk's files needs it

    context = ssl.create_default_context()
    found = [ssl.DER_cert_to_PEM_cert(each) for each in context.get_ca_certs(binary_form=True)]
    if found:
        return found
    folder = ssl.get_default_verify_paths().capath  # where a folder is all there is, OpenSSL reads it when asked
    return [file.read_text() for file in sorted(Path(folder).glob("*.pem"))] if folder else []


def _of_the_operator(file: Path) -> str:
    import ssl

    text = file.read_text()
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text)
    except (ssl.SSLError, ValueError) as error:
        raise StartError(f"--trunk-cas: {file} holds no certificates in PEM ({error})") from None
    return text
