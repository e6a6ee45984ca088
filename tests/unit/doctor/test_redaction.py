"""What is left of a log's line is words of Call24's own messages, and small numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from call24.doctor.redaction import Redaction, own_words

SOURCE = Path(__file__).resolve().parents[3] / "src" / "call24"
REDACTION = Redaction(own_words(SOURCE))
AT = "2026-11-28T09:58:15.123Z"


@pytest.mark.parametrize(
    "canary",
    [
        "+442079460123",
        "+44 20 7946 0123",
        "020-7946-0123",
        "(020) 7946.0123",
        "020 - 7946 - 0123",
        "0_20_79_46_01_23",
        "203.0.113.9",
        "2001:db8::7:9",
        "fe80::1",
        "Zebulon",
        "Quimby",
        "Цэцэг",
        "Zoë",
        "Lind",
        "Daria",
        "Marsh",
        "zebulon.quimby@example.org",
        "server@asterisk",
        "usr_01jabcdefghjkmnpqrstvwxyz0",
        "c24_dt_abcdEFGHijklMNOPqrst",
        "deadbeefcafe",
        "a1b2c3d4",
        "ab4c123456789d0e",
        "aGVsbG8gd29ybGQ=",
        "1738",
    ],
)
@pytest.mark.parametrize("around", ["user {} signed in", "call from <sip:{}> failed", "key={}, again", "'{}'", '"{}":'])
def test_what_could_be_somebodys_is_gone(canary: str, around: str) -> None:
    line = REDACTION.line(f"{AT} INFO call24.identity.service {around.format(canary)}")
    assert canary not in line
    assert not any(part in line for part in canary.replace("@", " ").split() if len(part) > 3 and "@" not in canary)
    assert line.startswith(f"{AT} INFO call24.identity.service ")


def test_what_a_helper_reads_it_for_stays() -> None:
    for kept in (
        f"{AT} WARNING call24.asterisk.link the connection was closed after 3.25 s",
        "| TimeoutError: no answer in time",
        "MongoDB 7.0.14, authenticated, accepts writes",
        "5.2 GB free",
        "took 500ms with IPv6",
    ):
        assert REDACTION.line(kept) == kept
    assert REDACTION.line("22.10.1~dfsg+~cs6.15") == "22.10.1<...>"


def test_of_a_line_of_mongod_only_its_message_is_left() -> None:
    line = (
        '{"t":{"$date":"2026-11-28T09:58:15.123+00:00"},"s":"I","c":"NETWORK","id":22943,"ctx":"listener",'
        '"msg":"Connection accepted","attr":{"remote":"203.0.113.9:4711","uri":"mongodb://zebulon:secret@host"}}'
    )
    assert REDACTION.database_line(line) == "2026-11-28T09:58:15.123+00:00 I NETWORK 22943 Connection accepted"
    for other in ("Zebulon", '"Zebulon"', "[1]", '{"t":1}', '{"msg":"Zebulon"}'):
        assert REDACTION.database_line(other) == "<...>"


def test_words_of_comments_docstrings_and_invented_names_do_not_stay(tmp_path: Path) -> None:
    (tmp_path / "room.py").write_text(
        '"""Quimby."""\n# Zebulon\nWORDS = "the Server is away from Springfield, a server"\n'
        'class LineCut(Exception):\n    "Homer"\n'
    )
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "people.py").write_text('NAME = "marge"\n')
    words = own_words(tmp_path)
    assert words >= {"Server", "server", "away", "LineCut", "room"}
    assert not words & {"Quimby", "Zebulon", "Springfield", "Homer", "marge"}
