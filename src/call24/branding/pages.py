"""An organisation's branding on the pages that the server itself writes: a style sheet and a logo, without a script.

Both are files of this server, so the content security policy lets them in as it is. Pure.
"""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from call24.branding.model import Branding, LogoVersion
from call24.branding.tones import tones


class Masthead(NamedTuple):
    """HTML for a page's head, and for above its title. Empty: nothing was set."""

    head: str = ""
    top: str = ""


PLAIN = Masthead()


def place(public_id: str, name: str, version: str) -> str:
    """The address of a file. `version`: another one is fetched again."""
    return f"/branding/{public_id}/{name}?v={version}"


def masthead(public_id: str, organisation: str, branding: Branding) -> Masthead:
    if branding.is_default:
        return PLAIN
    style = f'<link rel="stylesheet" href="{place(public_id, "style.css", str(branding.version))}">'
    return Masthead(head=style, top=_logo(public_id, organisation, branding))


def _logo(public_id: str, organisation: str, branding: Branding) -> str:
    light, dark = branding.logo, branding.dark_logo
    if light is None:
        return ""
    other = ""
    if dark is not None:
        address = place(public_id, "dark-logo.webp", dark.tag)
        other = f'<source media="(prefers-color-scheme:dark)" srcset="{address}"{_size(dark)}>'
    image = (
        f'<img src="{place(public_id, "logo.webp", light.tag)}" alt="{escape(organisation, quote=True)}"{_size(light)}>'
    )
    return f'<p class="brand"><picture>{other}{image}</picture></p>\n'


def _size(logo: LogoVersion) -> str:
    return f' width="{logo.width}" height="{logo.height}"'


def style(branding: Branding) -> str:
    """CSS, on top of that of `http/pages.py`."""
    css = ".brand{margin:0 0 1.5rem}.brand img{height:auto;width:auto;max-width:min(15rem,100%);max-height:4rem}\n"
    if not branding.accent:
        return css
    found = tones(branding.accent)
    return (
        f"{css}:root{{--text:{found.text_light};--fill:{found.fill_light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{--text:{found.text_dark};--fill:{found.fill_dark}}}}}\n"
        "a{color:var(--text)}:focus-visible{outline:2px solid var(--text);outline-offset:2px}\n"
        "button{background:var(--fill);color:#fff;border:0;border-radius:.5rem;padding:.5rem 1rem;font:inherit}\n"
    )
