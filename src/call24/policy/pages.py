"""The policy as HTML and as a PDF's paper: a version, and what differs from the one before. It knows no organisation by
itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from html import escape

from call24.branding.pages import PLAIN, Masthead
from call24.http.pages import html, page
from call24.kit.blocks import Block
from call24.kit.pdf.paper import Paper, paper_parts
from call24.policy.document import Difference
from call24.policy.model import PolicySettings
from call24.policy.store import Measured
from call24.policy.texts import LANGUAGE, Version

_NAMES = {"en": "English", "mn": "Монголоор"}


def place(public_id: str, *more: str) -> str:
    """The path of a page."""
    return "/".join(("/policy", public_id, *more))


def whole(
    shown: Version, text: Sequence[Block], settings: PolicySettings, known: Sequence[Version], measured: Measured
) -> tuple[Block, ...]:
    """All that is published of a version. `known`: all versions, the oldest first."""
    return (
        *(block for block in text if block.kind == "title"),
        Block("paragraph", (f"Last updated: {shown.version}. Takes effect: {shown.effective}.",)),
        Block("paragraph", ("Your calls: see, export or delete your data",), f"/rights/{settings.public_id}"),
        *(block for block in text if block.kind != "title"),
        *_measured(measured),
        *_versions(settings.public_id, known),
    )


def policy(
    shown: Version,
    published: Sequence[Block],
    settings: PolicySettings,
    language: str = LANGUAGE,
    brand: Masthead = PLAIN,
) -> str:
    """`published`: as `whole` has it."""
    address = place(settings.public_id, shown.version)
    other = "".join(
        f'<p><a href="{address}?language={code}" lang="{code}" hreflang="{code}">{name}</a></p>'
        for code, name in _NAMES.items()
        if code != language
    )
    pdf = f'<p><a href="{address}/pdf?language={language}" type="application/pdf">Download as PDF</a></p>'
    return page(_title(published), other + pdf + html(published), language, head=brand.head, top=brand.top)


def paper(shown: Version, published: Sequence[Block], author: str, language: str = LANGUAGE, origin: str = "") -> Paper:
    """The same as a PDF. `origin`: where its links lead."""
    return Paper(
        title=_title(published),
        author=author,
        about=f"Version of {shown.version}, in effect from {shown.effective}",
        language=language,
        foot=f"Version of {shown.version}. SHA-256: {shown.hash}",
        dated=date.fromisoformat(shown.version),
        parts=paper_parts(published, origin),
    )


def changes(
    shown: Version,
    before: Version,
    found: Sequence[Difference],
    settings: PolicySettings,
    brand: Masthead = PLAIN,
) -> str:
    parts = [
        f"<p>What differs in the version of {shown.version} from the version of {before.version}.</p>",
        f'<p><a href="{place(settings.public_id, shown.version)}">The whole version of {shown.version}</a></p>',
    ]
    for one in found:
        parts.append(f"<h2>{escape(one.heading)}</h2>")
        parts += [
            f"<h3>{said}</h3>{html(these)}" for said, these in (("Removed", one.removed), ("Added", one.added)) if these
        ]
    body = "".join(parts if found else [*parts, "<p>Nothing differs.</p>"])
    return page("Changes of the privacy policy", body, head=brand.head, top=brand.top)


def _title(text: Iterable[Block]) -> str:
    return next((block.cells[0] for block in text if block.kind == "title"), "Privacy policy")


def _measured(measured: Measured) -> Iterator[Block]:
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
    yield Block("heading", ("Measured",))
    yield Block("paragraph", (f"{kept} {gone} {looked}",))


def _versions(public_id: str, known: Sequence[Version]) -> Iterator[Block]:
    yield Block("heading", ("All versions",))
    for index in reversed(range(len(known))):
        one = known[index]
        address = place(public_id, one.version)
        yield Block("item", (f"{one.version}, takes effect {one.effective}",), address)
        if index:
            yield Block("item", (f"What changed in {one.version}",), f"{address}/changes")
