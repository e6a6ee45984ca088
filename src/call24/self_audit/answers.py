"""What the routes of self-audits answer. Types only: the OpenAPI document is made from them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from call24.kit.answers import Instant


class SelfAuditCheck(TypedDict):
    """What one check of a self-audit found."""

    answer: Annotated[
        Literal["pass", "fail", "unverified"],
        Field(description="`unverified`: it could not be told; counts as a failure"),
    ]
    seen: Annotated[str, Field(description="What was found; names no address, file, organisation or person")]
    advice: Annotated[str, Field(description="What to do about it; empty if it passed")]


class SelfAuditAnswer(TypedDict):
    """The signed result of a self-audit of the installation."""

    format: Literal["call24-self-audit-1"]
    id: Annotated[str, Field(description="The result's id")]
    at: Instant
    took_ms: Annotated[int, Field(description="How long it took, in milliseconds")]
    passed: Annotated[bool, Field(description="Every check passed")]
    checks: Annotated[dict[str, SelfAuditCheck], Field(description="Name of the check -> what it found")]
    installation: Annotated[
        str, Field(description="`sha256:` and the SHA-256 of the public key that verifies the signature")
    ]
    signature: Annotated[
        str, Field(description="Ed25519, in hexadecimal, over the other fields as canonical JSON (RFC 8785)")
    ]


class SelfAuditList(TypedDict):
    """The self-audits of the installation, the newest first: 100 at most."""

    items: Annotated[list[SelfAuditAnswer], Field(max_length=100)]
    next: Annotated[None, Field(description="Always null")]
    due: Annotated[bool, Field(description="There is none, or the newest is older than 90 days")]
