"""How a server is told of a PBX on a host of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from call24.installer import pbx_pairing
from call24.kit.pbx_pairing import Pairing, Place, place
from call24.kit.settings import Settings, SettingsError


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("pbx.example.net:8424", "pbx.example.net", 8424),
        ("10.0.0.5:1", "10.0.0.5", 1),
        ("[2001:db8::24]:65535", "2001:db8::24", 65535),
        ("[::]:8424", "::", 8424),
    ],
)
def test_a_place_is_a_host_and_a_port(text: str, host: str, port: int) -> None:
    assert place("--pbx", text) == Place(host, port)


@pytest.mark.parametrize(
    "text",
    ["", "pbx", "pbx:", ":8424", "pbx:0", "pbx:65536", "2001:db8::24:8424", "[pbx]:8424", "https://pbx:8424", "a b:1"],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="--pbx"):
        place("--pbx", text)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"authority": "x", "certificate": 1}', "\xff"])
def test_a_file_that_is_no_pairing_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "pairing.json"
    file.write_bytes(content.encode("latin-1"))
    with pytest.raises(SettingsError, match="--pbx-pairing"):
        Pairing.load(file)


def made(data: Path) -> Path:
    pbx_pairing.make(Settings(data=data))
    return data / "secrets" / "pbx" / "pairing.json"


def test_a_pairing_stays_until_its_folder_is_deleted(tmp_path: Path) -> None:
    file = made(tmp_path / "pbx")
    before = file.read_bytes()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert made(tmp_path / "pbx").read_bytes() == before
    for each in file.parent.iterdir():
        each.unlink()
    made(tmp_path / "pbx")
    assert Pairing.load(file).authority not in before.decode()


def test_a_new_password_of_asterisk_gives_a_new_pairing_file(tmp_path: Path) -> None:
    file = made(tmp_path / "pbx")
    (tmp_path / "pbx" / "secrets" / "ari").write_text("another")
    assert Pairing.load(made(tmp_path / "pbx")).ari_password == "another"
    assert file.exists()


def test_nothing_of_it_is_printed(tmp_path: Path) -> None:
    pairing = Pairing.load(made(tmp_path / "pbx"))
    assert pairing.ari_password not in repr(pairing)
    assert "PRIVATE" not in repr(pairing)


def test_a_server_with_a_pbx_elsewhere_has_no_asterisk_but_the_phones_port(tmp_path: Path) -> None:
    file = made(tmp_path / "pbx")
    settings = Settings(data=tmp_path / "server", pbx="10.0.0.5:8424", pbx_pairing=file, ari_port=9088).checked()
    assert (settings.own_asterisk, settings.own_phones_port) == (False, True)
    assert settings.ari_url == "http://127.0.0.1:9088/ari"
    assert settings.ari_login() == ("call24", (tmp_path / "pbx" / "secrets" / "ari").read_text())


@pytest.mark.parametrize(
    ("more", "flag"),
    [
        ({"pbx": "10.0.0.5:8424"}, "--pbx"),
        ({"pbx_pairing": "here"}, "--pbx"),
        ({"pbx": "10.0.0.5", "pbx_pairing": "here"}, "--pbx"),
        ({"pbx": "10.0.0.5:8424", "pbx_pairing": "gone"}, "--pbx-pairing"),
        ({"pbx": "10.0.0.5:8424", "pbx_pairing": "here", "asterisk_ari": "http://127.0.0.1:1/ari"}, "--pbx"),
    ],
)
def test_what_does_not_fit_together_is_named(tmp_path: Path, more: dict[str, str], flag: str) -> None:
    places = {"here": made(tmp_path / "pbx"), "gone": tmp_path / "gone"}
    given = {name: places.get(value, value) for name, value in more.items()}
    with pytest.raises(SettingsError) as refused:
        Settings.of({"data": str(tmp_path / "server"), **{name: str(value) for name, value in given.items()}}).checked()
    assert refused.value.flag == flag
