"""Branding. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from call24_client.transport import Request


class BrandTones(TypedDict):
    """The colours that the app, public pages and e-mails use instead of the accent itself, so that they can be read."""

    text_light: str
    soft_light: str
    fill_light: str
    text_dark: str
    soft_dark: str
    fill_dark: str


class BrandLogo(TypedDict):
    """A logo that is there: `GET /v1/branding/logo`, or `/v1/branding/dark-logo`, returns it."""

    tag: str
    width: int
    height: int


class BrandingAnswer(TypedDict):
    """What the organisation looks like."""

    name: str
    accent: str | None
    tones: BrandTones | None
    logo: BrandLogo | None
    dark_logo: BrandLogo | None
    help_contact: str
    version: int


class BrandingChange(TypedDict):
    """What is left out is set back to what Call24 has. The logos have addresses of their own. `accent`: any colour,
    as `#` and six hexadecimal digits; null: Call24's own. Where text in it, or white text on it, could not be
    read, a tone of it is used: `tones` of the answer. `help_contact`: whom users ask when something does not
    work: an e-mail address, an https address or a phone number such as +442079460123.
    """

    accent: NotRequired[str | None]
    help_contact: NotRequired[str]


def read() -> Request[BrandingAnswer]:
    """Retrieves what the organisation looks like: its name, colours, logos, and whom to ask for help."""
    return Request("GET", "/v1/branding")


def change(body: BrandingChange, *, if_match: str | None = None) -> Request[BrandingAnswer]:
    """Sets the accent colour and the help contact. Apps that are open show it at once, public pages within a minute."""
    return Request("PUT", "/v1/branding", body=body, headers={"If-Match": if_match})


def reset(*, if_match: str | None = None) -> Request[None]:
    """Takes colour, logos and help contact back: the organisation looks like Call24 again."""
    return Request("DELETE", "/v1/branding", headers={"If-Match": if_match}, answer="nothing")


def read_tones(*, accent: str) -> Request[BrandTones]:
    """Returns the tones of a colour, before it is set. Each is as near to it as can be read."""
    return Request("GET", "/v1/branding/tones", query={"accent": accent})


def read_logo() -> Request[bytes]:
    """Returns the logo for light surfaces as WebP. 404 where there is none."""
    return Request("GET", "/v1/branding/logo", answer="bytes")


def set_logo(file: bytes) -> Request[BrandingAnswer]:
    """Sets the logo for light surfaces; also for dark ones, where no other was set for them. Send a PNG, JPEG, WebP
    or HEIC file of up to 2 MB and 25 million pixels. It is stored as WebP, 480 by 160 pixels at most, and may be
    see-through; nothing else of the file is kept. SVG is not taken. 422 `unusable_picture` says what is wrong
    with a file.
    """
    return Request("PUT", "/v1/branding/logo", files={"file": file})


def remove_logo() -> Request[None]:
    """Deletes the logo for light surfaces. 404 where there is none."""
    return Request("DELETE", "/v1/branding/logo", answer="nothing")


def read_dark_logo() -> Request[bytes]:
    """Returns the logo for dark surfaces as WebP. 404 where there is none."""
    return Request("GET", "/v1/branding/dark-logo", answer="bytes")


def set_dark_logo(file: bytes) -> Request[BrandingAnswer]:
    """Sets the logo for dark surfaces. Send what `PUT /v1/branding/logo` takes."""
    return Request("PUT", "/v1/branding/dark-logo", files={"file": file})


def remove_dark_logo() -> Request[None]:
    """Deletes the logo for dark surfaces. 404 where there is none."""
    return Request("DELETE", "/v1/branding/dark-logo", answer="nothing")
