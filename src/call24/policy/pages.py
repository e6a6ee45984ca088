"""The policy as HTML: a version, and what differs from the one before. It knows no organisation by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from call24.http.pages import page
from call24.policy.document import Block, Difference
from call24.policy.model import PolicySettings
from call24.policy.store import Measured
from call24.policy.texts import LANGUAGE, Version

_AROUND = {"item": ("<ul>", "</ul>"), "table": ("<table>", "</table>")}
_NAMES = {"en": "English", "mn": "Монголоор"}
_TAGS = {"heading": "h2", "paragraph": "p", "item": "li"}


def place(public_id: str, *more: str) -> str:
    """The path of a page."""
    return "/".join(("/policy", public_id, *more))


def policy(
    shown: Version,
    text: Sequence[Block],
    settings: PolicySettings,
    known: Sequence[Version],
    measured: Measured,
    language: str = LANGUAGE,
) -> str:
    """`known`: all versions, the oldest first."""
    dates = f"<p>Last updated: {shown.version}. Takes effect: {shown.effective}.</p>"
    body = _html(block for block in text if block.kind != "title")
    own = f'<p><a href="/rights/{settings.public_id}">Your calls: see, export or delete your data</a></p>'
    address = place(settings.public_id, shown.version)
    other = "".join(
        f'<p><a href="{address}?language={code}" lang="{code}" hreflang="{code}">{name}</a></p>'
        for code, name in _NAMES.items()
        if code != language
    )
    made = other + dates + own + body + _measured(measured) + _versions(settings.public_id, known)
    return page(_title(text), made, language)


def changes(shown: Version, before: Version, found: Sequence[Difference], settings: PolicySettings) -> str:
    parts = [
        f"<p>What differs in the version of {shown.version} from the version of {before.version}.</p>",
        f'<p><a href="{place(settings.public_id, shown.version)}">The whole version of {shown.version}</a></p>',
    ]
    for one in found:
        parts.append(f"<h2>{escape(one.heading)}</h2>")
        parts += [
            f"<h3>{said}</h3>{_html(these)}"
            for said, these in (("Removed", one.removed), ("Added", one.added))
            if these
        ]
    return page("Changes of the privacy policy", "".join(parts if found else [*parts, "<p>Nothing differs.</p>"]))


def _title(text: Iterable[Block]) -> str:
    return next((block.cells[0] for block in text if block.kind == "title"), "Privacy policy")


def _html(text: Iterable[Block]) -> str:
    parts = []
    for kind, together in groupby(text, key=_group):
        opening, closing = _AROUND.get(kind, ("", ""))
        parts.append(opening + "".join(map(_one, together)) + closing)
    return "".join(parts)


def _group(block: Block) -> str:
    return "table" if block.kind in ("header", "row") else block.kind


def _one(block: Block) -> str:
    if _group(block) == "table":
        tag = "th" if block.kind == "header" else "td"
        return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in block.cells)}</tr>"
    tag = _TAGS.get(block.kind, "p")
    return f"<{tag}>{escape(block.cells[0])}</{tag}>"


def _measured(measured: Measured) -> str:
    oldest, swept, audited, passed = measured
    kept = f"The oldest call record is of {oldest}." if oldest else "No call record is kept."
    gone = (
        f"This installation last deleted data whose time was over on {swept}."
        if swept
        else "This installation has deleted no data yet whose time was over."
    )
    looked = (
        f"Its last self-audit was on {audited} and {'passed' if passed else 'did not pass'}."
        if audited
        else "It has had no self-audit yet."
    )
    return f"<h2>Measured</h2><p>{kept} {gone} {looked}</p>"


def _versions(public_id: str, known: Sequence[Version]) -> str:
    items = []
    for before, one in zip((None, *known), known, strict=False):
        differs = f', <a href="{place(public_id, one.version, "changes")}">what changed</a>' if before else ""
        link = f'<a href="{place(public_id, one.version)}">{one.version}</a>'
        items.append(f"<li>{link}, takes effect {one.effective}{differs}</li>")
    return f"<h2>All versions</h2><ul>{''.join(reversed(items))}</ul>"
