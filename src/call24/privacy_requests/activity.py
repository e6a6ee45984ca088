"""What privacy requests tell the activity log, for officers: what a caller asked, and each step of the answer."""

from __future__ import annotations

from call24.kit.activity import NOTHING, ActivityEntry, ActivityQuestion, ActivitySource, Opens, Told, told_of
from call24.kit.mongo import Mongo
from call24.privacy_requests.model import Entry, PrivacyRequest

REQUESTS_MAX = 200
"""Of a person's or one number; of more, the newest."""
TOLD_ELSEWHERE = ("correct",)
"""Corrections are entries of their own, with what was corrected."""


class PrivacyRequestActivity:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def tell(self, question: ActivityQuestion) -> Told:
        """Raises: Unavailable."""
        if not question.subject.contact_ids:
            return NOTHING
        requests = self._mongo.tenant(question.viewer.tenant_id).collection(PrivacyRequest)
        rule = {"contact_id": {"$in": list(question.subject.contact_ids)}}
        found = await requests.find(rule, sort=[("received_at", -1)], limit=REQUESTS_MAX)
        return told_of(question, [entry for one in found for entry in _entries(one)])


def _entries(request: PrivacyRequest) -> list[ActivityEntry]:
    lines = enumerate(request.history)
    return [_entry(request, number, line) for number, line in lines if line.kind not in TOLD_ELSEWHERE]


def _entry(request: PrivacyRequest, number: int, line: Entry) -> ActivityEntry:
    return ActivityEntry(
        id=f"{request.id}.{number:04}",
        kind="privacy_request",
        what=line.kind,
        at=line.at,
        by=line.by,
        detail=request.kind,
        text=line.note or None,
        opens=Opens(kind="privacy_request", id=request.id),
        concerns=(request.contact_id,) if request.contact_id is not None else (),
    )


ACTIVITY = (
    ActivitySource(
        name="privacy requests",
        permission="privacy_requests.read",
        of=PrivacyRequestActivity,
        tell=PrivacyRequestActivity.tell,
    ),
)
