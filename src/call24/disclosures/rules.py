"""What an entry of the register of disclosures may say, and until when it is kept. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import msgspec

from call24.disclosures.model import Disclosure, Entry, EntryKind, Given
from call24.kit.errors import Conflict, Invalid
from call24.kit.ids import UserId

KEPT_AFTER = timedelta(days=5 * 365 + 2)
GIVEN_MAX, HISTORY_MAX, NOTE_MAX, LINE_MAX = 200, 100, 2_000, 300
_SHA256 = re.compile(r"[0-9a-f]{64}")


def entered(disclosure: Disclosure, note: str) -> Disclosure:
    """With its first line. Raises: Invalid, naming every field that breaks a rule."""
    errors = [
        (name, f"one line of 1 to {LINE_MAX} printable characters")
        for name in ("authority", "legal_basis", "reference")
        if not 1 <= len(text := getattr(disclosure, name)) <= LINE_MAX or not text.isprintable()
    ]
    if not disclosure.requested_at <= disclosure.given_at <= disclosure.entered_at:
        errors.append(("given_at", "after it was asked for, and past"))
    if (disclosure.outcome == "refused") == bool(disclosure.given):
        errors.append(("given", "what was given; nothing where it was refused"))
    errors += [error for given in disclosure.given for error in _wrong(given)]
    if errors:
        raise Invalid(errors=errors)
    return _line(disclosure, "entered", disclosure.entered_at, disclosure.entered_by, note)


def corrected(
    before: Disclosure, at: datetime, by: UserId, note: str, *, secret: bool | None, secret_until: datetime | None
) -> Disclosure:
    """With another line; `secret` None: the secrecy stays. Raises: Invalid, Conflict (disclosure_history_full)."""
    if not note.strip():
        raise Invalid(errors=[("note", "what is to be corrected, or why the secrecy changes")])
    if len(before.history) >= HISTORY_MAX and secret is None:
        raise Conflict(f"An entry keeps {HISTORY_MAX} lines", code="disclosure_history_full")
    if secret is None:
        return _line(before, "corrected", at, by, note)
    return _line(msgspec.structs.replace(before, secret=secret, secret_until=secret_until), "secrecy", at, by, note)


def _line(disclosure: Disclosure, kind: EntryKind, at: datetime, by: UserId, note: str) -> Disclosure:
    note = note.strip()
    if len(note) > NOTE_MAX or not all(sign.isprintable() or sign in "\n\t" for sign in note):
        raise Invalid(errors=[("note", f"at most {NOTE_MAX} printable characters")])
    until = disclosure.secret_until
    if until is not None and not disclosure.secret:
        raise Invalid(errors=[("secret_until", "only where it is secret")])
    line = Entry(at=at, by=by, kind=kind, note=note, secret=disclosure.secret, secret_until=until)
    ends = max(disclosure.given_at, at if kind == "secrecy" else disclosure.given_at, until or disclosure.given_at)
    return msgspec.structs.replace(
        disclosure,
        history=(*disclosure.history, line),
        version=disclosure.version + 1 if disclosure.history else 1,
        delete_at=ends + KEPT_AFTER,
    )


def _wrong(given: Given) -> list[tuple[str, str]]:
    if len(given.name) > LINE_MAX or not given.name.isprintable():
        return [("given.name", f"one line of at most {LINE_MAX} printable characters")]
    if given.kind == "file":
        fine = not given.id and given.name and _SHA256.fullmatch(given.sha256)
        return [] if fine else [("given.sha256", "of a file: its name, and its SHA-256 as 64 hexadecimal digits")]
    if given.kind == "export" and given.sha256 and not _SHA256.fullmatch(given.sha256):
        return [("given.sha256", "the SHA-256 of the export's file as 64 hexadecimal digits, or nothing")]
    return (
        [] if given.id and (given.kind == "export" or not given.sha256) else [("given.id", f"the id of a {given.kind}")]
    )
