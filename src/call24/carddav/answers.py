"""What the API answers about app passwords."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.kit.answers import Instant


class AppPasswordAnswer(TypedDict):
    """A device's own password for CardDAV. Its secret is not answered."""

    id: str
    name: str
    created_at: Instant
    last_used_at: Annotated[Instant | None, Field(description="To the minute; null: never")]


class NewAppPasswordAnswer(AppPasswordAnswer):
    """A new app password, with its secret: it is shown this once."""

    secret: Annotated[str, Field(description="What the device is given as its password")]
    user_name: Annotated[str, Field(description="What it is given as its user name: the user's e-mail address")]
    address: Annotated[str, Field(description="What it is given as its server: it finds the rest by itself")]


class AppPasswordPage(TypedDict):
    """A page of the current user's app passwords, the oldest first."""

    items: list[AppPasswordAnswer]
    next: Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]
    user_name: Annotated[str, Field(description="What devices are given as their user name")]
    address: Annotated[str, Field(description="What devices are given as their server")]
