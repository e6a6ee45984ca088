"""What a trace keeps of a message: what is named here, and nothing else. Pure.

Words of the wire are not copied: a status has its usual phrase, a codec is one that is known. A telephone number is
masked unless the trace was begun with whole numbers; one that is withheld is `anonymous` always (hidden.py); any other
name of an address is `<name>`.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple
from urllib.parse import unquote

from call24.kit.ids import TenantId
from call24.kit.phone import masked
from call24.kit.sip_names import own_id_of, owner_of
from call24.sip_traces.hidden import Hidden
from call24.sip_traces.sip_messages import QUOTED, URI_USER, SipMessage

NAME = "<name>"
ANONYMOUS = "anonymous"
Side = Literal["from", "to"]
CALL_ID_MAX = 100
METHODS = frozenset({
    "INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "PRACK", "UPDATE", "INFO", "REFER", "NOTIFY", "MESSAGE", "SUBSCRIBE",
})  # fmt: skip
PHRASES = {
    100: "Trying", 180: "Ringing", 181: "Call Is Being Forwarded", 182: "Queued", 183: "Session Progress",
    199: "Early Dialog Terminated", 200: "OK", 202: "Accepted", 300: "Multiple Choices", 301: "Moved Permanently",
    302: "Moved Temporarily", 305: "Use Proxy", 380: "Alternative Service", 400: "Bad Request", 401: "Unauthorized",
    402: "Payment Required", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable",
    407: "Proxy Authentication Required", 408: "Request Timeout", 410: "Gone", 413: "Request Entity Too Large",
    414: "Request-URI Too Long", 415: "Unsupported Media Type", 416: "Unsupported URI Scheme", 420: "Bad Extension",
    421: "Extension Required", 422: "Session Interval Too Small", 423: "Interval Too Brief", 428: "Use Identity Header",
    433: "Anonymity Disallowed", 437: "Unsupported Certificate", 438: "Invalid Identity Header",
    480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist", 482: "Loop Detected", 483: "Too Many Hops",
    484: "Address Incomplete", 485: "Ambiguous", 486: "Busy Here", 487: "Request Terminated",
    488: "Not Acceptable Here", 489: "Bad Event", 491: "Request Pending", 493: "Undecipherable",
    494: "Security Agreement Required", 500: "Server Internal Error", 501: "Not Implemented", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Server Time-out", 505: "Version Not Supported", 513: "Message Too Large",
    600: "Busy Everywhere", 603: "Decline", 604: "Does Not Exist Anywhere", 606: "Not Acceptable", 607: "Unwanted",
    608: "Rejected",
}  # fmt: skip
"""Source: IANA, SIP response codes."""
_CODECS = {
    name.lower(): name
    for name in ("PCMU", "PCMA", "opus", "G722", "G729", "GSM", "CN", "telephone-event", "iLBC", "speex", "VP8", "H264")
}
_FIXED = {"0": "PCMU", "3": "GSM", "8": "PCMA", "9": "G722", "13": "CN", "18": "G729"}
"""Source: RFC 3551 6."""
_MEDIA = re.compile(r"m=(audio|video|image|text|application|message) ([0-9]{1,5})(?:/[0-9]+)? (\S+)((?: \S+)*)")
_RTPMAP = re.compile(r"a=rtpmap:([0-9]{1,3}) ([A-Za-z0-9.\-_]+)/")
_DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")
_NUMBER = re.compile(r"\+?[0-9*#().\- ]{1,40}")
_SAFE = re.compile(r"[^A-Za-z0-9.\-_@+~%!*:]")
STREAMS_MAX = 8


class Kept(NamedTuple):
    """The parts of a `TracedMessage` that come from its words."""

    line: str
    cseq: str
    sip_call_id: str
    sender: str
    receiver: str
    media: tuple[str, ...]


def kept_of(
    message: SipMessage, tenant_id: TenantId, hidden: Hidden, *, phone: bool, caller: Side | None = None
) -> Kept:
    """`tenant_id`: whose phones and trunks are named by their ids; `hidden`: of the trace, and it has read this
    message; `phone`: the leg of a person's phone, whose address may stand in its Call-ID; `caller`: where who rang
    stands, on the leg that it rang on."""
    withheld = caller if hidden.caller_withheld else None
    asked = _party(user_of(message.target), tenant_id, hidden, withheld=withheld == "to")
    sender = _party(user_of(message.one("from")), tenant_id, hidden, withheld=withheld == "from")
    receiver = _party(user_of(message.one("to")), tenant_id, hidden, withheld=withheld == "to")
    count, method = message.cseq
    status = message.status
    named = message.method if message.method in METHODS else "other"
    return Kept(
        line=f"{named} {asked}" if status is None else f"{status} {PHRASES.get(status, '')}".rstrip(),
        cseq=f"{hidden.without(str(count))} {method if method in METHODS else 'other'}",
        sip_call_id=_call_id(message.call_id, hidden, phone),
        sender=sender,
        receiver=receiver,
        media=media_of(message),
    )


def user_of(address: str) -> str:
    """The user of the URI in a From, a To or a request's first line, without its parameters and password."""
    bare = QUOTED.sub("", address)
    bare = bare.rpartition("<")[2]
    found = URI_USER.search(bare)
    return unquote(found[1]).partition(":")[0] if found else ""


def _party(user: str, tenant_id: TenantId, hidden: Hidden, *, withheld: bool) -> str:
    if owner_of(user) == tenant_id:
        return own_id_of(user)
    if user in ("", "call24", ANONYMOUS):
        return user or "-"
    if withheld or hidden.withholds(user):
        return ANONYMOUS
    if not _NUMBER.fullmatch(user):
        return NAME
    number = re.sub(r"[^0-9*#+]", "", user)
    return number if hidden.numbers else masked(number)


def _call_id(text: str, hidden: Hidden, phone: bool) -> str:
    """Without what is of a number; of a phone's, without the address behind the `@`."""
    return hidden.without(_SAFE.sub("", text.partition("@")[0] if phone else text)[:CALL_ID_MAX])


def media_of(message: SipMessage) -> tuple[str, ...]:
    """A summary of each stream: kind, codecs, `refused`, direction, how it is encrypted."""
    if message.one("content-type").partition(";")[0].strip().lower() != "application/sdp":
        return ()
    blocks = re.split(r"(?m)^(?=m=)", message.body.decode("utf-8", "replace").replace("\r\n", "\n"))
    return tuple(_stream(block, blocks[0]) for block in blocks[1 : STREAMS_MAX + 1])


def _stream(block: str, session: str) -> str:
    lines = block.split("\n")
    found = _MEDIA.fullmatch(lines[0].rstrip())
    if found is None:
        return "other"
    kind, port, protocol, formats = found.groups()
    names = {number: _CODECS.get(name.lower(), "other") for number, name in _RTPMAP.findall(block)}
    codecs = [names.get(one) or _FIXED.get(one, "other") for one in formats.split()]
    direction = next((one for one in _DIRECTIONS if f"a={one}" in lines), "")
    sealed = "DTLS" if "a=fingerprint:" in session + block else "SDES" if "a=crypto:" in block else ""
    words = [" ".join(dict.fromkeys([kind, *codecs])), "refused" if port == "0" else "", direction, sealed]
    plain = "not encrypted" if protocol.upper().startswith("RTP/AVP") and not sealed else ""
    return ", ".join(word for word in (*words, plain) if word)
