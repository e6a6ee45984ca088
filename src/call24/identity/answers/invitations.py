"""Invitations, new passwords and new e-mail addresses."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.identity.answers.fields import Link, PageCursor, RoleId
from call24.kit.answers import Instant


class InvitationAnswer(TypedDict):
    """An invitation that can still be accepted."""

    id: str
    email: str
    name: str
    role: RoleId
    queues: Annotated[list[str], Field(description="Ids of the queues that whoever accepts joins")]
    created_at: Instant
    expires_at: Instant


class SentInvitation(InvitationAnswer):
    """An invitation that was just sent."""

    link: Link


class InvitationPage(TypedDict):
    """A page of the invitations that can still be accepted, the oldest first."""

    items: list[InvitationAnswer]
    next: PageCursor


class InvitationPreview(TypedDict):
    """What an invitation's link invites to."""

    organisation: Annotated[str, Field(description="The organisation's name")]
    email: str
    name: str
    role: RoleId
    expires_at: Instant


class ResetRequest(TypedDict):
    """What becomes of a request for a new password. The same whether or not there is such an account."""

    sends: Annotated[bool, Field(description="False if this installation sends no e-mail: ask an administrator")]


class SentLink(TypedDict):
    """A link was sent by e-mail, or is here to be passed on."""

    link: Link


class ConfirmedEmail(TypedDict):
    """The address that the user has from now on."""

    email: str
