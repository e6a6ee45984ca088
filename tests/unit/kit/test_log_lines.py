"""The server's log: nobody outside can make a line of it that says what they please."""

from __future__ import annotations

import io
import logging
from datetime import UTC, datetime, timedelta

import pytest

from call24.kit.log_format import OneLine

FORGED = "x\n2026-01-01 00:00:00,000 INFO call24.identity signed in\r\x1b[2K\u2028\u202e\x85"


@pytest.fixture
def written() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def log(written: io.StringIO) -> logging.Logger:
    made = logging.Logger("call24.test")
    handler = logging.StreamHandler(written)
    handler.setFormatter(OneLine())
    made.addHandler(handler)
    return made


def test_text_of_a_stranger_begins_no_line(log: logging.Logger, written: io.StringIO) -> None:
    log.warning("refused: %s", FORGED)
    [line] = written.getvalue().splitlines()
    assert "WARNING call24.test refused: x" in line
    assert line.endswith(r"x\n2026-01-01 00:00:00,000 INFO call24.identity signed in\r\x1b[2K\u2028\u202e\x85")


def test_nor_does_that_of_an_error(log: logging.Logger, written: io.StringIO) -> None:
    try:
        raise ValueError(FORGED)
    except ValueError:
        log.exception("it failed")
    first, *others = written.getvalue().splitlines()
    assert first.endswith("ERROR call24.test it failed") and len(others) >= 4
    assert all(line.startswith("| ") for line in others)
    assert "Traceback" in others[0]


def test_a_line_begins_with_its_instant_in_utc(log: logging.Logger, written: io.StringIO) -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    log.info("now")
    assert before <= datetime.fromisoformat(written.getvalue().split()[0]) <= datetime.now(UTC)


def test_letters_of_all_languages_stay_as_they_are(log: logging.Logger, written: io.StringIO) -> None:
    log.info("Zoë, 李 and Бат-Эрдэнэ: 100 %")
    assert written.getvalue().endswith("Zoë, 李 and Бат-Эрдэнэ: 100 %\n")
