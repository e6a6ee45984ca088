"""Settings: what is refused, with a line that names the flag and says what to do."""

from pathlib import Path

import pytest

from call24.kit.settings import Settings, SettingsError, parse_ports


def refused(**values: object) -> str:
    with pytest.raises(SettingsError) as caught:
        Settings(**values).checked()  # type: ignore[arg-type]
    return str(caught.value)


def test_the_defaults_can_be_used() -> None:
    settings = Settings().checked()
    assert settings.data.is_absolute()
    assert settings.address == "https://localhost:8024"
    assert settings.loopback


def test_a_mongodb_uri_with_a_password_is_refused_with_the_way_out() -> None:
    said = refused(mongodb="mongodb+srv://call24:secret@cluster.example.net/call24")
    assert said.startswith("--mongodb:")
    assert "CALL24_MONGODB_URI" in said
    assert "--mongodb-uri-file" in said
    assert "secret" not in said


@pytest.mark.parametrize(
    "uri", ["mongodb://db.example.net/call24?tls=true", "mongodb://call24@db/?ssl=true&authMechanism=MONGODB-X509"]
)
def test_a_mongodb_uri_without_a_password_replaces_the_embedded_one(uri: str) -> None:
    settings = Settings(mongodb=uri).checked()
    assert not settings.own_mongodb
    assert settings.mongodb_uri() == uri


def test_the_environment_and_then_the_file_give_the_whole_uri(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "uri"
    file.write_text("mongodb://call24:from-file@db/?tls=true\n")
    settings = Settings(mongodb_uri_file=file, mongodb="mongodb://localhost/").checked()
    assert settings.mongodb_uri() == "mongodb://call24:from-file@db/?tls=true"
    monkeypatch.setenv("CALL24_MONGODB_URI", "mongodb+srv://call24:from-env@db/")
    assert settings.mongodb_uri() == "mongodb+srv://call24:from-env@db/"


@pytest.mark.parametrize(
    "uri",
    [
        "mongodb://db.example.net/",
        "mongodb://127.0.0.1,10.1.2.3:27017/?replicaSet=rs0",
        "mongodb://user@[2001:db8::1]:27017/?tls=false",
        "mongodb://127.0.0.1.example.net/",
        "mongodb://db/?tls=true&tlsInsecure=true",
        "mongodb://db/?tls=true&tlsAllowInvalidCertificates=true",
        "mongodb://db/?TLS=true&tlsallowinvalidhostnames=true",
        "mongodb://db/?tls=true&ssl=false",
        "mongodb+srv://cluster.example.net/?tls=false",
    ],
)
@pytest.mark.parametrize("where", ["--mongodb", "--mongodb-uri-file", "CALL24_MONGODB_URI"])
def test_a_mongodb_on_another_machine_is_refused_without_tls_or_with_an_unchecked_certificate(
    uri: str, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values: dict[str, object] = {"mongodb": uri} if where == "--mongodb" else {}
    if where == "--mongodb-uri-file":
        values["mongodb_uri_file"] = tmp_path / "uri"
        (tmp_path / "uri").write_text(uri)
    elif where == "CALL24_MONGODB_URI":
        monkeypatch.setenv(where, uri)
    said = refused(**values)
    assert said.startswith(f"{where}: would go to another machine in the clear")
    assert "add tls=true" in said


@pytest.mark.parametrize(
    "uri",
    [
        "mongodb://127.0.0.1:27017/?replicaSet=rs0",
        "mongodb://localhost,[::1]:27018/",
        "mongodb://user@%2Frun%2Fmongodb.sock/",
        "mongodb://db.example.net/?tls=true&tlsCAFile=/etc/call24/ca.pem",
        "mongodb+srv://cluster.example.net/",
    ],
)
def test_a_mongodb_on_this_machine_or_behind_tls_is_taken(uri: str) -> None:
    assert Settings(mongodb=uri).checked().mongodb_uri() == uri


def test_an_external_asterisk_needs_credentials_from_outside_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CALL24_ARI_USER", raising=False)
    monkeypatch.delenv("CALL24_ARI_PASSWORD", raising=False)
    assert "CALL24_ARI_USER" in refused(asterisk_ari="https://pbx:8089/ari")
    assert "must not carry credentials" in refused(asterisk_ari="https://u:p@pbx:8089/ari")
    file = tmp_path / "ari"
    file.write_text("call24:a:b\n")
    settings = Settings(asterisk_ari="https://pbx:8089/ari/", asterisk_ari_credentials=file).checked()
    assert settings.ari_login() == ("call24", "a:b")
    assert settings.ari_url == "https://pbx:8089/ari"
    assert "a:b" not in repr(settings.ari_login())


def test_each_port_is_given_once() -> None:
    assert refused(http_port=5060) == "--sip-port: 5060 is also --http-port; give each its own port"


@pytest.mark.parametrize(
    ("values", "flag"),
    [
        ({"http_port": 0}, "--http-port"),
        ({"sip_port": 70000}, "--sip-port"),
        ({"rtp_ports": (20000, 20010)}, "--rtp-ports"),
        ({"rtp_ports": (30000, 20000)}, "--rtp-ports"),
        ({"rtp_ports": (5000, 6000)}, "--rtp-ports"),
        ({"http_host": "localhost"}, "--http-host"),
        ({"public_address": "0.0.0.0"}, "--public-address"),
        ({"public_address": "a b"}, "--public-address"),
        ({"tls_cert": Path("/nonexistent")}, "--tls-cert"),
        ({"mongodb": "http://db"}, "--mongodb"),
        ({"origins": "https://a.example,http://b.example"}, "--origins"),
        ({"origins": "https://a.example/desk"}, "--origins"),
        ({"trusted_proxies": "*"}, "--trusted-proxies"),
        ({"trusted_proxies": "127.0.0.1,proxy.example"}, "--trusted-proxies"),
        ({"trusted_proxies": "10.0.0.1/24"}, "--trusted-proxies"),
        ({"asterisk_ari": "pbx:8088"}, "--asterisk-ari"),
        ({"asterisk_ari": "http://192.0.2.8:8088/ari"}, "--asterisk-ari"),
        ({"asterisk_ari_credentials": Path("/etc/hostname")}, "--asterisk-ari-credentials"),
    ],
)
def test_a_wrong_setting_is_named_by_its_flag(values: dict[str, object], flag: str) -> None:
    assert refused(**values).startswith(f"{flag}: ")


def test_settings_are_the_same_after_saving_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    settings = Settings.on_ports(tmp_path, 21000, tls_cert=tmp_path / "c", seed_demo=True)
    file = tmp_path / "run" / "settings.json"
    settings.save(file)
    assert Settings.load(file) == settings
    assert file.stat().st_mode & 0o077 == 0


def test_a_stored_setting_that_is_unknown_is_named() -> None:
    with pytest.raises(SettingsError, match="--colour: there is no such setting"):
        Settings.of({"colour": "blue"})


def test_settings_that_are_not_there_are_asked_for(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is Call24 running on this data folder"):
        Settings.load(tmp_path / "settings.json")


@pytest.mark.parametrize("text", ["20000", "a-b", "1-", ""])
def test_ports_are_given_as_a_range(text: str) -> None:
    with pytest.raises(ValueError):
        parse_ports(text)


def test_an_own_espeak_must_be_a_program(tmp_path: Path) -> None:
    file = tmp_path / "espeak-ng"
    assert refused(espeak=file).startswith("--espeak:")
    file.write_text("#!/bin/sh\n")
    assert refused(espeak=file).startswith("--espeak:")
    file.chmod(0o755)
    assert Settings(espeak=file).checked().espeak == file
    assert refused(espeak=tmp_path).startswith("--espeak:")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("recording_floor_mb", -5),
        ("recording_floor_mb", 0),
        ("reconcile_hour", 24),
        ("reconcile_hour", -1),
        ("trusted_proxies", "0.0.0.0/0"),
        ("trusted_proxies", "10.0.0.0/8,::/0"),
    ],
)
def test_a_value_that_would_do_harm_silently_is_refused_with_its_flag(setting: str, value: object) -> None:
    assert refused(**{setting: value}).startswith(f"--{setting.replace('_', '-')}:")


def test_what_is_no_certificate_with_its_key_is_refused_before_anything_starts(tmp_path: Path) -> None:
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_text("no certificate")
    key.write_text("no key")
    said = refused(tls_cert=chain, tls_key=key)
    assert said.startswith("--tls-cert:") and str(chain) in said


@pytest.mark.parametrize(
    "named",
    [
        "org.example.app",
        "desk=AB",
        "org.example.app=AB:CD",
        "=AB",
        "org.example.app=" + ":".join(["GG"] * 32),
        "x" * 3000,
    ],
)
def test_an_android_app_is_named_with_the_fingerprint_of_its_key(named: str) -> None:
    assert refused(android_app=named).startswith("--android-app: ")
    Settings(android_app="org.example.app=" + ":".join(["0a"] * 32)).checked()


@pytest.mark.parametrize("named", ["org.example.app", "ABC.org.example", "ABCDE12345", "ABCDE12345.org.ex ample"])
def test_an_ios_app_is_named_with_its_team(named: str) -> None:
    assert refused(apple_app=named).startswith("--apple-app: ")
    Settings(apple_app="ABCDE12345.org.example.app").checked()
