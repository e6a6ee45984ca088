"""Words of the app that do not fit where they stand: cut off, ended by dots, or sticking out.

Names and other data, numbers and dates among them, may end in dots; what the app says itself may not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from playwright.async_api import Page
from tests.support.app.stage import Stage

_FIGURE = re.compile(r"\d")
_CUT = """() => {
  const found = []
  for (const one of document.querySelectorAll('body *')) {
    if (!(one instanceof HTMLElement) || one.matches('script, style, textarea, select, option')) continue
    if (one.closest('.sr-only')) continue
    const own = [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== '')
    if (!own || one.clientWidth <= 2) continue
    const style = getComputedStyle(one)
    if (style.display === 'inline') continue
    const hides = (way) => way === 'hidden' || way === 'clip'
    const wide = one.scrollWidth > one.clientWidth + 1 && !['auto', 'scroll'].includes(style.overflowX)
    const tall = one.scrollHeight > one.clientHeight + 2 && hides(style.overflowY) && style.overflowX !== 'auto'
    if (wide || tall) found.push(one.innerText.trim().split(`\\n`)[0])
  }
  return found
}"""


async def cut_off(page: Page, stage: Stage) -> list[str]:
    """What is cut off of texts of the page that hold no figure and nothing that the API said."""
    texts: list[str] = await page.evaluate(_CUT)
    if not texts:
        return []
    data = {value for said in stage.said for value in _strings(json.loads(said)) if len(value) > 2}
    return sorted({text for text in texts if not _FIGURE.search(text) and not any(value in text for value in data)})


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)
