"""When a secret cannot be rotated, the server still learns those that were changed before it; ages, and what to do."""

from __future__ import annotations

import argparse
import os
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from call24.cli import rotate
from call24.doctor import keys_check
from call24.doctor.report import CheckResult, Failed
from call24.installer import certificates, keys, pbx_pairing, rotation
from call24.installer.api_client import Api, ApiAnswer, ask_now
from call24.installer.errors import StartError
from call24.installer.rotation import ROTATABLE
from call24.kit.key_ring import KeyRing
from call24.kit.key_ring_file import change, replace_root
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


def test_an_earlier_app_key_that_is_kept_for_what_no_key_opens_is_told_and_destroyed_only_when_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings, now = Settings(data=tmp_path), datetime.now(UTC)
    AppKey.load(tmp_path)
    with pytest.raises(StartError, match="no earlier app key"):
        rotation.give_up(settings)
    assert replace_root(tmp_path)
    with pytest.raises(StartError, match="no earlier app key"):
        rotation.give_up(settings)  # the server has not looked
    assert KeyRing.load(tmp_path).earlier

    def looks(_settings: Settings, name: str) -> None:
        """The server, which is started by this."""
        if name != "server":
            return
        assert not KeyRing.load(tmp_path).unopened, "what an earlier one found counts no more"
        change(tmp_path, lambda ring: ring.looked(unopened=3, whole=True))

    monkeypatch.setattr(rotation, "_end", looks)
    monkeypatch.setattr(rotation, "left_over_pid", lambda *_: 1)
    for _ in range(2):
        with pytest.raises(StartError, match=r"no app key opens 3 secrets.*--give-up"):
            list(rotation.rotate(settings, ["app"]))
    with pytest.raises(Failed) as failed:
        keys_check.look(settings, CheckResult("keys"), now)
    assert "no key opens 3 secrets" in failed.value.seen and "--give-up" in failed.value.advice
    assert "No key opens 3 secrets" in "\n".join(keys.told(settings, now))
    assert "destroyed" in rotation.give_up(settings)
    assert (KeyRing.load(tmp_path).earlier, KeyRing.load(tmp_path).unopened) == ((), 0)


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


def asked_by(monkeypatch: pytest.MonkeyPatch, answers: dict[str, list[ApiAnswer]]) -> list[str]:
    """What is asked for; each path's answers in turn, then its last one again."""
    asked: list[str] = []

    def answer(_: Api, method: str, path: str, *_more: object) -> ApiAnswer:
        asked.append(path.removeprefix(rotation.ORGANISATIONS))
        theirs = answers.get(asked[-1], [ApiAnswer(200, {}, {})])
        return theirs.pop(0) if len(theirs) > 1 else theirs[0]

    monkeypatch.setattr(Api, "ask_now", answer)
    monkeypatch.setattr(rotation, "LOOK_S", 0.0)
    monkeypatch.setattr(rotation, "SERVER_BACK_S", 0.3)
    return asked


def test_an_organisation_that_is_gone_or_fails_keeps_no_other_from_a_new_key_and_none_gets_two(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    there = {"items": [{"id": name} for name in ("gone", "late", "busy", "well")]}
    refused, late = ApiAnswer(0, "nobody listens", {}, refused=True), ApiAnswer(0, "timed out", {})
    answers = {
        "": [refused, late, ApiAnswer(200, there, {})],
        "/gone/keys/recordings": [ApiAnswer(404, {}, {})],
        "/late/keys/recordings": [late],
        "/busy/keys/recordings": [refused, ApiAnswer(503, {}, {}), ApiAnswer(200, {}, {})],
    }
    asked = asked_by(monkeypatch, answers)
    with pytest.raises(StartError) as failed:
        list(rotation.rotate(Settings(data=tmp_path), ["recordings"]))
    assert str(failed.value).startswith("2 organisations") and "late (timed out)" in str(failed.value)
    assert "gone" not in str(failed.value)
    assert [path.split("/")[1] for path in asked if path] == ["gone", "late", "busy", "busy", "busy", "well"]
    answers["/late/keys/recordings"] = [ApiAnswer(200, {}, {})]
    assert list(rotation.rotate(Settings(data=tmp_path), ["recordings"])) == [
        "recordings: 3 organisations have a new key for recordings"
    ]


def test_where_nobody_listens_a_question_was_not_asked(tmp_path: Path) -> None:
    with socket.socket() as bound:  # and does not listen
        bound.bind(("127.0.0.1", 0))
        answer = ask_now("POST", f"http://127.0.0.1:{bound.getsockname()[1]}/", {})
    assert (answer.status, answer.refused) == (0, True)


def test_the_backstop_ends_with_a_new_app_key_and_the_server_is_not_restarted_for_ever(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    AppKey.load(tmp_path)
    ended: list[str] = []

    def end(_: Settings, name: str) -> None:
        ended.append(name)
        if name == "server":  # something stores what the earlier one sealed again and again
            change(tmp_path, lambda ring: ring.looked(resealed=1, whole=True))

    monkeypatch.setattr(rotation, "_end", end)
    monkeypatch.setattr(rotation, "left_over_pid", lambda *_: 1)
    said = list(rotation.rotate(Settings(data=tmp_path), ["app"]))
    assert "app.keyring" in said[0] and "recordings files web-push vcon" in said[0]
    assert "still seals with the earlier key" in said[-1] and KeyRing.load(tmp_path).earlier
    assert ended == ["retention", "server", *["server"] * rotation.RESTARTS_MAX]


def test_the_doctor_sees_a_rotation_of_mongodbs_passwords_that_was_cut_off_and_a_damaged_ring(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    AppKey.load(tmp_path)
    (settings.secrets / "mongodb.next").write_text("secret")
    with pytest.raises(Failed) as failed:
        keys_check.look(settings, CheckResult("keys"))
    assert (failed.value.state, "rotate mongodb --data" in failed.value.advice) == ("warn", True)
    (settings.secrets / "app.keyring").write_text("{")
    with pytest.raises(Failed, match="damaged") as failed:
        keys_check.look(settings, CheckResult("keys"))
    assert failed.value.state == "fail"


def test_another_user_than_the_installations_rotates_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data=tmp_path)
    settings.save(settings.run / "settings.json")
    AppKey.load(tmp_path)
    before = (settings.secrets / "app.key").read_text()

    def run(*words: str) -> int:
        parser = argparse.ArgumentParser()
        rotate.add_flags(parser)
        return rotate.run(parser.parse_args([*words, "--data", str(tmp_path)]))

    me = os.geteuid()
    with monkeypatch.context() as other:
        other.setattr(os, "geteuid", lambda: me + 1)
        with pytest.raises(StartError, match="another user's: run this as "):
            run("app")
        assert run("--list") == 0
    assert (settings.secrets / "app.key").read_text() == before

    def refuse(_: Settings) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setitem(rotation.ROTATABLE, "vcon", refuse)
    assert run("vcon") == 1 and "Permission denied" in capsys.readouterr().err


def test_a_damaged_list_of_app_keys_is_said_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(data=tmp_path)
    settings.save(settings.run / "settings.json")
    settings.secrets.mkdir(parents=True)
    (settings.secrets / "app.keyring").write_text("{")
    parser = argparse.ArgumentParser()
    rotate.add_flags(parser)
    assert rotate.run(parser.parse_args(["--data", str(tmp_path), "--list"])) == 1
    said = capsys.readouterr()
    assert said.err == "call24: secrets/app.keyring is damaged: take it from a backup\n"
    assert said.out.startswith("tls ")


def test_new_certificates_and_their_names_are_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(str(Path(f"/proc/self/fd/{handle}").readlink())))
    list(rotation.rotate(settings := Settings(data=tmp_path), ["tls"]))
    written = [str(settings.tls / name) for name in ("ca.key", "ca.pem", "server.key", "server.pem")]
    assert {f"{file}.part" for file in written} <= set(synced)
    assert synced.count(str(settings.tls)) >= len(written)
