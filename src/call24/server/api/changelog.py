"""What is new in each version, as public pages: the changelog that this installation came with.

Its links lead into the repository, which is not served: they are left out.
"""

from __future__ import annotations

import asyncio
import re
from functools import cache
from html import escape
from pathlib import Path

from fastapi.responses import HTMLResponse

from call24.http.pages import page
from call24.http.router import Router
from call24.installer.paths import SHIPPED
from call24.kit.errors import NotFound
from call24.notifications.upgrades import PAGE

router = Router(include_in_schema=False)

FILE = SHIPPED / "CHANGELOG.md"
_KEPT = {"Cache-Control": "public, max-age=3600"}
_VERSION = re.compile(r"^## (\d+\.\d+\.\d+[\w.+-]*)", re.MULTILINE)
_PARTS = re.compile(r"\n(?=\* |#|\n)")
_ASIDE = re.compile(r" \(\[[^\]]*\]\([^)]*\)\)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_CODE = re.compile(r"`([^`]*)`")


@router.get(PAGE, operation_id="changelog_index")
async def index() -> HTMLResponse:
    found = await asyncio.to_thread(versions, FILE)
    items = "".join(f'<li><a href="{PAGE}/{one}">Call24 {one}</a></li>' for one in found)
    return HTMLResponse(page("What is new in Call24", f"<ul>{items}</ul>"), headers=_KEPT)


@router.get(PAGE + "/{version}", operation_id="changelog_version")
async def of_version(version: str) -> HTMLResponse:
    """Raises: NotFound."""
    found = await asyncio.to_thread(versions, FILE)
    if version not in found:
        raise NotFound
    other = f'<p><a href="{PAGE}">All versions</a></p>'
    return HTMLResponse(page(f"What is new in Call24 {version}", found[version] + other), headers=_KEPT)


@cache
def versions(file: Path) -> dict[str, str]:
    """What each version brought, as HTML, the newest first; none where the file is missing. Blocking."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    begins = list(_VERSION.finditer(text))
    ends = [found.start() for found in begins] + [len(text)]
    return {
        found.group(1): html(text[found.end() : end].partition("\n")[2])
        for found, end in zip(begins, ends[1:], strict=True)
    }


def html(markdown: str) -> str:
    """Of the Markdown that the changelog has: headings, points, paragraphs, code; of links the words."""
    made: list[str] = []
    for part in _PARTS.split(markdown):
        words = _inline(part.strip())
        if words.startswith("* "):
            before = made.pop().removesuffix("</ul>") if made and made[-1].endswith("</ul>") else "<ul>"
            made.append(f"{before}<li>{words[2:]}</li></ul>")
        elif words.startswith("#"):
            made.append(f"<h2>{words.lstrip('# ')}</h2>")
        elif words:
            made.append(f"<p>{words}</p>")
    return "\n".join(made)


def _inline(text: str) -> str:
    plain = _LINK.sub(r"\1", _ASIDE.sub("", escape(" ".join(text.split())).replace("**", "")))
    return _CODE.sub(r"<code>\1</code>", plain)
