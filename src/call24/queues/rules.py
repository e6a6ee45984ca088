"""What the settings of queues and of opening hours may be. Pure, but for the machine's list of time zones."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import get_args

import msgspec

from call24.kit.errors import Conflict, Invalid
from call24.kit.ids import DispositionId, FlowId, HoursId, QueueId, TenantId, UserId
from call24.queues.hours import DAYS, MIDNIGHT_AFTER, Hours, Span, minutes
from call24.queues.model import (
    Disposition,
    Queue,
    Recording,
    Strategy,
    ToFlow,
    ToHangUp,
    ToQueue,
    ToVoicemail,
    Way,
)
from call24.tenants.rules import is_timezone
from call24.tenants.skills import LEVELS, SkillNeed

Error = tuple[str, str]
UsedBy = Callable[[TenantId, str], Sequence[str]]
"""The names of what uses a thing with this id; empty: nothing does."""

SECONDS = {
    "offer_s": (5, 120),
    "max_wait_s": (0, 7200),
    "wrap_up_s": (0, 3600),
    "service_level_s": (1, 3600),
    "announce_every_s": (15, 600),
    "auto_resume_s": (0, 3600),
    "sticky_wait_s": (0, 600),
    "keep_place_s": (0, 3600),
    "callback_expires_s": (300, 604_800),
    "callback_retry_s": (30, 86_400),
    "callback_ring_s": (10, 120),
    "task_offer_s": (10, 600),
}
NUMBERS = {
    "priority": (0, 100),
    "auto_pause_after": (0, 100),
    "sticky_days": (0, 365),
    "callback_attempts": (1, 20),
    "tasks_at_once": (1, 20),
}
MAX_WAITING = range(10_001)
ALERT_WAIT_S, ALERT_WAITING = range(10, 7201), range(1, 1001)
CHOICES = {"strategy": get_args(Strategy), "record": get_args(Recording), "disposition": get_args(Disposition)}
MEMBERS_MAX, RING_ALL_MAX, SKILLS_MAX, DISPOSITIONS_MAX = 1000, 50, 20, 200
OPENINGS_MAX, HOLIDAYS_MAX, SPANS_MAX, HOLIDAY_SPANS_MAX = 140, 500, 20, 500
"""HOLIDAY_SPANS_MAX: of all holidays of one document together."""
QUEUES_MAX, HOURS_MAX = 200, 50
"""Of one organisation: each look at them, and each change of one, costs all others time in proportion."""
EXIT_NAMES = ("max_wait", "full", "nobody", "closed")

NEW_RECORD: Recording = "never"
"""A queue records nothing until somebody says what it should record."""
REASON_MAX, REASON_WORDS = 500, 3
SAYS_RECORDING = ("record", "record_announcement", "not_announced_because")

_SOUND = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_WALL = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class QueueReferences(msgspec.Struct, frozen=True, kw_only=True):
    """What exists in the organisation, as far as a queue may name it. None: not known here, so not checked."""

    users: Collection[UserId] | None = None
    queues: Mapping[QueueId, Queue] = {}
    hours: Collection[HoursId] = frozenset()
    flows: Collection[FlowId] | None = None
    dispositions: Collection[DispositionId] | None = None
    prompts: Collection[str] | None = None


def name_key(name: str) -> str:
    """The name as it is compared within an organisation."""
    return name.casefold()


def tidy(name: str) -> str:
    return " ".join(name.split())


def check_unused(users: Sequence[str], code: str) -> None:
    """Raises: Conflict, saying what uses the thing."""
    if users:
        raise Conflict(f"It is used by {', '.join(users[:5])}: change this first", code=code)


def checked(queue: Queue, known: QueueReferences) -> Queue:
    """Raises: Invalid, naming every field that breaks a rule."""
    errors = [*_of_name(queue.name), *_of_ranges(queue), *_of_team(queue, known), *_of_skills(queue.skills)]
    if not _SOUND.fullmatch(queue.music):
        errors.append(("music", "the name of a music class: small letters, digits, dashes"))
    if queue.hours_id is not None and queue.hours_id not in known.hours:
        errors.append(("hours_id", "opening hours of this organisation"))
    for reason in EXIT_NAMES:
        errors += _of_way(f"exits.{reason}", getattr(queue.exits, reason), known)
    errors += [(f"exits.{reason}", "would lead back to this queue") for reason in _circles(queue, known.queues)]
    if errors:
        raise Invalid(errors=errors)
    return queue


def check_announced(queue: Queue) -> None:
    """Raises: Invalid (code recording_not_announced) where callers are recorded unheard and without a reason."""
    if queue.record == "always" and not queue.record_announcement and queue.not_announced_because is None:
        raise Invalid(
            "A queue that records every call announces it: switch `record_announcement` on, or say in "
            "`not_announced_because` why callers need not hear it, or do not record `always`",
            code="recording_not_announced",
            errors=[("record_announcement", "must be on, or `not_announced_because` says why not")],
        )


def ways(queue: Queue) -> dict[str, Way]:
    return {reason: getattr(queue.exits, reason) for reason in EXIT_NAMES}


def named(queue: Queue) -> set[str]:
    """The ids and sounds that a queue names."""
    found: set[str] = {*queue.members, *queue.dispositions}
    if queue.hours_id is not None:
        found.add(queue.hours_id)
    for way in ways(queue).values():
        match way:
            case ToQueue(queue_id=queue_id):
                found.add(queue_id)
            case ToFlow(flow_id=flow_id):
                found.add(flow_id)
            case ToVoicemail(prompt=prompt) | ToHangUp(prompt=prompt):
                found |= {prompt} if prompt else set()
    return found


def _of_name(name: str) -> Iterator[Error]:
    if not 1 <= len(name) <= 100 or not name.isprintable() or name != tidy(name):
        yield "name", "1 to 100 printable characters"


def _of_ranges(queue: Queue) -> Iterator[Error]:
    for field, (low, high) in SECONDS.items():
        if not low <= getattr(queue, field) <= high:
            yield field, f"{low} to {high} seconds"
    for field, (low, high) in NUMBERS.items():
        if not low <= getattr(queue, field) <= high:
            yield field, f"{low} to {high}"
    for field, choices in CHOICES.items():
        if getattr(queue, field) not in choices:
            yield field, f"{', '.join(choices[:-1])} or {choices[-1]}"
    if (reason := queue.not_announced_because) is not None and not _is_reason(reason):
        yield "not_announced_because", f"a reason in {REASON_WORDS} words or more, at most {REASON_MAX} characters"
    if queue.recording_days is not None and not 1 <= queue.recording_days <= 3650:
        yield "recording_days", "1 to 3650 days, or null: as the organisation says"
    if queue.max_waiting is not None and queue.max_waiting not in MAX_WAITING:
        yield "max_waiting", f"{MAX_WAITING[0]} to {MAX_WAITING[-1]}, or none"
    for name, allowed in (("alert_wait_s", ALERT_WAIT_S), ("alert_waiting", ALERT_WAITING)):
        given = getattr(queue, name)
        if given is not None and given not in allowed:
            yield name, f"{allowed[0]} to {allowed[-1]}, or none"


def _is_reason(text: str) -> bool:
    return len(text.split()) >= REASON_WORDS and len(text) <= REASON_MAX and text.isprintable()


def _of_team(queue: Queue, known: QueueReferences) -> Iterator[Error]:
    if len(queue.members) > MEMBERS_MAX:
        yield "members", f"at most {MEMBERS_MAX}"
    elif queue.strategy == "ring_all" and len(queue.members) > RING_ALL_MAX:
        yield "strategy", f"at most {RING_ALL_MAX} members can ring at once"
    strangers = known.users is not None and any(member not in known.users for member in queue.members)
    if strangers or len(set(queue.members)) != len(queue.members):
        yield "members", "different users of this organisation"
    if len(queue.dispositions) > DISPOSITIONS_MAX or len(set(queue.dispositions)) != len(queue.dispositions):
        yield "dispositions", f"at most {DISPOSITIONS_MAX}, each once"
    elif known.dispositions is not None and any(one not in known.dispositions for one in queue.dispositions):
        yield "dispositions", "dispositions of this organisation"


def _of_skills(skills: Sequence[SkillNeed]) -> Iterator[Error]:
    if len(skills) > SKILLS_MAX or len({need.name for need in skills}) != len(skills):
        yield "skills", f"at most {SKILLS_MAX}, each once"
    for need in skills:
        if not 1 <= len(need.name) <= 60 or not need.name.isprintable() or need.name != tidy(need.name):
            yield "skills", "a skill's name is 1 to 60 printable characters"
        if need.level not in LEVELS:
            yield "skills", f"a level from {LEVELS[0]} to {LEVELS[-1]}"
        if need.relax_after_s is not None and not 0 <= need.relax_after_s <= 86_400:
            yield "skills", "relaxes after 0 to 86400 seconds, or never"


def _of_way(field: str, way: Way, known: QueueReferences) -> Iterator[Error]:
    match way:
        case ToQueue(queue_id=queue_id) if queue_id not in known.queues:
            yield field, "a queue of this organisation"
        case ToFlow(flow_id=flow_id) if known.flows is not None and flow_id not in known.flows:
            yield field, "a published flow of this organisation"
        case ToVoicemail(prompt=str(prompt)) | ToHangUp(prompt=str(prompt)):
            if not _SOUND.fullmatch(prompt) or (known.prompts is not None and prompt not in known.prompts):
                yield field, "a prompt of this organisation, or a built-in sound"
        case _:
            pass


def _circles(queue: Queue, queues: Mapping[QueueId, Queue]) -> Iterator[str]:
    """The ways out by which a caller could come back to this queue, from queue to queue."""
    for reason, way in ways(queue).items():
        seen: set[QueueId] = set()
        ahead = [way]
        while ahead:
            match ahead.pop():
                case ToQueue(queue_id=queue_id) if queue_id == queue.id:
                    yield reason
                    break
                case ToQueue(queue_id=queue_id) if queue_id in queues and queue_id not in seen:
                    seen.add(queue_id)
                    ahead += ways(queues[queue_id]).values()
                case _:
                    pass


# --- opening hours ---


def check_room(have: int, most: int, what: str) -> None:
    """Raises: Conflict (code too_many)."""
    if have >= most:
        raise Conflict(f"There are {most} {what} already, the most that an organisation can have", code="too_many")


def checked_hours(hours: Hours) -> Hours:
    """Raises: Invalid, naming every field that breaks a rule."""
    errors = [*_of_name(hours.name)]
    if hours.timezone is not None and not is_timezone(hours.timezone):
        errors.append(("timezone", "a time zone name, such as Europe/London"))
    if len(hours.weekly) > OPENINGS_MAX:
        errors.append(("weekly", f"at most {OPENINGS_MAX}"))
    if any(opening.day not in DAYS for opening in hours.weekly):
        errors.append(("weekly", f"days are {', '.join(DAYS)}"))
    errors += _of_spans("weekly", hours.weekly)
    if len(hours.holidays) > HOLIDAYS_MAX or len({holiday.on for holiday in hours.holidays}) != len(hours.holidays):
        errors.append(("holidays", f"at most {HOLIDAYS_MAX}, each date once"))
    if sum(len(holiday.spans) for holiday in hours.holidays) > HOLIDAY_SPANS_MAX:
        errors.append(("holidays", f"at most {HOLIDAY_SPANS_MAX} opening times on all holidays together"))
    for holiday in hours.holidays:
        if not _is_date(holiday.on):
            errors.append(("holidays", "dates are written as 2026-12-25"))
        if len(holiday.name) > 100 or not holiday.name.isprintable():
            errors.append(("holidays", "a name of at most 100 printable characters"))
        if len(holiday.spans) > SPANS_MAX:
            errors.append(("holidays", f"at most {SPANS_MAX} times a day"))
        errors += _of_spans("holidays", holiday.spans)
    if errors:
        raise Invalid(errors=list(dict.fromkeys(errors)))
    return hours


def _of_spans(field: str, spans: Iterable[Span]) -> Iterator[Error]:
    for span in spans:
        if not _WALL.fullmatch(span.opens) or not (_WALL.fullmatch(span.closes) or span.closes == MIDNIGHT_AFTER):
            yield field, "times are written as 09:00; a day ends at 24:00"
        elif minutes(span.opens) == minutes(span.closes):
            yield field, "opens and closes at the same time: a whole day is 00:00 to 24:00"


def _is_date(text: str) -> bool:
    try:
        return _DATE.fullmatch(text) is not None and date.fromisoformat(text) is not None
    except ValueError:
        return False
