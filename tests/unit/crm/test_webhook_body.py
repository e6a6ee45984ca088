"""Which records a CRM's message names, in whatever form it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from unittest.mock import patch

import pytest

from call24.crm.machine import hurried, switched, worked
from call24.crm.model import CrmConnection, CrmKind, FieldMapping, RestShape
from call24.crm.webhook_body import FORM, LOOKED_MAX, NAMED_MAX, Unreadable, records_in
from call24.kit.ids import CrmConnectionId, TenantId, UserId

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def of(kind: CrmKind = "rest", shape: RestShape | None = None) -> CrmConnection:
    return CrmConnection(
        id=CrmConnectionId("crm_1"),
        tenant_id=TenantId("ten_1"),
        kind=kind,
        name="Ours",
        url="https://crm.example",
        credentials=b"",
        shape=shape or RestShape(),
        mapping=(FieldMapping(field="given", remote="first_name"),),
        created_by=UserId("usr_1"),
        created_at=NOW,
    )


@pytest.mark.parametrize(
    ("connection", "body", "named"),
    [
        (of(), {"id": "c1", "given": "Anna"}, ("c1",)),
        (of(), {"id": 7}, ("7",)),
        (of(), {"ids": ["c1", "c2", "c1", 3, None, True, {}, "", "a\nb", "x" * 201]}, ("c1", "c2", "3")),
        (of(), [{"id": "c1"}, {"ids": "c2"}, "c3", 4], ("c1", "c2")),
        (of(shape=RestShape(id="uuid")), {"id": "no", "uuid": "u-1"}, ("u-1",)),
        (of(), {"id": {"$ne": None}, "given": {"id": "inner"}}, ()),
        (of(), {}, ()),
        (of(), "c1", ()),
        (of(), [[[[[{"id": "deep"}]]]]], ()),
        (of("espocrm"), [{"id": "5f0e", "firstName": "A"}, {"id": "5f0f"}], ("5f0e", "5f0f")),
        (of("hubspot"), [{"objectId": 101, "eventId": 1, "subscriptionType": "contact.propertyChange"}], ("101",)),
        (of("odoo"), {"_id": 12, "_model": "res.partner", "name": "A"}, ("12",)),
        (of("chatwoot"), {"event": "contact_updated", "id": 5, "account": {"id": 1}}, ("5",)),
    ],
)
def test_ids_are_taken_from_a_message_and_nothing_else(
    connection: CrmConnection, body: object, named: tuple[str, ...]
) -> None:
    assert records_in(connection, "application/json", json.dumps(body).encode()) == named


def test_a_form_is_read_where_a_crm_sends_one() -> None:
    body = b"event=ONCRMCONTACTUPDATE&data%5BFIELDS%5D%5BID%5D=15&auth%5Bdomain%5D=x"
    assert records_in(of("bitrix24"), FORM, body) == ("15",)
    assert records_in(of(), FORM, b"id=c1") == ("c1",)


def test_a_message_names_a_hundred_records_at_most() -> None:
    body = json.dumps({"ids": [str(n) for n in range(5000)]}).encode()
    assert records_in(of(), "", body) == tuple(str(n) for n in range(NAMED_MAX)) and NAMED_MAX == 100


def test_of_a_long_message_the_beginning_is_looked_at() -> None:
    class Looked(list[str]):
        count = 0

        def __iter__(self) -> Iterator[str]:
            for one in super().__iter__():
                self.count += 1
                yield one

    same, ids = Looked(["1"] * 130_000), Looked(str(n) for n in range(130_000))
    for given, named in ((same, 1), (ids, 100)):
        with patch("call24.crm.webhook_body.json.loads", return_value={"ids": given}):
            assert len(records_in(of(), "", b"{}")) == named
    assert same.count <= LOOKED_MAX == 1000 and ids.count <= 101
    empty = json.dumps([[]] * 2000 + [{"id": "late"}]).encode()
    assert records_in(of(), "", empty) == ()


def test_an_empty_message_names_none() -> None:
    assert records_in(of(), "", b"") == records_in(of(), "application/json", b" \n") == ()


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b"\xff\xfe"),
        ("text/plain", b"id=c1"),
        ("application/json", b"[" * 200_000),
        (FORM, b"&".join(b"a=%d" % n for n in range(200))),
    ],
)
def test_what_is_neither_json_nor_a_form_is_refused(media_type: str, body: bytes) -> None:
    with pytest.raises(Unreadable):
        records_in(of(), media_type, body)


def test_a_message_hurries_a_connection_up_to_each_five_seconds() -> None:
    at = switched(of(), "on", NOW)
    assert hurried(at, NOW) == NOW
    after = worked(at, NOW, more=False)
    assert [(hurried(after, NOW) - NOW).total_seconds(), hurried(after, NOW.replace(minute=1))] == [
        5,
        NOW.replace(minute=1),
    ]
    pauses = [worked(at, NOW, more=more, soon=soon).due_at for more, soon in ((False, True), (True, True))]
    assert [(one - NOW).total_seconds() for one in pauses if one is not None] == [5, 1]
