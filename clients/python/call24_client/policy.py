"""Policy. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request


class PolicyStatements(TypedDict):
    """What the organisation states in its privacy policy. Empty: not stated yet, and the policy says so."""

    controller: str
    postal_address: str
    contact: str
    officer: str
    authority: str
    data_region: str
    address: str


class PolicyChange(TypedDict):
    """What the organisation states in its policy. Fields that are left out stay; an empty one is taken back. All of
    it is published.
    """

    controller: NotRequired[str]
    postal_address: NotRequired[str]
    contact: NotRequired[str]
    officer: NotRequired[str]
    authority: NotRequired[str]
    data_region: NotRequired[str]


class PolicyVersion(TypedDict):
    """A version of the policy."""

    version: str
    effective: str
    material: bool
    hash: str
    address: str


class PolicyBlock(TypedDict):
    """A part of a version's text. A table is a header and its rows, one after the other."""

    kind: Literal["title", "heading", "paragraph", "item", "header", "row"]
    cells: list[str]


class KeptData(TypedDict):
    """One kind of data that is kept of persons, from the data map."""

    what: str
    purposes: list[str]
    kept: list[str]
    basis: list[str]
    recipients: list[str]


class PolicyAcceptanceAnswer(TypedDict):
    """That a user accepted a version."""

    id: str
    version: str
    language: str
    hash: str
    at: str


class MyPolicy(TypedDict):
    """The policy as it concerns the current user."""

    current: PolicyVersion
    upcoming: PolicyVersion | None
    to_accept: bool
    text: list[PolicyBlock]
    kept: list[KeptData]
    accepted: list[PolicyAcceptanceAnswer]


class Acceptance(TypedDict):
    """The version that the user has read: `current` of `GET /v1/me/policy`."""

    version: str
    hash: str


def read_statements() -> Request[PolicyStatements]:
    """Retrieves what the organisation states in its privacy policy, and where the policy is published."""
    return Request("GET", "/v1/organisation/policy")


def change_statements(body: PolicyChange, *, if_match: str | None = None) -> Request[PolicyStatements]:
    """Updates what the organisation states in its privacy policy. The public page shows it at once. 409
    `transfer_not_registered`: the installation's database or mail server is in another region than `data_region`,
    and no entry of the transfer register covers it.
    """
    return Request("PATCH", "/v1/organisation/policy", body=body, headers={"If-Match": if_match})


def read_mine() -> Request[MyPolicy]:
    """Retrieves the version of the policy that applies, and its text while the current user is to accept it."""
    return Request("GET", "/v1/me/policy")


def accept(body: Acceptance, *, idempotency_key: str | None = None) -> Request[PolicyAcceptanceAnswer]:
    """Accepts the version of the policy that applies. Accepting it again answers with the first acceptance. 409
    policy_outdated: another version applies, or its text is another.
    """
    return Request("POST", "/v1/me/policy/acceptances", body=body, headers={"Idempotency-Key": idempotency_key})
