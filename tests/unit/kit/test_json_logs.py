"""The log as JSON: an object in each line, whatever text is in it, with the ids of what its task works for."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from typing import Any

import pytest

from call24.kit.log_context import serve_request, work_for
from call24.kit.log_format import JsonLine, OneLine, log_to_stderr
from call24.kit.settings import Settings
from call24.kit.settings_types import SettingsError

FORGED = 'x"}\n{"level": "INFO", "msg": "signed in"}\r\u2028\u202e\x85'
UUID = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def written() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def log(written: io.StringIO) -> logging.Logger:
    made = logging.Logger("call24.test")
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLine())
    made.addHandler(handler)
    return made


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_line_is_an_object_and_text_of_others_stays_in_it(log: logging.Logger, written: io.StringIO) -> None:
    log.warning("refused: %s", FORGED)
    [line] = lines(written)
    assert {name: line[name] for name in ("level", "logger")} == {"level": "WARNING", "logger": "call24.test"}
    assert line["msg"].startswith('refused: x"}\\n{"level"') and line["msg"].isprintable()
    assert line["at"].endswith("Z")
    assert set(line) == {"at", "level", "logger", "msg"}


def test_an_error_is_in_the_same_line(log: logging.Logger, written: io.StringIO) -> None:
    try:
        raise ValueError(FORGED)
    except ValueError:
        log.exception("it failed")
    [line] = lines(written)
    assert line["msg"] == "it failed"
    assert "Traceback" in line["error"] and all(one.startswith("| ") for one in line["error"].splitlines())


async def test_each_task_has_the_ids_of_its_own_work(log: logging.Logger, written: io.StringIO) -> None:
    async def call(id: str) -> None:
        work_for(call_id=id, tenant_id="ten_1")
        await asyncio.sleep(0)
        log.info("of %s", id)

    async def request() -> None:
        serve_request(UUID)
        work_for(tenant_id="ten_2")
        log.info("a request")
        await asyncio.create_task(call("call_3"))

    await asyncio.gather(call("call_1"), call("call_2"), asyncio.create_task(request()))
    log.info("of nobody")
    ids = {line["msg"]: {name: line[name] for name in line if name.endswith("_id")} for line in lines(written)}
    assert ids == {
        "of call_1": {"call_id": "call_1", "tenant_id": "ten_1"},
        "of call_2": {"call_id": "call_2", "tenant_id": "ten_1"},
        "a request": {"request_id": UUID, "tenant_id": "ten_2"},
        "of call_3": {"request_id": UUID, "call_id": "call_3", "tenant_id": "ten_1"},
        "of nobody": {},
    }


@pytest.mark.parametrize("named", ["+442079460171", "grace@example.org", "Grace", "0" * 31, UUID + "0", ""])
async def test_what_a_client_calls_its_request_is_not_logged_unless_it_is_a_uuid(
    log: logging.Logger, written: io.StringIO, named: str
) -> None:
    async def request() -> None:
        serve_request(named)
        log.info("a request")

    await asyncio.create_task(request())
    assert "request_id" not in lines(written)[0]


def test_another_form_is_refused() -> None:
    with pytest.raises(SettingsError, match="is text or json, not 'xml'"):
        Settings(log_format="xml").checked()


@pytest.mark.parametrize(("form", "wanted"), [("json", JsonLine), ("text", OneLine)])
def test_the_switch_chooses_the_form_of_what_a_process_logs(
    monkeypatch: pytest.MonkeyPatch, form: str, wanted: type[logging.Formatter]
) -> None:
    root = logging.RootLogger(logging.WARNING)
    monkeypatch.setattr(logging, "root", root)
    log_to_stderr(form)
    [handler] = root.handlers
    assert type(handler.formatter) is wanted and root.level == logging.INFO
