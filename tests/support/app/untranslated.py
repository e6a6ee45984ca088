"""Words of English on screens that are shown in another language, in a script that is not Latin.

What the API said is data, and may be in any language; so may names that are the same in each.
"""

from __future__ import annotations

import re

from playwright.async_api import Page
from tests.support.app.stage import Stage

_WORD = re.compile(r"[A-Za-z][A-Za-z’']{2,}")
_ADDRESS = re.compile(r"\S+\.\S+|https?:\S+")

SAME = frozenset(
    {
        *("Call", "Zammad", "Tryton", "Roundup", "Chatwoot", "Odoo", "EspoCRM", "Bitrix24", "HubSpot", "Thunderbird"),
        *(
            "Android",
            "Apple",
            "Chrome",
            "Firefox",
            "Safari",
            "Windows",
            "Linux",
            "iPhone",
            "iPad",
            "macOS",
            "iOS",
            "Mac",
        ),
        *(
            "Edge",
            "Mongolian",
            "English",
            "Pusher",
            "Asterisk",
            "MongoDB",
            "OpenID",
            "Google",
            "Outlook",
            "Ulaanbaatar",
        ),
        *(
            "Webhook",
            "webhook",
            "passkey",
            "CRM",
            "API",
            "SIP",
            "TLS",
            "URL",
            "UDP",
            "TCP",
            "SRTP",
            "RTP",
            "SDP",
            "IVR",
        ),
        *(
            "CSV",
            "PDF",
            "PIN",
            "ZIP",
            "JSON",
            "JSONL",
            "XLSX",
            "WAV",
            "MOS",
            "MP3",
            "Ogg",
            "FLAC",
            "vCard",
            "vCon",
            "PNG",
        ),
        *("JPEG", "WebP", "HTTPS", "DAVx", "CardDAV", "GDPR", "WebRTC", "Ctrl", "Esc", "Shift", "Alt", "Tab", "ASVS"),
        *("Push", "push", "https", "Mac", "Ulaanbaatar", "PNG", "IVR", "RFC", "DNS", "UTC", "HTML", "Markdown"),
    }
)
"""Names, and what is called the same in each language."""

_TEXTS = """() => {
  const shown = (node) => { const box = node.getBoundingClientRect(); return box.width > 0 && box.height > 0 }
  const found = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement
    const source = 'script, style, noscript, code, kbd, pre, .font-mono, [lang=en], textarea'
    if (node.data.trim() === '' || parent.closest(source)) continue
    if (parent.closest('.sr-only') || shown(parent)) found.push(node.data.trim())
  }
  for (const node of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
    for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
      if (node.getAttribute(name)) found.push(node.getAttribute(name))
  return found
}"""


async def english(page: Page, stage: Stage, quoted: str = "") -> list[str]:
    """Texts of the page, with what is read to people who do not see it, that have a word of English.

    `quoted`: words of other programs that the page names as they are there.
    """
    fine = SAME | set(quoted.split()) | {word for said in stage.said for word in _WORD.findall(said)}
    texts: list[str] = await page.evaluate(_TEXTS)
    return sorted({text for text in texts if any(word not in fine for word in _WORD.findall(_ADDRESS.sub("", text)))})
