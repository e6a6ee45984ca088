"""The privacy policy: what an organisation states in it, what a user accepts, and the public pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import Field

from call24.http.access import Body, allowed
from call24.http.router import Router
from call24.identity.api.tokens import InApp
from call24.identity.model import Principal
from call24.kit.instants import iso
from call24.policy.answers import MyPolicy, PolicyAcceptanceAnswer, PolicyStatements, PolicyVersion
from call24.policy.dependencies import PoliciesDep
from call24.policy.model import PolicyAcceptance, PolicySettings
from call24.policy.pages import place
from call24.policy.rules import chosen
from call24.policy.service import PolicyPdf
from call24.policy.texts import Row, Version
from call24.privacy.answers import KeptData

router = Router(prefix="/v1", tags=["administration"])
public = Router(prefix="/policy", include_in_schema=False)

_KEPT = {"Cache-Control": "public, max-age=60", "Vary": "Accept-Language"}


class PolicyChange(Body):
    """What the organisation states in its policy. Fields that are left out stay; an empty one is taken back.

    All of it is published.
    """

    controller: str = Field("", max_length=400)
    postal_address: str = Field("", max_length=400)
    contact: str = Field("", max_length=400)
    officer: str = Field("", max_length=400)
    authority: str = Field("", max_length=400)
    data_region: str = Field("", max_length=2)

    def settings(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in self.model_fields_set}


class Acceptance(Body):
    """The version that the user has read: `current` of `GET /v1/me/policy`."""

    version: str = Field(max_length=10)
    hash: str = Field(max_length=64)


@router.get("/organisation/policy", operation_id="policy_read_statements")
async def statements(
    principal: Annotated[Principal, Depends(allowed("organisation.read"))], policies: PoliciesDep
) -> PolicyStatements:
    """Retrieves what the organisation states in its privacy policy, and where the policy is published."""
    return _statements(await policies.settings(principal.tenant_id))


@router.patch("/organisation/policy", operation_id="policy_change_statements")
async def change(
    body: PolicyChange,
    principal: Annotated[Principal, Depends(allowed("organisation.write"))],
    policies: PoliciesDep,
) -> PolicyStatements:
    """Updates what the organisation states in its privacy policy. The public page shows it at once.

    409 `transfer_not_registered`: the installation's database or mail server is in another region than `data_region`,
    and no entry of the transfer register covers it.
    """
    return _statements(await policies.change(principal.tenant_id, **body.settings()))


@router.get("/me/policy", tags=["session"], operation_id="policy_read_mine")
async def mine(principal: InApp, policies: PoliciesDep) -> MyPolicy:
    """Retrieves the version of the policy that applies, and its text while the current user is to accept it."""
    state = await policies.state(principal.tenant_id, principal.user_id)
    return {
        "current": _version(state.current, state.public_id),
        "upcoming": None if state.upcoming is None else _version(state.upcoming, state.public_id),
        "to_accept": state.due,
        "text": [{"kind": block.kind, "cells": list(block.cells)} for block in state.text],
        "kept": [kept_data(row) for row in state.current.tables.users],
        "accepted": [_acceptance(one) for one in state.accepted],
    }


@router.post("/me/policy/acceptances", status_code=201, tags=["session"], operation_id="policy_accept")
async def accept(body: Acceptance, principal: InApp, policies: PoliciesDep) -> PolicyAcceptanceAnswer:
    """Accepts the version of the policy that applies. Accepting it again answers with the first acceptance.

    409 policy_outdated: another version applies, or its text is another.
    """
    return _acceptance(await policies.accept(principal.tenant_id, principal.user_id, body.version, body.hash))


def _language(request: Request) -> str:
    """By the link, or as the browser prefers; the text that applies for whoever prefers neither."""
    return chosen(request.query_params.get("language", ""), request.headers.get("accept-language", ""))


LanguageDep = Annotated[str, Depends(_language)]


@public.get("/{public_id}", operation_id="policy_page")
async def page(public_id: str, policies: PoliciesDep, language: LanguageDep) -> HTMLResponse:
    return HTMLResponse(await policies.page(public_id, language=language), headers=_KEPT)


@public.get("/{public_id}/pdf", operation_id="policy_pdf")
async def pdf(public_id: str, request: Request, policies: PoliciesDep, language: LanguageDep) -> Response:
    return _pdf(await policies.pdf(public_id, language=language), request)


@public.get("/{public_id}/{version}", operation_id="policy_page_of_version")
async def page_of_version(public_id: str, version: str, policies: PoliciesDep, language: LanguageDep) -> HTMLResponse:
    return HTMLResponse(await policies.page(public_id, version, language=language), headers=_KEPT)


@public.get("/{public_id}/{version}/pdf", operation_id="policy_pdf_of_version")
async def pdf_of_version(
    public_id: str, version: str, request: Request, policies: PoliciesDep, language: LanguageDep
) -> Response:
    return _pdf(await policies.pdf(public_id, version, language=language), request)


@public.get("/{public_id}/{version}/changes", operation_id="policy_page_of_changes")
async def page_of_changes(public_id: str, version: str, policies: PoliciesDep, language: LanguageDep) -> HTMLResponse:
    return HTMLResponse(await policies.page(public_id, version, changes=True, language=language), headers=_KEPT)


def _pdf(made: PolicyPdf, request: Request) -> Response:
    tag = f'"{made.tag}"'
    name = f"privacy-policy-{made.version}-{made.language}.pdf"
    headers = {**_KEPT, "ETag": tag, "Content-Language": made.language}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(
        made.data,
        media_type="application/pdf",
        headers={**headers, "Content-Disposition": f'attachment; filename="{name}"'},
    )


def _statements(settings: PolicySettings) -> PolicyStatements:
    return {
        "controller": settings.controller,
        "postal_address": settings.postal_address,
        "contact": settings.contact,
        "officer": settings.officer,
        "authority": settings.authority,
        "data_region": settings.data_region,
        "address": place(settings.public_id),
    }


def kept_data(row: Row) -> KeptData:
    return {
        "what": row.what,
        "purposes": list(row.purposes),
        "kept": list(row.kept),
        "basis": list(row.basis),
        "recipients": list(row.recipients),
    }


def _version(one: Version, public_id: str) -> PolicyVersion:
    return {
        "version": one.version,
        "effective": one.effective.isoformat(),
        "material": one.material,
        "hash": one.hash,
        "address": place(public_id, one.version),
    }


def _acceptance(one: PolicyAcceptance) -> PolicyAcceptanceAnswer:
    return {"id": one.id, "version": one.version, "language": one.language, "hash": one.hash, "at": iso(one.at)}
