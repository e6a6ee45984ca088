"""Processors of an organisation, and what they answered to erasures, corrections and restrictions."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import Field

from call24.http.access import SERIALISED, Body, allowed, deleting
from call24.http.pagination import AskedDep, ms
from call24.http.provided import ClockDep
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.ids import ErasureNoticeId, ProcessorId
from call24.kit.instants import iso
from call24.processors.answers import (
    ErasureNoticeAnswer,
    ErasureNoticePage,
    ProcessorAnswer,
    ProcessorPage,
    ProcessorWithSecret,
    notice_view,
)
from call24.processors.dependencies import ErasureNoticesDep, ProcessorsDep
from call24.processors.model import PersonKind, Processor
from call24.processors.notices import ShownState

router = Router(prefix="/v1/processors", tags=["administration"])
notices = Router(prefix="/v1/erasure-notices", tags=["administration"])

Reader = Annotated[Principal, Depends(allowed("processors.read"))]
Writer = Annotated[Principal, Depends(allowed("processors.write"))]
Deleter = Annotated[Principal, Depends(deleting("processors.write"))]


class ProcessorChange(Body):
    """Settings of a processor. Fields that are left out stay as they are.

    `gets`: whose data it gets: of whom it is asked to erase. `data`: which, in words. `contact`: whom to ask at the
    processor. `country`: ISO 3166 code of where it is, which an organisation must state that states where its data is.
    """

    name: str = Field("", max_length=200)
    url: str = Field("", max_length=500)
    gets: list[PersonKind] = Field([], max_length=2)
    data: str = Field("", max_length=600)
    contact: str = Field("", max_length=600)
    country: str = Field("", max_length=2)

    def settings(self) -> dict[str, Any]:
        return {field: getattr(self, field) for field in self.model_fields_set}


class NewProcessor(ProcessorChange):
    """A new processor. `url`: an https address that is asked to erase a person's data."""

    name: str = Field(max_length=200)
    url: str = Field(max_length=500)
    gets: list[PersonKind] = Field(min_length=1, max_length=2)
    data: str = Field(max_length=600)


@router.get("", operation_id="processors_list")
async def list_processors(principal: Reader, processors: ProcessorsDep, asked: AskedDep) -> ProcessorPage:
    """Lists the processors that get the organisation's personal data, the oldest first, without their secrets."""
    found = await processors.all(principal.tenant_id)
    return asked.page(found, view, lambda one: (ms(one.created_at), one.id))


@router.post("", status_code=201, dependencies=SERIALISED, operation_id="processors_add")
async def add(body: NewProcessor, principal: Writer, processors: ProcessorsDep) -> ProcessorWithSecret:
    """Registers a processor. The answer has its `secret`, which is not shown again.

    From then on the erasure of a caller, or of a user's account, is passed on to it, and so are corrections and
    restrictions: a POST with the person's id and number or e-mail address, signed as webhooks are. A 2xx is its answer;
    otherwise it is asked again for 28 days. An organisation has at most 20 processors; one more is a 409 `too_many`.
    409 `transfer_not_registered`: `country` is in another region than the organisation's data, and no entry of the
    transfer register covers it.
    """
    made, secret = await processors.add(principal.tenant_id, principal.user_id, body.settings())
    return {**view(made), "secret": secret}


@router.get("/{processor_id}", operation_id="processors_read")
async def read(processor_id: str, principal: Reader, processors: ProcessorsDep) -> ProcessorAnswer:
    """Retrieves a processor, without its secret."""
    return view(await processors.get(principal.tenant_id, ProcessorId(processor_id)))


@router.patch("/{processor_id}", dependencies=SERIALISED, operation_id="processors_change")
async def change(
    processor_id: str, body: ProcessorChange, principal: Writer, processors: ProcessorsDep
) -> ProcessorAnswer:
    """Updates a processor. What it was asked already stays. 409 `transfer_not_registered`: as for a new one."""
    return view(await processors.change(principal.tenant_id, ProcessorId(processor_id), body.settings()))


@router.delete("/{processor_id}", status_code=204, dependencies=SERIALISED, operation_id="processors_remove")
async def remove(processor_id: str, principal: Deleter, processors: ProcessorsDep) -> None:
    """Deletes a processor. What it has not answered yet is given up; its answers stay."""
    await processors.remove(principal.tenant_id, ProcessorId(processor_id))


@router.post("/{processor_id}/secret", dependencies=SERIALISED, operation_id="processors_rotate_secret")
async def rotate_secret(processor_id: str, principal: Writer, processors: ProcessorsDep) -> ProcessorWithSecret:
    """Replaces a processor's secret and answers with the new one, which is shown only here.

    For 24 hours requests are signed with both secrets. 409 `old_secret_signs`: it was changed less than 24 hours ago.
    """
    made, secret = await processors.rotate(principal.tenant_id, ProcessorId(processor_id))
    return {**view(made), "secret": secret}


@notices.get("", operation_id="processors_list_notices")
async def list_notices(
    principal: Reader,
    erasure_notices: ErasureNoticesDep,
    clock: ClockDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    state: ShownState | None = None,
    person_id: Annotated[str | None, Query(max_length=64)] = None,
) -> ErasureNoticePage:
    """Lists what processors were told of persons whose data was erased, corrected or restricted, and their answers, the
    newest first.

    `person_id` filters by the id that the contact or account has or had. Notices are kept for three years.
    """
    page = await erasure_notices.page(principal.tenant_id, state=state, person_id=person_id, limit=limit, cursor=cursor)
    return {"items": [notice_view(one, clock.now()) for one in page.notices], "next": page.next}


@notices.get("/{notice_id}", operation_id="processors_read_notice")
async def read_notice(
    notice_id: str, principal: Reader, erasure_notices: ErasureNoticesDep, clock: ClockDep
) -> ErasureNoticeAnswer:
    """Retrieves what a processor was asked, and its answer."""
    return notice_view(await erasure_notices.get(principal.tenant_id, ErasureNoticeId(notice_id)), clock.now())


def view(processor: Processor) -> ProcessorAnswer:
    """Never a secret."""
    return {
        "id": processor.id,
        "name": processor.name,
        "url": processor.url,
        "gets": list(processor.gets),
        "data": processor.data,
        "contact": processor.contact,
        "country": processor.country,
        "secret_at": iso(processor.secret_at),
        "old_secret_until": iso(processor.old_until),
        "created_by": processor.created_by,
        "created_at": iso(processor.created_at),
    }
