"""The pages that problems' `type` leads to: what a code means, what to do about it, and an example of the answer.

Public, the same for everybody, and made of the catalogue alone (codes.py): nothing of a request or an
organisation is on them. An unknown code is answered 404 like any other address.
"""

from __future__ import annotations

import json
import re
from functools import cache
from html import escape

from fastapi.responses import HTMLResponse

from call24.http.codes import CODES, PLACE, WORDS, example, type_of
from call24.http.pages import page
from call24.http.router import Router
from call24.kit.errors import NotFound

router = Router(include_in_schema=False)

_KEPT = {"Cache-Control": "public, max-age=3600"}
_HEAD = """<p>Errors of the API are RFC 9457 problems. Each has a <code>type</code> that leads to its page here, and a
stable <code>code</code>. <a href="/docs">Operations</a></p>
"""


@router.get(PLACE, operation_id="problems_index")
async def index() -> HTMLResponse:
    return HTMLResponse(_index(), headers=_KEPT)


@router.get(PLACE + "/{code}", operation_id="problems_page")
async def explained(code: str) -> HTMLResponse:
    """Raises: NotFound."""
    if code not in WORDS:
        raise NotFound
    return HTMLResponse(_page(code), headers=_KEPT)


@cache
def _index() -> str:
    items = (
        f'<li><a href="{type_of(code)}"><code>{escape(code)}</code></a>: {_html(means)}</li>'
        for code, (means, _) in sorted(WORDS.items())
    )
    return page("Problems", f"{_HEAD}<ul>{''.join(items)}</ul>")


@cache
def _page(code: str) -> str:
    """Of a code of the catalogue: there are as many pages as codes."""
    means, do = WORDS[code]
    parts = [f"<p>{_html(means)}.</p><h2>What to do</h2><p>{_html(do)}.</p><h2>Example</h2>"]
    for status in (status for status, known in CODES.items() if code in known):
        shown = json.dumps(example(status, code), indent=1, ensure_ascii=False)
        parts.append(f"<p>Status {status}</p><pre>{escape(shown)}</pre>")
    return page(code, "".join([*parts, f'<p><a href="{PLACE}">All problems</a></p>']))


def _html(text: str) -> str:
    """What stands in backticks, as code."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text))
