"""Figures that a trace shows nowhere: of who withholds its number, and of all numbers where they are masked. Pure.

A number stands in more places than those that are shown, and a carrier may make its Call-ID of it: what one message
names is hidden in all later ones of the trace. Hashes alone are kept, no number.
Source: RFC 3323 4.2 and RFC 3325 9.3 (Privacy), draft-ietf-sip-privacy-04 5.1 (Remote-Party-ID).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

from call24.sip_traces.sip_messages import URI_USER, SipMessage

SHARED = 5
"""So many figures in a row of a number are not shown anywhere."""
PARTS_MAX, FIGURES_MAX = 20_000, 40
_END = 7
"""With so many last figures alike, a national and an international form are taken for one number."""
_NAMING = (
    "from", "to", "contact", "p-asserted-identity", "p-preferred-identity", "remote-party-id", "diversion",
    "history-info", "p-called-party-id", "referred-by",
)  # fmt: skip
_CALLERS = ("from", "contact", "p-asserted-identity", "p-preferred-identity", "remote-party-id")
_RUN = re.compile(r"[0-9][0-9 .()\-/]*")
_RESTRICTED = re.compile(r";\s*privacy\s*=\s*\"?(?:full|uri|name)", re.IGNORECASE)


class Hidden:
    """Of one trace. `numbers`: whether it shows numbers whole; who withholds its own is not shown even so."""

    def __init__(self, *, numbers: bool) -> None:
        self.numbers = numbers
        self.caller_withheld = False
        """Whether who rang is shown to nobody."""
        self._parts = set[int]()
        self._ends = set[int]()

    def read(self, message: SipMessage, *, by_caller: bool) -> None:
        """Learns what a message of the call names. `by_caller`: a request of who rang, by the leg that it rang on."""
        if by_caller and is_private(message):
            self.caller_withheld = True
        if by_caller and self.caller_withheld:
            theirs = list(_numbers(message, _CALLERS))
            ours = {_end(one) for one in _figures(message.target)}  # some carriers' Contact is whom they ring
            self._ends.update({_end(one) for one in theirs} - ours)
            self._learn(theirs)
        if not self.numbers:
            self._learn([*_numbers(message, _NAMING), *_figures(message.target)])

    def withholds(self, user: str) -> bool:
        """Whether this is the number of who withholds it."""
        figures = re.sub(r"[^0-9]", "", user)
        return bool(figures) and _end(figures) in self._ends

    def without(self, text: str) -> str:
        """Runs of figures that share some with a hidden number are hidden."""
        return re.sub(rf"[0-9]{{{SHARED},}}", lambda run: "*" * len(run[0]) if self._shares(run[0]) else run[0], text)

    def _shares(self, run: str) -> bool:
        return not self._parts.isdisjoint(_parts(run))

    def _learn(self, numbers: Iterable[str]) -> None:
        for one in numbers:
            if len(self._parts) < PARTS_MAX:
                self._parts.update(_parts(one))


def is_private(message: SipMessage) -> bool:
    """Whether its sender asks that nobody is shown it."""
    asked = re.split(r"[\s;,]+", " ".join(message.all("privacy")).lower())
    return bool({"id", "user", "full"} & set(asked)) or any(
        _RESTRICTED.search(one) for one in message.all("remote-party-id")
    )


def _numbers(message: SipMessage, headers: Iterable[str]) -> Iterable[str]:
    """Figures of each user and each name in these headers."""
    for header in headers:
        for value in message.all(header):
            yield from _figures(value)


def _figures(address: str) -> Iterable[str]:
    users = [unquote(user).partition(":")[0] for user in URI_USER.findall(address)]
    names = [part.rpartition(">")[2] for part in address.split("<")[:-1]]
    runs = [run for text in users + names or [address] for run in _RUN.findall(text)]
    return [re.sub(r"[^0-9]", "", run)[:FIGURES_MAX] for run in runs]


def _parts(figures: str) -> set[int]:
    return {hash(figures[at : at + SHARED]) for at in range(len(figures) - SHARED + 1)}


def _end(figures: str) -> int:
    return hash(figures[-_END:])
