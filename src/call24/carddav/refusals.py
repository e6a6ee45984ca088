"""Why a CardDAV request is refused, by the conditions that the standards name; clients read these, no codes of ours.

Source: RFC 4918, 16; RFC 6352, 6.3.2.1 and 8; RFC 6578, 3.2.
"""

from __future__ import annotations

from call24.carddav.xml_documents import Name, c, d


class DavRefusal(Exception):
    """`condition`: the element that names it; None: the status says it. `name`: of the card that it is about."""

    status = 403
    condition: Name | None = None

    def __init__(self, detail: str, *, name: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.name = name


class NotACard(DavRefusal):
    condition = c("valid-address-data")


class OtherVersion(DavRefusal):
    condition = c("supported-address-data")


class TooLong(DavRefusal):
    condition = c("max-resource-size")


class NotMet(DavRefusal):
    status = 412


class UidTaken(DavRefusal):
    condition = c("no-uid-conflict")


class NoRoom(DavRefusal):
    status, condition = 507, d("quota-not-exceeded")


class UnknownFilter(DavRefusal):
    condition = c("supported-filter")


class TooManyMatches(DavRefusal):
    condition = c("number-of-matches-within-limits")


class TokenExpired(DavRefusal):
    condition = d("valid-sync-token")


class UnknownReport(DavRefusal):
    condition = d("supported-report")


class EndlessDepth(DavRefusal):
    condition = d("propfind-finite-depth")
