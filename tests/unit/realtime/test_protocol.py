"""Frames of Pusher protocol 7, to and from text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from call24.realtime import protocol as p


def test_data_of_a_frame_is_a_string_that_holds_json() -> None:
    frame = json.loads(p.established("1.2"))
    assert frame["event"] == "pusher:connection_established"
    assert json.loads(frame["data"]) == {"socket_id": "1.2", "activity_timeout": 120}


def test_data_of_an_error_is_an_object() -> None:
    assert json.loads(p.error(4001, "why")) == {"event": "pusher:error", "data": {"code": 4001, "message": "why"}}


def test_what_is_published_names_its_channel_and_event() -> None:
    channel = "private-tenant.ten_1.user.usr_x"
    frame = json.loads(p.published(channel, "call", p.encoded({"id": "call_1", "name": 'Zoë "Z"'}), 7))
    assert (frame["channel"], frame["event"], frame["seq"]) == (channel, "call", 7)
    assert json.loads(frame["data"]) == {"id": "call_1", "name": 'Zoë "Z"'}


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ('{"event":"pusher:ping","data":{}}', p.Ping()),
        ('{"event":"pusher:pong"}', p.Pong()),
        ('{"event":"pusher:subscribe","data":{"channel":"c","auth":"k:s"}}', p.Subscribe("c", "k:s")),
        ('{"event":"pusher:subscribe","data":"{\\"channel\\":\\"c\\",\\"auth\\":\\"k:s\\"}"}', p.Subscribe("c", "k:s")),
        ('{"event":"pusher:subscribe","data":{"channel":"c"}}', p.Subscribe("c", "")),
        ('{"event":"pusher:unsubscribe","data":{"channel":"c"}}', p.Unsubscribe("c")),
        ('{"event":"client-typing","data":{},"channel":"c"}', p.ClientEvent("c", "client-typing", "{}")),
        ('{"event":"pusher:subscribe","data":{"channel":"c","auth":null}}', p.Subscribe("c")),
        ('{"event":"pusher:signin","data":{"auth":"k:s","user_data":"{}"}}', p.SignIn("k:s", "{}")),
        ('{"event":"call24:resume","data":{"channel":"c","epoch":"e","after":3}}', p.Resume("c", "e", 3)),
        ('{"event":"something-new","data":[1]}', p.Other()),
    ],
)
def test_a_client_is_understood(text: str, frame: p.Frame) -> None:
    assert p.parse(text) == frame


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "nul", "[]", "3", "\udcff", '{"event":', "[" * 100_000, '{"a":' * 5_000),
        *("{}", '{"event":null}', '{"event":7}', '{"event":["pusher:ping"]}'),
        '{"event":"pusher:subscribe"}',
        '{"event":"pusher:subscribe","data":{}}',
        '{"event":"pusher:subscribe","data":{"channel":"","auth":"k:s"}}',
        '{"event":"pusher:subscribe","data":{"channel":["c"],"auth":"k:s"}}',
        '{"event":"pusher:subscribe","data":{"channel":"c","auth":1}}',
        '{"event":"pusher:subscribe","data":"{"}',
        '{"event":"pusher:subscribe","data":"[]"}',
        '{"event":"pusher:unsubscribe","data":{"channel":1}}',
        '{"event":"pusher:signin","data":{"auth":"k:s"}}',
        '{"event":"client-typing","data":{}}',
        '{"event":"client-typing","channel":7,"data":{}}',
        '{"event":"call24:resume","data":{"channel":"c","after":"3"}}',
    ],
)
def test_a_malformed_message_is_named_as_one(text: str) -> None:
    assert isinstance(p.parse(text), p.Malformed)


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["event", "data", "channel", "auth"]), inner),
)


@given(st.text() | _JSON.map(json.dumps))
def test_no_message_is_too_strange(text: str) -> None:
    p.parse(text)


@pytest.mark.parametrize(
    ("version", "fault"),
    [
        *((good, None) for good in ("5", "6", "7")),
        *((missing, p.Close.NO_VERSION) for missing in (None, "")),
        *((bad, p.Close.BAD_VERSION) for bad in ("seven", "-7", "7.0", "٧")),
        *((other, p.Close.UNSUPPORTED_VERSION) for other in ("4", "8", "0", "9" * 5000)),
    ],
)
def test_only_known_versions_are_spoken(version: str | None, fault: p.Close | None) -> None:
    assert p.version_fault(version) is fault
