"""Examples for the API's description: what tests ask and are answered, but for ids and secrets.

Most come from the matrix; those of `ELSEWHERE` from whichever test asks for them with success. With
`CALL24_RECORD_EXAMPLES=1` they are written anew; otherwise what is answered must look like the example.
"""

from __future__ import annotations

import json
import re
from itertools import count
from typing import Any

from call24.server.openapi import EXAMPLES, MAPS

_ID = re.compile(r"\b([a-z]{3,4})_[0-9a-hjkmnp-tv-z]{26}\b")
_DAY = re.compile(r"\b20\d\d-\d\d-\d\d(?=T\d\d:|$)")
_TIME = re.compile(r"(T\d\d:\d\d):\d\d\.\d+")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_IN_ONE_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_MADE = re.compile(r"-[0-9a-f]{8}@example\.com|person-\d+@|guest-\d+@")
_RANDOM = re.compile(r"(?<![\w/.-])(?=[\w+/=|-]*\d)(?=[\w+/=|-]*[A-Za-z])[\w+/=|-]{20,}(?![\w.-])")
_NUMBER, _PLACE = re.compile(r"\+4420794\d{5}\b"), re.compile(r"\b192\.0\.\d+\.\d+\b")
_THING = re.compile(r"\bThing \d+\b")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
SECRET = "not-a-real-secret"
_ELSEWHERE = """
    agents_end_offer auth_setup avatars_set_mine branding_read_dark_logo branding_read_logo branding_remove_dark_logo
    branding_remove_logo branding_set_dark_logo branding_set_logo broadcasting_authorise broadcasting_authorise_user
    call_control_cancel_consult call_control_complete_transfer call_control_conference call_control_drop_party
    call_control_pause_recording call_control_resume call_control_resume_recording call_control_swap call_control_unmute
    calls_explain_routing calls_set_disposition erasure_receipts_read identity_provider_begin_linking
    identity_provider_begin_sign_in identity_provider_complete_sign_in installation_read_checks installation_run_checks
    invitations_accept invitations_read
    mfa_begin_setup mfa_confirm_setup mfa_renew_recovery_codes monitoring_monitor monitoring_stop monitoring_take_over
    policy_accept
    passkeys_add passkeys_begin_registration passkeys_begin_sign_in passkeys_begin_step_up passkeys_sign_in
    people_set_picture phone_uploads_create phone_uploads_start phone_uploads_undo
    prompts_add_prompt recovery_change_email recovery_complete_reset recovery_confirm_email recovery_request_reset
    sanctum_issue staffing_read_curve
"""
ELSEWHERE = frozenset(_ELSEWHERE.split())
"""Operations whose success needs what the matrix does not have: a letter, an authenticator, a call on hold, a file."""


class MadeUp:
    """The same id is the same everywhere in one example."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}
        self._count = count(1)

    def of(self, value: Any) -> Any:
        match value:
            case dict():
                counted = {name: 17 for name in ("seq", "next") if isinstance(value.get(name), int)}
                return {self._text(name): self.of(inner) for name, inner in value.items()} | counted
            case list():
                return [self.of(inner) for inner in value[:2]]
            case str():
                return self._text(value)
            case _:
                return value

    def _text(self, text: str) -> str:
        text = _ID.sub(self._id, text)
        if text.isdigit():
            return "17"
        text = _PLACE.sub("192.0.2.1", _NUMBER.sub("+442079400001", text))
        text = _MADE.sub("@example.com", text)
        text = _TIME.sub(r"\1:00.000", _DAY.sub("2026-11-24", text))
        text = _THING.sub("Thing", text)
        return _RANDOM.sub(lambda found: found[0] if _ID.fullmatch(found[0]) else SECRET, text)

    def _id(self, found: re.Match[str]) -> str:
        if found[0] not in self._ids:
            self._ids[found[0]] = f"{found[1]}_01k9b3h6f8j2m4n6p8q0r2t4{next(self._count):02d}"
        return self._ids[found[0]]


def alike(told: Any, example: Any, place: str = "") -> list[str]:
    """Where an answer lacks fields that the example has, by place. More of them may come, as the API promises."""
    match told, example:
        case dict(), dict():
            key = place.rpartition(".")[2]
            if key in MAPS or not all(_NAME.fullmatch(name) for name in [*told, *example]):
                return []
            odd = [f"{place}.{name}" for name in sorted(example.keys() - told.keys())]
            both = told.keys() & example.keys()
            return odd + [one for name in sorted(both) for one in alike(told[name], example[name], f"{place}.{name}")]
        case list(), list() if told and example:
            return alike(told[0], example[0], f"{place}.item")
        case _:
            return []


LOCAL = {".starts", ".items.item.starts"}
"""Local times, without an offset: a recurring task starts at nine o'clock, whatever the offset is then."""


def instants_of_another_form(told: Any, place: str = "") -> list[str]:
    """Where an answer has an instant that is not RFC 3339 in UTC with milliseconds and `Z`."""
    match told:
        case dict():
            return [one for name, value in told.items() for one in instants_of_another_form(value, f"{place}.{name}")]
        case list():
            return [one for value in told for one in instants_of_another_form(value, f"{place}.item")]
        case str() if place not in LOCAL and _INSTANT.match(told) and not _IN_ONE_FORM.fullmatch(told):
            return [f"{place}: {told}"]
        case _:
            return []


def known() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(EXAMPLES.read_text()) if EXAMPLES.exists() else {}
    return found


def write(examples: dict[str, Any]) -> None:
    """Those of other operations stay."""
    whole = {**known(), **examples}
    EXAMPLES.write_text(json.dumps(dict(sorted(whole.items())), indent=1, ensure_ascii=False) + "\n")
