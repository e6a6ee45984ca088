"""What the API answers about an organisation's branding."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

_HEX = "`#` and six hexadecimal digits"


class BrandTones(TypedDict):
    """The colours that the app, public pages and e-mails use instead of the accent itself, so that they can be read."""

    text_light: Annotated[str, Field(description="Of links and of what is chosen, on light surfaces: 4.5 to 1")]
    soft_light: Annotated[str, Field(description="Behind what is chosen, on light surfaces")]
    fill_light: Annotated[str, Field(description="Of buttons, behind white text: 4.5 to 1")]
    text_dark: Annotated[str, Field(description="As `text_light`, on dark surfaces")]
    soft_dark: Annotated[str, Field(description="As `soft_light`, on dark surfaces")]
    fill_dark: Annotated[str, Field(description="As `fill_light`, on dark surfaces")]


class BrandLogo(TypedDict):
    """A logo that is there: `GET /v1/branding/logo`, or `/v1/branding/dark-logo`, returns it."""

    tag: Annotated[str, Field(description="Changes with the logo")]
    width: Annotated[int, Field(description="Pixels")]
    height: Annotated[int, Field(description="Pixels")]


class BrandingAnswer(TypedDict):
    """What the organisation looks like."""

    name: Annotated[str, Field(description="The organisation's name; `PATCH /v1/organisation` changes it")]
    accent: Annotated[str | None, Field(description=f"{_HEX}; null: Call24's own colour")]
    tones: Annotated[BrandTones | None, Field(description="null: Call24's own colours")]
    logo: Annotated[BrandLogo | None, Field(description="On light surfaces, and on dark ones without `dark_logo`")]
    dark_logo: Annotated[BrandLogo | None, Field(description="On dark surfaces")]
    help_contact: Annotated[
        str, Field(description="An e-mail address, an https address or a phone number; empty: none")
    ]
    version: Annotated[int, Field(description="One more with each change; 0: nothing was ever set")]
