"""Names in letters are names: nothing that somebody wrote there becomes a link, an address or a line of its own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from call24.identity.emails import Email
from call24.kit.ids import TenantId
from call24.notifications.email.templates import plain, written

UNTIL = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Zoë O’Neill-Smith", "Zoë O’Neill-Smith"),
        ("J.R. Smith", "J. R. Smith"),
        ("Müller & Söhne (Berlin), Ltd.", "Müller & Söhne (Berlin), Ltd."),
        ("山田 太郎", "山田 太郎"),
        ("Win https://evil.example/now", "Win https evil. example now"),
        ("www.evil.example", "www. evil. example"),
        ("evil\uff0eexample", "evil. example"),
        ("a@evil.example", "a evil. example"),
        ("<b>bold</b> [x](y)", "b bold b x (y)"),
        ("one\r\ntwo\u2028three", "one two three"),
        ("x" * 300, "x" * 60),
    ],
)
def test_a_name_has_no_link_no_address_and_no_line_end(name: str, shown: str) -> None:
    assert plain(name) == shown


def test_the_names_of_inviter_organisation_and_invited_are_cleaned_and_the_link_is_not() -> None:
    evil = "Call https://evil.example"
    letter = Email(tenant_id=TenantId("ten_1"), kind="invitation", to="k@b.c", name=evil, about=evil, until=UNTIL)
    made = written(letter, evil, "https://call24.test/#/invitation/abc")
    for said in (made.text, made.html):
        assert "evil.example" not in said and "https://call24.test/#/invitation/abc" in said
    assert made.text.count("https://") == 1
