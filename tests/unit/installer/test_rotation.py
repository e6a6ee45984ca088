"""When a secret cannot be rotated, the server still learns those that were changed before it; ages, and what to do."""

from __future__ import annotations

import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from call24.doctor import keys_check
from call24.doctor.report import CheckResult, Failed
from call24.installer import certificates, keys, pbx_pairing, rotation
from call24.installer.errors import StartError
from call24.installer.rotation import ROTATABLE
from call24.kit.key_ring_file import replace_root
from call24.kit.pbx_pairing import Pairing
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings


def test_the_server_starts_anew_also_when_one_of_them_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ended: list[str] = []

    def fail(_settings: Settings) -> str:
        raise StartError("MongoDB is away")

    monkeypatch.setitem(rotation.ROTATABLE, "mongodb", fail)
    monkeypatch.setattr(rotation, "_end", lambda _, name: ended.append(name))
    settings = Settings(data=tmp_path)
    settings.secrets.mkdir(parents=True)
    with pytest.raises(StartError):
        list(rotation.rotate(settings, ["vcon", "mongodb"]))
    assert ended == ["server"]


def test_the_certificate_alone_needs_no_new_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ended: list[str] = []
    monkeypatch.setattr(rotation, "_end", lambda _, name: ended.append(name))
    settings = Settings(data=tmp_path)
    [said] = rotation.rotate(settings, ["tls"])
    assert "new key" in said and ended == []
    first, authority = settings.certificate[0].read_bytes(), (settings.tls / "ca.pem").read_bytes()
    list(rotation.rotate(settings, ["tls"]))
    assert settings.certificate[0].read_bytes() != first and (settings.tls / "ca.pem").read_bytes() == authority
    list(rotation.rotate(settings, ["ca"]))
    assert (settings.tls / "ca.pem").read_bytes() != authority


def test_a_key_and_a_certificate_that_do_not_fit_are_made_anew(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    assert certificates.make(settings) and not certificates.make(settings)
    certificate, key_file = settings.certificate
    before = certificate.read_bytes(), key_file.read_bytes()
    assert certificates.make(settings, anew=True)
    certificate.write_bytes(before[0])  # killed between the two
    assert certificates.make(settings) and certificate.read_bytes() != before[0]
    ssl.create_default_context().load_cert_chain(certificate, key_file)
    key_file.write_text("damaged")
    assert certificates.make(settings)
    other = (settings.tls / "ca.pem").read_bytes()
    (settings.tls / "ca.pem").unlink()
    certificates.make(settings)
    (settings.tls / "ca.pem").write_bytes(other)
    assert certificates.make(settings) and (settings.tls / "ca.pem").read_bytes() != other


def test_each_key_is_listed_with_its_age_and_the_doctor_says_what_to_do_with_old_ones(tmp_path: Path) -> None:
    settings, now = Settings(data=tmp_path), datetime.now(UTC)
    AppKey.load(tmp_path)
    for name in ("ari", "mongodb_keyfile"):
        (settings.secrets / name).write_text("secret")
    years = (now - timedelta(days=800)).timestamp()
    os.utime(settings.secrets / "mongodb_keyfile", (years, years))
    found = CheckResult("keys")
    with pytest.raises(Failed) as failed:
        keys_check.look(settings, found, now)
    assert (failed.value.seen, failed.value.state) == ("mongodb-keyfile is 800 days old", "warn")
    assert f"rotate mongodb-keyfile --data {tmp_path}" in failed.value.advice
    listed = "\n".join(keys.told(settings, now))
    assert all(f"\n{name} " in f"\n{listed}" for name in ROTATABLE if name != "pbx") and "800 days" in listed

    os.utime(settings.secrets / "mongodb_keyfile")
    keys_check.look(settings, found, now)
    assert "3, the oldest" in found.seen
    assert replace_root(tmp_path)
    with pytest.raises(Failed) as failed:
        keys_check.look(settings, found, now)
    assert "rotate app" in failed.value.advice
    assert "carries it on" in "\n".join(keys.told(settings, now))


def test_on_the_host_of_a_pbx_its_own_are_replaced_and_the_server_gets_another_pairing_file(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    pbx_pairing.make(settings)
    before = Pairing.load(settings.pbx_secrets / "pairing.json")
    [said] = rotation.rotate(settings, ["pbx"])
    after = Pairing.load(settings.pbx_secrets / "pairing.json")
    assert (after.authority, after.key) != (before.authority, before.key)
    assert after.ari_password == before.ari_password and "copy" in said
    assert {line.split()[0] for line in keys.told(settings, datetime.now(UTC)) if not line.startswith(" ")} == {
        "tls",
        "ari",
        "pbx",
    }
