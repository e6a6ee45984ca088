"""Drafts of the two notices of a breach, from what the incident says. Pure.

What nobody has said is a blank in double brackets: `[[name of the supervisory authority]]`. A draft names nobody who is
affected. Source: GDPR, articles 33(3) and 34(2).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from call24.incidents.model import Audience, Incident, IncidentSearch, Risk

_BLANK = re.compile(r"\[\[([^\[\]\n]{1,200})\]\]")
_KINDS = {
    "confidentiality": "somebody saw or took data who should not have (confidentiality)",
    "integrity": "data was changed that should not have been (integrity)",
    "availability": "data was lost, or could not be used (availability)",
}
_RISKS: dict[Risk, str] = {
    "unknown": "[[risk for the persons: not assessed yet]]",
    "unlikely": "a risk for the persons is unlikely",
    "risk": "there is a risk for the persons",
    "high": "there is a high risk for the persons",
}
CATEGORIES = {
    "user.name": "names",
    "user.contact.email": "e-mail addresses",
    "user.contact.phone_number": "telephone numbers",
    "user.unique_id.pseudonymous": "identifiers: who called or worked when",
    "user.authorization.credentials": "passwords and keys, as hashes or encrypted",
    "user.device": "devices",
    "user.device.ip_address": "IP addresses",
    "user.behavior": "use of the service, such as menu choices",
    "user.location.imprecise": "country of the number",
    "user.workplace": "times of work",
    "user.content": "notes",
    "user.content.private": "messages",
    "user.content.self_image": "pictures",
    "user.content.voice": "recordings of voices",
}
"""Categories of the data map, in plain words."""


@dataclass(frozen=True)
class Sender:
    """Who tells. Empty: nobody has said it."""

    controller: str = ""
    postal_address: str = ""
    contact: str = ""
    officer: str = ""
    authority: str = ""


@dataclass(frozen=True)
class Affected:
    """`callers`, `users`: kinds of data of each, by the data map."""

    callers: Sequence[str]
    users: Sequence[str]


def blanks(text: str) -> list[str]:
    """What is still to be filled in, each once."""
    return list(dict.fromkeys(_BLANK.findall(text)))


def draft(
    audience: Audience,
    incident: Incident,
    search: IncidentSearch | None,
    affected: Affected,
    sender: Sender,
    now: datetime,
) -> str:
    if audience == "authority":
        return _to_authority(incident, search, affected, sender, now)
    return _to_people(incident, affected, sender, now)


def _to_authority(
    incident: Incident, search: IncidentSearch | None, affected: Affected, sender: Sender, now: datetime
) -> str:
    late = now > incident.due_at
    parts = [
        "NOTIFICATION OF A PERSONAL DATA BREACH (GDPR, article 33)",
        f"To: {sender.authority or '[[name of the supervisory authority]]'}\nDate: {_day(now)}\n"
        f"Our reference: {incident.id}",
        f"1. Controller\n{sender.controller or '[[legal name of the controller]]'}\n"
        f"{sender.postal_address or '[[postal address of the controller]]'}",
        f"2. Data protection officer or other contact (article 33(3)(b))\n{_contact(sender)}",
        "3. What happened (article 33(3)(a))\n"
        f"{incident.what_happened}\nKind: {'; '.join(_KINDS[kind] for kind in incident.kinds)}.\n"
        f"When: {_span(incident)}\nWe became aware of it: {_instant(incident.noticed_at)}",
        f"4. Persons and records concerned (article 33(3)(a))\n{_numbers(search, affected)}",
        f"5. Likely consequences (article 33(3)(c))\n"
        f"{incident.consequences or '[[likely consequences of the breach]]'}\nAssessment: {_RISKS[incident.risk]}.",
        f"6. Measures taken or proposed (article 33(3)(d))\n"
        f"{incident.measures or '[[measures taken or proposed, also to mitigate possible adverse effects]]'}\n"
        f"The persons: {_told(incident)}",
    ]
    if late and incident.notified_at is None:
        parts.append("7. Why this is later than 72 hours (article 33(1))\n[[reasons for the delay]]")
    parts.append("What is not known yet will follow without undue further delay (article 33(4)).")
    return "\n\n".join(parts) + "\n"


def _to_people(incident: Incident, affected: Affected, sender: Sender, now: datetime) -> str:
    who = sender.controller or "[[legal name of the controller]]"
    data = list(dict.fromkeys([*affected.callers, *affected.users]))
    parts = [
        f"Your data at {who}: something went wrong",
        f"{_day(now)}",
        f"We are writing to you because data about you was affected.\n\n"
        f"What happened\n[[what happened, in plain words; your notes say: {_one_line(incident.what_happened)}]]\n"
        f"When: {_span(incident)}",
        f"Which data\n{_list(data) or '[[which data]]'}",
        f"What this can mean for you\n"
        f"{incident.consequences or '[[likely consequences for the person, in plain words]]'}",
        f"What we have done\n{incident.measures or '[[measures taken or proposed]]'}",
        "What you can do\n[[what the person can do, such as watching for calls in our name]]",
        f"Whom you can ask\n{_contact(sender)}",
        "You can also complain to the supervisory authority: "
        f"{sender.authority or '[[name of the supervisory authority]]'}.",
    ]
    return "\n\n".join(parts) + "\n"


def _contact(sender: Sender) -> str:
    officer = sender.officer or "[[name of the data protection officer]]"
    return f"{officer}\n{sender.contact or '[[contact details: telephone, e-mail]]'}"


def _numbers(search: IncidentSearch | None, affected: Affected) -> str:
    if search is None or search.state == "running":
        return "[[categories and approximate number of persons]]\n[[categories and approximate number of records]]"
    more = "more than " if search.state == "full" else ""
    lines = [
        f"Callers: {more}{search.callers}. Data: {', '.join(affected.callers) or 'none'}.",
        f"Staff: {more}{search.users}. Data: {', '.join(affected.users) or 'none'}.",
        f"Records: approximately {sum(one.records for one in search.counts)}, in:",
        *(f"- {one.place}: {one.records}" for one in search.counts),
    ]
    return "\n".join(lines)


def _told(incident: Incident) -> str:
    match incident.people:
        case "told":
            return f"were told on {_day(incident.told_at)}." if incident.told_at else "were told."
        case "not_told":
            reasons = [line.note for line in incident.history if line.kind == "waive_people"]
            return f"are not told, because: {reasons[-1]}" if reasons else "are not told."
        case "undecided":
            return "[[whether and when they are told]]"


def _span(incident: Incident) -> str:
    scope = incident.scope
    if scope.since is None or scope.until is None:
        return "[[when it began and ended]]"
    if scope.reach == "stored":
        return f"until {_instant(scope.until)}; data that had been written by then"
    return f"{_instant(scope.since)} to {_instant(scope.until)}"


def _list(texts: Sequence[str]) -> str:
    return "\n".join(f"- {text}" for text in texts)


def _one_line(text: str) -> str:
    return " ".join(text.replace("[", "(").replace("]", ")").split())[:120]


def _instant(at: datetime) -> str:
    return f"{at:%d %B %Y, %H:%M} UTC"


def _day(at: datetime) -> str:
    return f"{at:%d %B %Y}"
