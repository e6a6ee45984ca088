"""SIP messages: read, build, and answer a challenge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from call24.testphones import sip_message as sip

INVITE = (
    b"INVITE sip:+441514960024@127.0.0.1 SIP/2.0\r\n"
    b"v: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKa;rport\r\n"
    b"Max-Forwards: 70\r\n"
    b'f: "O\\"Neill; tag=x" <sip:+97699112233@carrier.example;tag=inner>;tag=abc\r\n'
    b"t: <sip:+441514960024@127.0.0.1>\r\n"
    b"i: id-1\r\nCSeq: 7 INVITE\r\n"
    b"Subject: folded\r\n over two lines\r\n"
    b"l: 4\r\n\r\nv=0\n"
)


def test_compact_names_folded_lines_and_quotes_are_read() -> None:
    message = sip.parse(INVITE)
    sender = message.header("from") or ""
    assert (message.method, message.call_id, message.cseq, message.branch) == (
        "INVITE",
        "id-1",
        (7, "INVITE"),
        "z9hG4bKa",
    )
    assert sip.parameter(sender, "tag") == "abc"
    assert sip.user_of(sender) == "+97699112233"
    assert sip.display_name(sender) == 'O"Neill; tag=x'
    assert message.header("Subject") == "folded over two lines"
    assert message.body == "v=0\n"


def test_a_message_reads_back_as_it_was_built() -> None:
    message = sip.parse(INVITE)
    again = sip.parse(message.encode())
    assert (again.start, again.body) == (message.start, message.body)
    assert [pair for pair in again.headers if pair[0] != "Content-Length"] == [
        pair for pair in message.headers if pair[0].lower() != "content-length"
    ]


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"INVITE sip:a SIP/2.0\r\n", "empty line"),
        (INVITE.replace(b"SIP/2.0\r\n", b"HTTP/1.1\r\n", 1), "request line"),
        (INVITE.replace(b"i: id-1\r\n", b""), "no Call-ID"),
        (INVITE.replace(b"7 INVITE", b"seven INVITE"), "CSeq"),
        (INVITE.replace(b"l: 4", b"l: 5"), "Content-Length"),
        (INVITE.replace(b"Max-Forwards: 70", b"Max Forwards 70"), "not a header"),
        (INVITE + b"\xff", "UTF-8"),
        (INVITE.replace(b"INVITE sip:+441514960024@127.0.0.1 SIP/2.0", b"SIP/2.0 99 x"), "status line"),
        (b"x" * 70_000, "too long"),
    ],
)
def test_malformed_messages_say_what_is_wrong(raw: bytes, says: str) -> None:
    with pytest.raises(sip.MalformedSip, match=says):
        sip.parse(raw)


@given(st.binary(max_size=300))
def test_random_bytes_are_refused_as_malformed_and_nothing_else(raw: bytes) -> None:
    with pytest.raises(sip.MalformedSip):
        sip.parse(raw)


def test_a_response_takes_over_what_it_must_and_tags_the_callee() -> None:
    answer = sip.response(sip.parse(INVITE), 180, "Ringing", to_tag="mine")
    assert (answer.status, answer.reason, answer.method) == (180, "Ringing", "INVITE")
    assert answer.branch == "z9hG4bKa"
    assert sip.parameter(answer.header("To") or "", "tag") == "mine"


def test_a_display_name_cannot_smuggle_in_a_header() -> None:
    assert sip.quoted('a"b\\c\r\nX-Evil: 1') == '"a\\"b\\\\cX-Evil: 1"'


def test_the_digest_is_that_of_the_rfc(monkeypatch: pytest.MonkeyPatch) -> None:
    """Source: RFC 7616, section 3.9.1."""
    monkeypatch.setattr(sip.secrets, "token_hex", lambda _: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")
    challenge = (
        'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    proofs = {
        "MD5": "8ca523f5e9506fed4657c9700eebdbec",
        "SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    }
    for algorithm, proof in proofs.items():
        value = sip.authorisation([challenge.format(algorithm)], "GET", "/dir/index.html", "Mufasa", "Circle of Life")
        assert value is not None
        assert f'response="{proof}"' in value
    for names in (list(proofs), list(reversed(proofs))):
        both = [challenge.format(name) for name in names]
        value = sip.authorisation(both, "GET", "/dir/index.html", "Mufasa", "x") or ""
        assert "algorithm=SHA-256," in value


def test_an_unknown_challenge_is_not_answered() -> None:
    assert (
        sip.authorisation(['Digest realm="r", nonce="n", algorithm=MD6', "Basic realm=x"], "GET", "/", "a", "b") is None
    )
