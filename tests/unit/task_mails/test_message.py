"""What is read of an e-mail: sender, text and attachments of many forms, who wrote it, and what is refused."""

from __future__ import annotations

import time
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from call24.task_mails.message import Unreadable, read
from call24.task_mails.plain_text import of_html, without_history, without_signature

HEAD = b"From: Jo <jo@example.com>\r\nMessage-ID: <one@example.com>\r\n"


def mail(head: str = "", body: str = "Hi") -> bytes:
    return HEAD + head.replace("\n", "\r\n").encode() + b"\r\n" + body.encode()


@pytest.mark.parametrize(
    ("sender", "shown", "address"),
    [
        ("Jo Bloggs <jo@example.com>", "Jo Bloggs <jo@example.com>", "jo@example.com"),
        ("=?utf-8?q?Bj=C3=B6rn?= <b@example.com>", "Björn <b@example.com>", "b@example.com"),
        ("Björn <b@example.com>", "Björn <b@example.com>", "b@example.com"),
        ("jo@example.com", "jo@example.com", "jo@example.com"),
        ('"Jo, Bloggs" <jo@example.com>', "Jo, Bloggs <jo@example.com>", "jo@example.com"),
        ("=?no-such?q?x?= <jo@example.com>", "=?no-such?q?x?= <jo@example.com>", "jo@example.com"),
        ("", "unknown", ""),
        ("\x07\x1b[31m", "unknown", ""),
    ],
)
def test_the_sender_is_shown_and_known_by_their_address(sender: str, shown: str, address: str) -> None:
    found = read(f"From: {sender}\r\nSubject: x\r\n\r\nHi".encode())
    assert (found.sender, found.address) == (shown, address)


def test_a_mail_without_an_id_is_known_by_its_bytes() -> None:
    one, same, other = (read(b"From: a@b.example\r\n\r\n" + body).message_id for body in (b"Hi", b"Hi", b"Ho"))
    assert one == same != other and one.startswith("sha256:")


def test_what_it_answers_is_named_the_nearest_first() -> None:
    found = read(mail("In-Reply-To: <three@x>\nReferences: <one@x>\n <two@x> <three@x>\n"))
    assert found.references == ("<three@x>", "<two@x>", "<one@x>")


@pytest.mark.parametrize(
    ("head", "program"),
    [
        ("", False),
        ("Auto-Submitted: no\n", False),
        ("Auto-Submitted: auto-replied\n", True),
        ("auto-submitted: AUTO-GENERATED (why)\n", True),
        ("Precedence: list\n", False),
        ("Precedence: bulk\n", True),
        ("Precedence: first-class\n", False),
        ("List-Id: <x.example>\n", False),
        ("Content-Type: multipart/report; boundary=b\n", True),
    ],
)
def test_whether_a_program_wrote_it(head: str, program: bool) -> None:
    assert (read(mail(head)).automatic is not None) == program


def test_of_html_only_what_a_person_reads_is_taken() -> None:
    page = (
        "<html><head><title>T</title><style>p{color:red}</style></head><body><p>One&nbsp;<b>two</b></p>"
        "<script>alert(1)</script><img src='https://x/track.gif'><ul><li>three</li></ul><blockquote>old</blockquote>"
    )
    assert of_html(page) == "One two\n\nthree\n\n> old"


def test_a_forwarded_message_is_an_attachment_and_not_the_text() -> None:
    inner, outer = EmailMessage(), EmailMessage()
    inner["From"], inner["Subject"] = "x@example.com", "Inner"
    inner.set_content("Inner words")
    outer["From"], outer["Subject"] = "jo@example.com", "Fwd"
    outer.set_content("See below")
    outer.add_attachment(inner)
    found = read(outer.as_bytes())
    assert found.text == "See below"
    [one] = found.attachments
    assert b"Inner words" in one.content


def test_signature_and_history_are_left_out_of_an_answer_and_history_stays_in_a_first_mail() -> None:
    body = "New\n\n-- \nJo\n\nOn 1 Jan 2026 Us <us@example.org> wrote:\n> Old\n> older\n"
    assert without_signature(without_history(body)) == "New"
    assert without_history("See:\n\n-----Original Message-----\nFrom: x\n\nOld") == "See:"
    assert without_history("> only quoted\n") == "> only quoted", "rather everything than nothing"
    assert without_history("> Old?\nYes\n> And?\nNo") == "> Old?\nYes\n> And?\nNo", "answers between the lines"
    forwarded = read(mail("Subject: Fwd\n", "Look:\n\n-----Original Message-----\nThe invoice"))
    assert "The invoice" in forwarded.text and forwarded.answer == "Look:"


def test_nothing_of_a_first_mail_is_left_out_and_a_line_below_a_heading_is_none_above_history() -> None:
    body = "Please handle\n-- \nAnn\n\n---------- Forwarded message ---------\nThe printers smoke\n> quoted"
    found = read(mail("Subject: Fwd\n", body))
    assert found.text == body and found.answer == "Please handle"
    order = "Order\n------\n3 printers\n-- --\n___\n4 more"
    assert without_history(order) == order
    assert without_history("Yes\n__________\nFrom: x\nOld") == "Yes"


@pytest.mark.parametrize("line", ["-" * 198 + "x", "-" * 198 + " x", "--" + " " * 195 + "x"])
def test_lines_that_nearly_separate_are_read_soon(line: str) -> None:
    content = mail("", f"{line}\r\n" * 1000)
    began = time.monotonic()
    assert read(content).answer.count("x") == 1000
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no header at all",
        b"X" * 300_000,
        mail("Content-Type: multipart/mixed; boundary=b\n", "--b\r\n\r\nx\r\n" * 300),
        mail("Content-Type: multipart/mixed; boundary=b\n", "--b\r\nContent-Type: text/plain;" + "\r\n x=1;" * 5000),
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(60)),
        b"".join(b"Content-Type:\r\n message/rfc822\r\n\r\n" for _ in range(51)) + b"\r\n" * 500_000,
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2000)),
    ],
)
def test_what_is_made_to_break_its_reader_is_refused_and_soon(content: bytes) -> None:
    began = time.monotonic()
    with pytest.raises(Unreadable):
        read(content)
    assert time.monotonic() - began < 5


@given(
    st.binary(max_size=400),
    st.sampled_from(["text/plain", "text/html", "multipart/mixed; boundary=b", "message/rfc822"]),
)
def test_whatever_comes_is_read_or_refused_and_what_is_read_can_be_stored(junk: bytes, kind: str) -> None:
    for content in (junk, HEAD + f"Content-Type: {kind}\r\n".encode() + junk, mail(f"Content-Type: {kind}\n") + junk):
        try:
            found = read(content)
        except Unreadable:
            continue
        for text in (found.subject, found.sender, found.address, found.text, found.answer, found.message_id):
            text.encode()  # no half characters, which nothing can store
        assert found.subject.isprintable() and found.sender.isprintable()
        assert all(line.replace("\t", " ").isprintable() for line in found.text.split("\n"))
        for one in found.attachments:
            assert one.name.isprintable() and one.name.encode()
