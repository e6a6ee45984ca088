"""The plain pages that the server itself writes: no script, one look, whose digest the content security policy has."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from html import escape

from call24.kit.blocks import Block, parts

STYLE = """
:root{color-scheme:light dark}body{font:16px/1.5 system-ui;max-width:52rem;margin:2rem auto;padding:0 1rem}
pre{overflow:auto;background:#8881;padding:.75rem}h2 code{font-size:1rem}svg{max-width:16rem;background:#fff}
table{border-collapse:collapse;font-size:.8rem}th,td{border:1px solid #8888;padding:.2rem .4rem;text-align:left}
td{vertical-align:top}
@media print{body{max-width:none;margin:0}tr{break-inside:avoid}h2{break-after:avoid}}
"""
STYLE_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest())
"""As a policy's `'sha256-...'` names it."""


def page(title: str, body: str, language: str = "en", *, head: str = "", top: str = "") -> str:
    """`title` is text, `body` is HTML; so are `head`, after the style, and `top`, above the title."""
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>{head}\n<main>{top}<h1>{escape(title)}</h1>\n{body}</main>"
    )


def html(blocks: Iterable[Block]) -> str:
    """Of a page's body. Titles are left out: they are the page's."""
    return "".join(_part(kind, together) for kind, together in parts(blocks) if kind != "title")


def _part(kind: str, blocks: list[Block]) -> str:
    if kind == "list":
        return f"<ul>{''.join(f'<li>{_text(block)}</li>' for block in blocks)}</ul>"
    if kind == "table":
        return f"<table>{''.join(map(_row, blocks))}</table>"
    tag = "h2" if kind == "heading" else "p"
    return f"<{tag}>{_text(blocks[0])}</{tag}>"


def _text(block: Block) -> str:
    text = escape(block.cells[0])
    return f'<a href="{escape(block.link)}">{text}</a>' if block.link else text


def _row(block: Block) -> str:
    tag = "th" if block.kind == "header" else "td"
    row = f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in block.cells)}</tr>"
    return f"<thead>{row}</thead>" if block.kind == "header" else row
