"""The callers' pages as HTML, without a script: the number, the code, and what is kept of who was let in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from call24.branding.pages import Masthead
from call24.call_records.kept_calls import KeptCall
from call24.call_records.model import CallRecord
from call24.consents.service import Standing
from call24.corrections.model import ContactCorrection, Correction
from call24.exports.model import Export, State
from call24.http.pages import page
from call24.kit.ids import CallId, UserId
from call24.privacy_requests.model import Kind, PrivacyRequest
from call24.privacy_requests.views import ANSWERS
from call24.recordings.model import Playback, Recording
from call24.restrictions.model import Restriction

TITLE = "Your data"
ASKED: Mapping[Kind, str] = {
    "access": "Send me a copy of my data",
    "objection": "Stop using my data: I object",
    "withdrawal": "Withdraw my consent",
    "restriction": "Keep my data and do not use it",
    "deletion": "Delete my data",
    "complaint": "Complain",
}
WRONG_MAX = 500
"""Characters of what a caller says is wrong."""


_LISTENERS: Mapping[str, str] = {"agent": "another agent", "supervisor": "a supervisor"}
"""Roles that many have. Others are held by one or two, whom the role would name."""


def place(public_id: str, *more: str) -> str:
    """The path of a page."""
    return "/".join(("/rights", public_id, *more))


def number_page(public_id: str, organisation: str, problem: str = "", *, brand: Masthead) -> str:
    said = (
        f"<p>{escape(organisation)} keeps data of people who call. To see yours, enter the number that you called "
        "from. If it has called here, you get a call at once that says a code of six digits.</p>"
    )
    form = (
        '<label>Your number, with its country code<br><input name="number" type="tel" autocomplete="tel" '
        'maxlength="40" required></label> <button>Call me</button>'
    )
    body = _problem(problem) + said + _form(public_id, "call", form) + _written()
    return page(TITLE, body, head=brand.head, top=brand.top)


def code_page(public_id: str, visit: str, problem: str = "", *, brand: Masthead) -> str:
    said = (
        "<p>If this number has called here, it is being called now. Type the code that you hear, within ten "
        "minutes. It works once, and after three wrong codes no more.</p>"
    )
    form = (
        f'<input type="hidden" name="visit" value="{escape(visit, quote=True)}">'
        '<label>Code<br><input name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required>'
        "</label> <button>Continue</button>"
    )
    again = f'<p><a href="{place(public_id)}">No call came, or begin again</a></p>'
    body = _problem(problem) + said + _form(public_id, "code", form) + again + _written()
    return page(TITLE, body, head=brand.head, top=brand.top)


def data_page(
    public_id: str,
    organisation: str,
    name: str,
    calls: Sequence[CallRecord | KeptCall],
    recordings: Mapping[CallId, Recording],
    heard: Mapping[CallId, Sequence[Playback]],
    requests: Sequence[PrivacyRequest],
    purposes: Sequence[Standing],
    file: Export | None,
    told: Sequence[str],
    roles: Mapping[UserId, str],
    restrictions: Sequence[Restriction],
    problem: str = "",
    *,
    brand: Masthead,
) -> str:
    """`heard`: who played the recording of each call. `roles`: of those who are users now; no name is needed."""
    rows = "".join(_call(public_id, call, recordings.get(call.id), heard.get(call.id, ()), roles) for call in calls)
    table = (
        "<table><tr><th>Call</th><th>Direction</th><th>Outcome</th><th>Recording</th><th>Listened to</th></tr>"
        f"{rows}</table>{_who_listened(heard)}"
        if rows
        else "<p>No call record is kept.</p>"
    )
    entries = "".join(f"<li>{escape(one)}</li>" for one in told)
    given = f"<h2>What authorities were given</h2><ul>{entries}</ul>" if told else ""
    buttons = "".join(
        _form(public_id, "request", f'<input type="hidden" name="kind" value="{kind}"><button>{text}</button>')
        for kind, text in ASKED.items()
    )
    out = _form(public_id, "leave", "<button>Close this page</button>")
    return page(
        TITLE,
        f"{_problem(problem)}<p>What {escape(organisation)} keeps of calls with your number.</p>"
        f"{restricted_part(restrictions)}"
        f"<h2>Your name</h2>{name}<h2>Calls</h2>{table}{given}<h2>Your file</h2>{_file(public_id, file)}"
        f"<h2>What your data is used for</h2>{_purposes(public_id, purposes)}"
        f"<h2>What you can ask</h2>{_correction(public_id)}{buttons}<h2>What you asked</h2>{_requests(requests)}{out}",
        head=brand.head,
        top=brand.top,
    )


def restricted_part(restrictions: Sequence[Restriction]) -> str:
    """Since when the data of the caller is restricted, or was; empty where it never was."""
    lines = []
    for one in restrictions:
        if one.lifted_at is None:
            told = "" if one.told_at is None else f" You were told on {one.told_at:%Y-%m-%d} that this will end."
            said = f"Since {one.set_at:%Y-%m-%d}: it is kept, and nobody who answers your calls sees it.{told}"
        else:
            said = f"From {one.set_at:%Y-%m-%d} to {one.lifted_at:%Y-%m-%d}."
        lines.append(f"<li>{said}</li>")
    if not lines:
        return ""
    now = any(one.lifted_at is None for one in restrictions)
    title = "Your data is restricted" if now else "Your data was restricted"
    return f"<h2>{title}</h2><ul>{''.join(lines)}</ul>"


def name_part(name: str | None, corrected: Sequence[Correction]) -> str:
    """What the caller is called, and each time that it was corrected."""
    said = f"<p>{escape(name)}</p>" if name else "<p>No name is kept.</p>"
    lines = "".join(f"<li>{escape(_corrected(one))}</li>" for one in corrected)
    return said + (f"<p>Corrected:</p><ul>{lines}</ul>" if lines else "")


def _corrected(one: Correction) -> str:
    if isinstance(one, ContactCorrection) and one.person_id is not None:
        line = f"{one.at:%Y-%m-%d}: {one.field} corrected in the address book"  # what it says may be another's
    else:
        line = f"{one.at:%Y-%m-%d}: {one.old or 'no name'} became {one.new or 'no name'}"
    return f"{line}. {one.why}" if one.why else line


def _correction(public_id: str) -> str:
    wrong = (
        '<input type="hidden" name="kind" value="correction"><label>What is wrong, and what is right<br>'
        f'<textarea name="note" rows="3" maxlength="{WRONG_MAX}" required></textarea></label> '
        "<button>Correct my data</button>"
    )
    return _form(public_id, "request", wrong)


def _purposes(public_id: str, purposes: Sequence[Standing]) -> str:
    """One button each: to say no takes as many steps as to agree."""
    return "".join(_purpose(public_id, one) for one in purposes)


def _purpose(public_id: str, standing: Standing) -> str:
    declared, entry = standing.declared, standing.entry
    act, words = ("refuse", "Stop this") if standing.allowed else ("grant", "Allow this again")
    how = "Allowed" if standing.allowed else "Stopped"
    since = ""
    if entry is not None:
        link = f'<a href="{place(public_id, "receipts", entry.id)}">receipt</a>'
        since = f" since {entry.at:%Y-%m-%d %H:%M} UTC ({link})"
    form = (
        f'<input type="hidden" name="purpose" value="{declared.purpose}">'
        f'<input type="hidden" name="hash" value="{declared.text.hash}">'
        f'<button name="act" value="{act}">{words}</button>'
    )
    return (
        f"<h3>{escape(declared.title)}</h3><p>{escape(declared.text.text)}</p><p>{how}{since}.</p>"
        f"{_form(public_id, 'consent', form)}"
    )


def _file(public_id: str, file: Export | None) -> str:
    """All of it as a ZIP: to be made, on its way, or to be fetched."""
    said = "<p>All that is kept of you, as a ZIP: records of calls, recordings, and what else there is.</p>"
    if file is None or file.state in (State.FAILED, State.CANCELLED):
        failed = "" if file is None else "<p>It could not be made.</p>"
        return said + failed + _form(public_id, "file", "<button>Download my data</button>")
    if file.state is State.RUNNING:
        return f'{said}<p>It is being made. <a href="{place(public_id)}">See whether it is ready</a></p>'
    until = f"{file.delete_at:%Y-%m-%d %H:%M} UTC"
    return f'{said}<p><a href="{place(public_id, "file")}">Download my data</a> (until {until})</p>'


def _call(
    public_id: str,
    call: CallRecord | KeptCall,
    recording: Recording | None,
    heard: Sequence[Playback],
    roles: Mapping[UserId, str],
) -> str:
    link = "" if recording is None else f'<a href="{place(public_id, "recordings", recording.id)}">download</a>'
    times = "<br>".join(f"{one.at:%Y-%m-%d %H:%M} UTC, by {listener(call, one.user_id, roles)}" for one in heard)
    outcome = "only its recording is kept" if isinstance(call, KeptCall) else call.outcome
    cells = (f"{call.arrived_at:%Y-%m-%d %H:%M} UTC", escape(call.direction), escape(outcome), link, times)
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def listener(call: CallRecord | KeptCall, user_id: UserId, roles: Mapping[UserId, str]) -> str:
    """What somebody who played a recording was to the call, or is in the organisation: never who it was."""
    if call.had(user_id):
        return "an agent who had the call"
    return _LISTENERS.get(roles.get(user_id, ""), "another user") if user_id in roles else "a former user"


def _who_listened(heard: Mapping[CallId, Sequence[Playback]]) -> str:
    return "<p>Whoever listened at work is not named to you.</p>" if any(heard.values()) else ""


def _requests(requests: Sequence[PrivacyRequest]) -> str:
    if not requests:
        return "<p>Nothing yet.</p>"
    items = []
    for one in sorted(requests, key=lambda request: request.received_at, reverse=True):
        answers = [line.note for line in one.history if line.kind in ANSWERS and line.note]
        said = f"{one.received_at:%Y-%m-%d}: {one.kind}, {one.state}, to be answered by {one.due_at:%Y-%m-%d}"
        items.append(f"<li>{escape('. '.join([said, one.extension, *answers]).rstrip('. '))}</li>")
    return f"<ul>{''.join(items)}</ul>"


def _form(public_id: str, action: str, inner: str) -> str:
    return f'<form method="post" action="{place(public_id, action)}">{inner}</form>'


def _problem(text: str) -> str:
    return f'<p role="alert"><strong>{escape(text)}</strong></p>' if text else ""


def _written() -> str:
    return "<p>You can also write to us: the privacy policy says where.</p>"
