"""The one design of all e-mails: HTML in tables, which mail programs show alike, and the same as text. Pure.

Nothing is loaded from elsewhere: no picture, no font. Light and dark: where a program knows `prefers-color-scheme`, by
the style sheet; where it turns colours around itself, nothing depends on them. The line at the head is Call24's call
timeline: wait, ring, talk, wrap-up. Of an organisation that has a colour its name comes first, and line, links and
button have tones of it. No logo: mail programs block pictures from elsewhere, and list those inside as attachments.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import msgspec

from call24.branding.tones import Tones

_OWN = Tones(
    text_light="#4353c4",
    soft_light="#e5edff",
    fill_light="#4353c4",
    text_dark="#a4b0ff",
    soft_dark="#212c4c",
    fill_dark="#5667dc",
)
"""Call24's."""
_STYLE = """
:root{color-scheme:light dark;supported-color-schemes:light dark}
a{color:LINK}
@media (prefers-color-scheme:dark){
.paper{background:#13161e!important}.card{background:#1c2130!important;border-color:#343c4f!important}
.ink{color:#f0f1f5!important}.ink2{color:#b7bdcb!important}a.link{color:LINK_DARK!important}
.button{background:BUTTON_DARK!important}}
@media (max-width:620px){.card{border-radius:0!important;border-left:0!important;border-right:0!important}
.pad{padding-left:20px!important;padding-right:20px!important}.outer{padding-left:0!important;padding-right:0!important}}
"""
_FONT = "font-family:Onest,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_LINE = (("#e3a72f", 10), ("#6376e0", 14), ("#2fa36b", 60), ("#9563cf", 16))
"""Colours of the call timeline, and their parts of a hundred."""
_TABLE = '<table role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%"'


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """`by`: by how much it differs from before, or empty."""

    value: str
    by: str = ""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Figures in words. `heading`: of the rows' names, then of each figure; the last row is the total. `notes`: below
    it."""

    heading: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell]]]
    notes: Sequence[str] = ()


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What an e-mail says, cleaned of what others wrote. `links`: (words, address) of its foot.
    `tones`: of the organisation's colour; None: it has none. `table`: below the link."""

    language: str
    subject: str
    organisation: str
    greeting: str
    lead: Sequence[str]
    action: str = ""
    link: str = ""
    link_below: str = ""
    after: Sequence[str] = ()
    why: str
    links: Sequence[tuple[str, str]] = ()
    tones: Tones | None = None
    table: Table | None = None

    @property
    def colours(self) -> Tones:
        return self.tones or _OWN


def text(parts: Parts) -> str:
    """Lines are not wrapped: a link stands whole on a line of its own."""
    table = [] if parts.table is None else [_table_text(parts.table), *parts.table.notes]
    said = [parts.greeting, *parts.lead, *table, *([parts.link] if parts.link else []), *parts.after]
    foot = [parts.why, *(f"{words}: {address}" for words, address in parts.links)]
    return "\n\n".join(said) + "\n\n-- \n" + "\n".join(foot) + "\n"


def html(parts: Parts) -> str:
    first = parts.lead[0] if parts.lead else parts.subject
    body = "".join(map(_paragraph, (parts.greeting, *parts.lead)))
    if parts.table is not None:
        body += _table_html(parts.table) + "".join(map(_paragraph, parts.table.notes))
    body += _button(parts) + "".join(map(_paragraph, parts.after))
    return (
        f'<!doctype html><html lang="{parts.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
        f"<title>{escape(parts.subject)}</title><style>{_style(parts.colours)}</style></head>"
        f'<body class="paper" style="margin:0;padding:0;background:#f5f6f9">'
        f'<div style="display:none;max-height:0;overflow:hidden">{escape(first)}</div>'
        f'{_TABLE} class="paper" style="background:#f5f6f9"><tr><td class="outer" align="center" '
        f'style="padding:32px 16px">{_TABLE} style="max-width:560px">'
        f"<tr><td>{_card(parts, body)}</td></tr>"
        f'<tr><td class="pad" style="padding:18px 32px 0">{_foot(parts)}</td></tr></table></td></tr></table>'
        "</body></html>"
    )


def _style(colours: Tones) -> str:
    return (
        _STYLE.replace("LINK_DARK", colours.text_dark)
        .replace("BUTTON_DARK", colours.fill_dark)
        .replace("LINK", colours.text_light)
    )


def _card(parts: Parts, body: str) -> str:
    return (
        f'{_TABLE} class="card" style="background:#ffffff;border:1px solid #e2e5eb;border-radius:14px;'
        f'border-collapse:separate"><tr><td class="pad" style="padding:28px 32px 0">{_head(parts)}</td></tr>'
        f'<tr><td class="pad" style="padding:20px 32px 28px">'
        f'<h1 class="ink" style="margin:0 0 16px;{_FONT};font-size:22px;line-height:28px;font-weight:620;'
        f'letter-spacing:-0.01em;color:#1c2230">{escape(parts.subject)}</h1>{body}</td></tr></table>'
    )


def _head(parts: Parts) -> str:
    line = "".join(
        f'<td width="{part}%" height="6" style="background:{colour};font-size:0;line-height:6px">&nbsp;</td>'
        for colour, part in (_LINE if parts.tones is None else ((parts.tones.fill_light, 100),))
    )
    left, right = ("Call24", parts.organisation) if parts.tones is None else (parts.organisation, "Call24")
    return (
        f'{_TABLE}><tr><td class="ink" style="{_FONT};font-size:15px;font-weight:620;color:#1c2230">'
        f"{escape(left)}</td>"
        f""
        f'<td class="ink2" align="right" style="{_FONT};font-size:13px;color:#5b6373">'
        f"{escape(right)}</td></tr></table>"
        f'{_TABLE} aria-hidden="true" style="margin-top:12px"><tr>{line}</tr></table>'
    )


def _paragraph(said: str) -> str:
    kept = escape(said).replace("\n", "<br>")
    return f'<p class="ink" style="margin:0 0 14px;{_FONT};font-size:15px;line-height:23px;color:#1c2230">{kept}</p>'


def _table_text(table: Table) -> str:
    """A line for each row, which a narrow window may wrap."""
    lines = []
    for name, cells in table.rows:
        told = zip(table.heading[1:], cells, strict=True)
        figures = [f"{heading} {cell.value}{f' ({cell.by})' if cell.by else ''}" for heading, cell in told]
        lines.append(f"{name}: {', '.join(figures)}")
    return "\n".join(lines)


def _table_html(table: Table) -> str:
    edge = "border-bottom:1px solid #e2e5eb"
    words = f"{_FONT};font-size:13px;line-height:18px;{edge}"
    heads = "".join(
        f'<th scope="col" class="ink2" align="{"right" if n else "left"}" valign="bottom" '
        f'style="padding:6px {0 if n else 8}px 6px {8 if n else 0}px;{words};font-weight:500;color:#5b6373">'
        f"{escape(heading)}</th>"
        for n, heading in enumerate(table.heading)
    )
    rows = "".join(_row_html(name, cells, words, n == len(table.rows)) for n, (name, cells) in enumerate(table.rows, 1))
    return (
        '<div style="overflow-x:auto;margin:0 0 16px"><table cellpadding="0" cellspacing="0" border="0" width="100%" '
        f'style="border-collapse:collapse"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _row_html(name: str, cells: Sequence[Cell], words: str, last: bool) -> str:
    weight = 620 if last else 400
    figures = "".join(
        f'<td class="ink" align="right" valign="top" style="padding:6px 0 6px 8px;{words};font-weight:{weight};'
        f'color:#1c2230;white-space:nowrap">{escape(cell.value)}'
        + (f'<br><span class="ink2" style="color:#5b6373;font-weight:400">{escape(cell.by)}</span>' if cell.by else "")
        + "</td>"
        for cell in cells
    )
    return (
        f'<tr><th scope="row" class="ink" align="left" valign="top" style="padding:6px 8px 6px 0;{words};'
        f'font-weight:{620 if last else 500};color:#1c2230">{escape(name)}</th>{figures}</tr>'
    )


def _button(parts: Parts) -> str:
    if not parts.link:
        return ""
    address, colours = escape(parts.link, quote=True), parts.colours
    return (
        '<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:6px 0 18px"><tr>'
        f'<td class="button" style="background:{colours.fill_light};border-radius:22px"><a href="{address}" '
        f'style="display:block;padding:12px 24px;{_FONT};font-size:15px;font-weight:560;color:#ffffff;'
        f'text-decoration:none">'
        f"{escape(parts.action)}</a></td></tr></table>"
        f'<p class="ink2" style="margin:0 0 18px;{_FONT};font-size:13px;line-height:19px;color:#5b6373">'
        f'{escape(parts.link_below)}<br><a class="link" href="{address}" '
        f'style="color:{colours.text_light};word-break:break-all">'
        f"{escape(parts.link)}</a></p>"
    )


def _foot(parts: Parts) -> str:
    colour = parts.colours.text_light
    links = " &nbsp;·&nbsp; ".join(
        f'<a class="link" href="{escape(address, quote=True)}" style="color:{colour}">{escape(words)}</a>'
        for words, address in parts.links
    )
    return (
        f'<p class="ink2" style="margin:0;{_FONT};font-size:12px;line-height:18px;color:#5b6373">'
        f"{escape(parts.why)}{'<br>' + links if links else ''}</p>"
    )
