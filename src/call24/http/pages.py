"""The plain pages that the server itself writes: no script, one look, whose digest the content security policy has."""

from __future__ import annotations

import base64
import hashlib
from html import escape

STYLE = """
:root{color-scheme:light dark}body{font:16px/1.5 system-ui;max-width:52rem;margin:2rem auto;padding:0 1rem}
pre{overflow:auto;background:#8881;padding:.75rem}h2 code{font-size:1rem}svg{max-width:16rem;background:#fff}
table{border-collapse:collapse;font-size:.8rem}th,td{border:1px solid #8888;padding:.2rem .4rem;text-align:left}
td{vertical-align:top}
@media print{body{max-width:none;margin:0}tr{break-inside:avoid}h2{break-after:avoid}}
"""
STYLE_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest())
"""As a policy's `'sha256-...'` names it."""


def page(title: str, body: str, language: str = "en") -> str:
    """`title` is text, `body` is HTML."""
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>\n<h1>{escape(title)}</h1>\n{body}"
    )
