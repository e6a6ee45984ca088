"""Session descriptions for one stream of mu-law audio: plain RTP for a customer, WebRTC for an agent.

Builds and reads only what these phones need; not a general SDP library. Source: RFC 4566, 8839, 8842, 5763.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ANSWER_TO = {"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}


class NoCommonAudio(ValueError):
    """The other side's description has no audio stream with PCMU."""


@dataclass(frozen=True, slots=True)
class Audio:
    """The first audio stream of a description; addresses and ICE as the other side gave them."""

    host: str
    port: int
    protocol: str
    formats: tuple[str, ...]
    attributes: tuple[str, ...]

    def attribute(self, name: str) -> str | None:
        """The value of `a=name:value`, or "" for a bare `a=name`."""
        return next(iter(self.attribute_values(name)), None)

    def attribute_values(self, name: str) -> list[str]:
        pairs = (attribute.partition(":") for attribute in self.attributes)
        return [value for key, _, value in pairs if key == name]

    @property
    def key_type(self) -> int | None:
        """The payload type of telephone events at the rate of our audio; None where there is none."""
        for value in self.attribute_values("rtpmap"):
            kind, _, name = value.partition(" ")
            if name.strip().lower() == "telephone-event/8000" and kind.isdigit() and kind in self.formats:
                return int(kind)
        return None

    @property
    def direction(self) -> str:
        return next((name for name in ANSWER_TO if name in self.attributes), "sendrecv")


def read_audio(text: str) -> Audio:
    """Raises: NoCommonAudio."""
    session: list[str] = []
    media: list[str] = []
    host = media_host = ""
    line_of_media = ""
    for line in text.splitlines():
        kind, _, value = line.partition("=")
        if kind == "m":
            if line_of_media:
                break
            line_of_media = value if value.startswith("audio ") else ""
        elif kind == "c" and not line_of_media:
            host = value.split(" ")[-1]
        elif kind == "c":
            media_host = value.split(" ")[-1]
        elif kind == "a":
            (media if line_of_media else session).append(value.strip())
    parts = line_of_media.split()
    if len(parts) < 4 or not parts[1].isdigit() or "0" not in parts[3:]:
        raise NoCommonAudio("no audio with PCMU in the description")
    return Audio(media_host or host, int(parts[1]), parts[2], tuple(parts[3:]), (*media, *session))


def plain_audio(host: str, port: int, direction: str = "sendrecv", version: int = 1) -> str:
    lines = [
        *_session(host, port, version), f"m=audio {port} RTP/AVP 0 101", "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", "a=ptime:20", f"a={direction}",
    ]  # fmt: skip
    return "\r\n".join([*lines, ""])


def webrtc_answer(
    offer: Audio, *, host: str, port: int, ufrag: str, password: str, candidates: Sequence[str], fingerprint: str,
    setup: str, direction: str = "sendrecv", version: int = 1,
) -> str:  # fmt: skip
    """The answer to a WebRTC offer, with every candidate in it: nothing trickles."""
    mid = offer.attribute("mid")
    bundle = [f"a=group:BUNDLE {mid}"] if mid is not None else []
    keys = offer.key_type
    events = [] if keys is None else [f"a=rtpmap:{keys} telephone-event/8000", f"a=fmtp:{keys} 0-16"]
    formats = "0" if keys is None else f"0 {keys}"
    lines = [
        *_session(host, port, version), *bundle, f"m=audio {port} {offer.protocol} {formats}", "a=rtpmap:0 PCMU/8000",
        *events, "a=ptime:20", *([f"a=mid:{mid}"] if mid is not None else []), "a=rtcp-mux",
        f"a=ice-ufrag:{ufrag}", f"a=ice-pwd:{password}",
        *(f"a=candidate:{candidate}" for candidate in candidates), "a=end-of-candidates",
        f"a=fingerprint:sha-256 {fingerprint}", f"a=setup:{setup}", f"a={direction}",
    ]  # fmt: skip
    return "\r\n".join([*lines, ""])


def _session(host: str, session: int, version: int) -> list[str]:
    family = "IP6" if ":" in host else "IP4"
    return ["v=0", f"o=- {session} {version} IN {family} {host}", "s=call24",
            f"c=IN {family} {host}", "t=0 0"]  # fmt: skip
