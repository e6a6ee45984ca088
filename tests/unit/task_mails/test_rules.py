"""What follows from an address and a mail: tokens, ids and the words of a task."""

from __future__ import annotations

import pytest

from call24.kit.errors import Invalid
from call24.kit.ids import TaskAddressId, TenantId
from call24.task_mails import rules
from call24.task_mails.message import Mail
from call24.tasks.rules import check_text, check_title

ONE, TWO = TaskAddressId("tad_1"), TaskAddressId("tad_2")


def test_an_address_is_read_as_it_was_given_out_whatever_its_case_and_no_other() -> None:
    token = rules.new_token()
    assert len(token) == 20 and token != rules.new_token()
    assert rules.address_of(token, "t.example.org") == f"tasks+{token}@t.example.org"
    assert rules.token_in(f"TASKS+{token.upper()}@T.EXAMPLE.ORG", "t.example.org") == token
    strange = [f"tasks+{one}@t.example.org" for one in ("\udcff" * 20, "ä" * 20, "0" * 20, token[1:], token + "a", "")]
    for other in (
        f"tasks+{token}@example.org",
        f"{token}@t.example.org",
        "tasks@t.example.org",
        "",
        "@",
        "x@@y",
        *strange,
    ):
        assert rules.token_in(other, "t.example.org") is None


def test_the_same_mail_has_the_same_ids_and_another_address_or_mail_others() -> None:
    task = rules.task_id(ONE, "<a@x>")
    assert task == rules.task_id(ONE, "<a@x>")
    assert len({task, rules.task_id(TWO, "<a@x>"), rules.task_id(ONE, "<b@x>")}) == 3
    comment = rules.comment_id(TenantId("ten_1"), "<a@x>")
    assert comment != rules.comment_id(TenantId("ten_2"), "<a@x>")
    files = {rules.file_id(task, "<a@x>", number) for number in range(3)}
    assert len(files) == 3


def test_what_a_task_says_can_be_stored_however_long_the_mail_is() -> None:
    long = Mail(message_id="<a@x>", subject="s" * 400, sender="Jo", text="word " * 2000, answer="a" * 9000)
    assert len(rules.title_of(long)) == 200
    for reply in (False, True):
        text, whole = rules.text_of(long, reply=reply)
        assert check_text(text) == text and len(text) <= 4000 and whole is not None and len(whole) > 4000
    short = Mail(message_id="<a@x>", sender="Jo", text="Hi", answer="Hi")
    assert rules.text_of(short, reply=False) == ("From: Jo\n\nHi", None)
    left = Mail(message_id="<a@x>", sender="Jo", text="Hi\n-- \nJo", answer="Hi")
    assert rules.text_of(left, reply=False) == ("From: Jo\n\nHi\n-- \nJo", None)
    assert rules.text_of(left, reply=True) == ("From: Jo\n\nHi", "From: Jo\n\nHi\n-- \nJo"), "what is left out is kept"
    assert check_title(rules.title_of(short)) == "E-mail without a subject"
    refused = [(f"{number}.exe", "files of this kind are not taken") for number in range(200)]
    assert len(check_text(rules.not_taken(refused))) <= 4000
    assert rules.file_name("x" * 500 + ".pdf").endswith(".pdf") and len(rules.file_name("x" * 500 + ".pdf")) <= 150


def test_names_of_addresses_are_one_line() -> None:
    assert rules.check_name("  Sales \n team ") == "Sales team"
    for wrong in ("x" * 61, "a\x07"):
        with pytest.raises(Invalid):
            rules.check_name(wrong)
