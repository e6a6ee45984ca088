"""Settings of a backup on a machine that lacks what they name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from call24.backup.carried import carried, is_of_files_store
from call24.kit.settings import Settings

AWAY = Path("/missing/file")


def test_files_that_are_in_no_backup_are_left_out_and_named() -> None:
    before = Settings(tls_cert=AWAY, tls_key=Path("/etc/hostname"), smtp_password_file=AWAY, http_port=9000)
    now, told = carried(before)
    assert now == replace(Settings(), http_port=9000)
    assert told == ["--smtp-password-file /missing/file", "--tls-cert /missing/file", "--tls-key /etc/hostname"]


def test_a_file_that_is_here_and_one_that_is_given_anew_stay() -> None:
    here = Path("/etc/hostname")
    before = Settings(trunk_cas=here, smtp_password_file=AWAY)
    assert carried(before, {"smtp_password_file"}) == (before, [])


def test_an_external_database_is_not_that_of_a_restore() -> None:
    before = Settings(mongodb="mongodb://db.example/call24", mongodb_uri_file=AWAY)
    now, told = carried(before)
    assert now.own_mongodb
    assert told == ["--mongodb mongodb://db.example/call24", "--mongodb-uri-file /missing/file"]


def test_an_external_asterisk_goes_with_its_credentials() -> None:
    before = Settings(asterisk_ari="https://pbx:8089/ari", asterisk_ari_credentials=AWAY)
    assert carried(before)[0] == Settings()
    assert carried(before, {"asterisk_ari_credentials"}) == (before, [])


STORE = {
    "files_store": "s3://bucket/call24",
    "files_store_endpoint": "https://s3.example.com",
    "files_store_region": "eu-central-1",
    "files_store_country": "DE",
    "files_store_credentials_file": Path("/etc/hostname"),
}


def test_a_store_of_files_is_not_taken_over_although_its_key_is_here() -> None:
    """The copy would remove what came after its backup."""
    now, told = carried(Settings(http_port=9000, **STORE))  # type: ignore[arg-type]
    assert now == Settings(http_port=9000)
    assert told == [
        "--files-store s3://bucket/call24",
        "--files-store-country DE",
        "--files-store-credentials-file /etc/hostname",
        "--files-store-endpoint https://s3.example.com",
        "--files-store-region eu-central-1",
    ]
    assert all(map(is_of_files_store, told)) and not is_of_files_store("--tls-cert /missing/file")


def test_a_store_of_files_that_is_given_now_stays() -> None:
    before = Settings(**STORE)  # type: ignore[arg-type]
    assert carried(before, STORE) == (before, [])
