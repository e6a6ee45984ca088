"""What a processor may be set to, and what of its answer is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from call24.kit.errors import Invalid
from call24.kit.ids import ProcessorId, TenantId, UserId
from call24.processors.model import Processor
from call24.processors.rules import checked, said, supersedes

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def processor(**other: Any) -> Processor:
    fields: dict[str, Any] = {
        "id": ProcessorId("prc_1"),
        "tenant_id": TenantId("ten_1"),
        "name": "Crmly",
        "url": "https://crmly.example/erase",
        "gets": ("caller",),
        "data": "numbers",
        "secret": b"",
        "secret_at": NOW,
        "created_by": UserId("usr_1"),
        "created_at": NOW,
    }
    return Processor(**{**fields, **other})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "http://crmly.example/erase"),
        ("url", "https://127.0.0.1/erase"),
        ("url", "https://localhost/erase"),
        ("url", "https://jo:secret@crmly.example/"),
        ("gets", ()),
        ("name", ""),
        ("name", "x" * 101),
        ("data", "two\nlines"),
        ("contact", "x" * 301),
        ("country", "Germany"),
    ],
)
def test_each_field_that_breaks_a_rule_is_named(field: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        checked(processor(**{field: value}), private=False)
    assert [one[0] for one in refused.value.errors] == [field]


def test_an_operator_may_allow_this_machine() -> None:
    assert checked(processor(url="http://127.0.0.1:8080/erase"), private=True)


def test_of_an_answer_a_thousand_printable_characters_are_kept() -> None:
    assert said(b"done\r\n\x00\xff  ok") == "done \N{REPLACEMENT CHARACTER} ok"
    assert len(said(b"x" * 5000)) == 1000


def test_a_newer_notice_supersedes_what_nobody_needs_to_be_told() -> None:
    """An erasure all else, a correction one of the same field, a restriction and its lifting each other."""
    assert supersedes("erasure", "") == {"kind": {"$ne": "erasure"}}
    assert supersedes("rectification", "company") == {"kind": "rectification", "field": "company"}
    for kind in ("restriction", "restriction_lifted"):
        assert supersedes(kind, "") == {"kind": {"$in": ["restriction", "restriction_lifted"]}}
