"""Connections to CRMs: settings, preview, what is in step, and the records of a person."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from pydantic import Field

from call24.contacts.dependencies import ContactsDep
from call24.crm.answers import (
    CrmConnectionAnswer,
    CrmConnectionPage,
    CrmConnectionWithCounts,
    CrmConnectionWithWebhook,
    CrmJobPage,
    CrmLinkAnswer,
    CrmLinkPage,
    CrmPersonRecords,
    CrmPreview,
    job_view,
    link_view,
    preview_view,
    view,
)
from call24.crm.dependencies import CrmConnectionsDep, CrmWebhooksDep
from call24.crm.model import CrmConnection, CrmKind, JobState, LinkState, Rule, Side, Wish
from call24.crm.service import CrmConnections
from call24.crm.webhook_body import BODY_MAX
from call24.http.access import SERIALISED, Body, allowed, client_address, deleting
from call24.http.pagination import AskedDep, ms
from call24.http.problems import problem
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.errors import Invalid
from call24.kit.ids import ContactId, CrmConnectionId, CrmLinkId, PersonId
from call24.people.dependencies import PeopleDep
from call24.restrictions.service import data_restricted

router = Router(prefix="/v1/crm-connections", tags=["administration"])
records = Router(prefix="/v1/crm-records", tags=["administration"])
inbound = Router(prefix="/v1/crm-webhooks", tags=["administration"], include_in_schema=False)

Reader = Annotated[Principal, Depends(allowed("crm.read"))]
Writer = Annotated[Principal, Depends(allowed("crm.write"))]
Deleter = Annotated[Principal, Depends(deleting("crm.write"))]
PeopleReader = Annotated[Principal, Depends(allowed("people.read"))]
_Name = Annotated[str, Field(max_length=64)]
_Path = Annotated[str, Field(max_length=400)]


class CrmFieldMappingBody(Body):
    """A field of a person, and where the record has it. `rule`: whose value counts where both sides changed it."""

    field: str = Field(max_length=80)
    remote: str = Field(max_length=280)
    rule: Rule = "ask"


class CrmShapeBody(Body):
    """How the CRM's REST interface names things. What is left out is named as in the guide; empty: there is none."""

    records_path: _Path = "/contacts"
    calls_path: _Path = "/calls"
    items: _Name = "items"
    more: _Name = "more"
    since: _Name = "changed_since"
    after: _Name = "after_id"
    limit: _Name = "limit"
    id: _Name = "id"
    changed_at: _Name = "updated_at"
    version: _Name = "version"
    deleted: _Name = "deleted"
    key: _Name = "external_key"
    by_number: _Name = "number"
    objection_field: _Name = ""
    link_template: _Path = ""


class CrmTrytonBody(Body):
    """`login`: Tryton's user. `objection_category`: name of the party category of those whose data may not be used."""

    login: _Path = ""
    objection_category: _Path = ""


class CrmZammadBody(Body):
    """`group`, `ticket_state`: names of the group and the state of the tickets that calls become. `objection_field`: a
    yes or no attribute of users, of those whose data may not be used; empty: there is none."""

    group: _Path = ""
    ticket_state: _Path = "closed"
    objection_field: _Name = ""


class CrmHubSpotBody(Body):
    """`portal_id`: HubSpot's Hub ID, for links to its pages. `objection_property`: a checkbox property of contacts
    whose data may not be used; empty: there is none."""

    portal_id: _Name = ""
    objection_property: _Path = ""


class CrmRoundupBody(Body):
    """`login`: Roundup's user. `caller_property`: the property of issues that names the caller. `status`: of the issues
    that calls become. `objection_property`: a yes or no property of users whose data may not be used; empty: there is
    none."""

    login: _Path = ""
    caller_property: _Name = "customer"
    status: _Path = "resolved"
    objection_property: _Name = ""


class CrmEspoBody(Body):
    """`objection_field`: a yes or no field of contacts whose data may not be used; empty: there is none."""

    objection_field: _Name = ""


class CrmOdooBody(Body):
    """`database`: its name; empty: there is one alone at the address. `objection_field`: a yes or no field of contacts
    whose data may not be used; empty: there is none."""

    database: _Path = ""
    objection_field: _Name = ""


class CrmBitrix24Body(Body):
    """`user_id`: the number of Bitrix24's user whose webhook it is. `objection_field`: a yes or no field of contacts
    whose data may not be used; empty: there is none."""

    user_id: _Name = ""
    objection_field: _Name = ""


class CrmChatwootBody(Body):
    """`account_id`: the number of the account. `objection_field`: key of a checkbox attribute of contacts whose data
    may not be used; empty: there is none."""

    account_id: _Name = ""
    objection_field: _Name = ""


class CrmConnectionChange(Body):
    """Settings of a connection. Fields that are left out stay as they are.

    `token`: the CRM's bearer token, the password of Tryton's or Roundup's user, or an access token or API key of the
    others; it is stored sealed and never shown.
    `country`: ISO 3166 code of where the CRM is, which an organisation must state that states where its data is.
    `follow_deletions`: who is deleted in the CRM is deleted here too. `wish`: `dry_run` shows in the preview what would
    be changed, `on` keeps both in step.
    """

    name: str = Field("", max_length=200)
    url: str = Field("", max_length=500)
    token: str = Field("", max_length=500)
    country: str = Field("", max_length=2)
    shape: CrmShapeBody = CrmShapeBody()
    tryton: CrmTrytonBody = CrmTrytonBody()
    zammad: CrmZammadBody = CrmZammadBody()
    hubspot: CrmHubSpotBody = CrmHubSpotBody()
    roundup: CrmRoundupBody = CrmRoundupBody()
    espocrm: CrmEspoBody = CrmEspoBody()
    odoo: CrmOdooBody = CrmOdooBody()
    bitrix24: CrmBitrix24Body = CrmBitrix24Body()
    chatwoot: CrmChatwootBody = CrmChatwootBody()
    mapping: list[CrmFieldMappingBody] = Field([], max_length=30)
    follow_deletions: bool = False
    log_calls: bool = True
    wish: Wish = "off"

    def settings(self) -> dict[str, Any]:
        return {field: value for field, value in self.model_dump().items() if field in self.model_fields_set}


class NewCrmConnection(CrmConnectionChange):
    """A new connection, which is off. `kind` `rest`: a CRM with a REST interface, named by `shape`; `tryton`: Tryton,
    whose `url` ends in the name of the database, and whose user is `tryton.login`; `zammad`: Zammad;
    `hubspot`: HubSpot, whose `url` is https://api.hubapi.com; `roundup`: a tracker of Roundup, whose user is
    `roundup.login`; `espocrm`: EspoCRM; `odoo`: Odoo (19 or later); `bitrix24`: Bitrix24, by an
    inbound webhook, whose user is `bitrix24.user_id` and whose secret `token`; `chatwoot`: Chatwoot, whose
    account is `chatwoot.account_id`, and where no rule can be `newest`."""

    kind: CrmKind = "rest"
    name: str = Field(max_length=200)
    url: str = Field(max_length=500)
    token: str = Field(max_length=500)
    mapping: list[CrmFieldMappingBody] = Field(min_length=1, max_length=30)


class NewCrmWebhook(Body):
    """`signed`: a secret is made too, and messages have to be signed with it (standardwebhooks.com)."""

    signed: bool = False


class CrmChoices(Body):
    """Whose value counts, by field."""

    choices: dict[str, Side] = Field(min_length=1, max_length=30)


@router.get("", operation_id="crm_list")
async def list_connections(principal: Reader, crm: CrmConnectionsDep, asked: AskedDep) -> CrmConnectionPage:
    """Lists the connections to CRMs, the oldest first, without their credentials."""
    return asked.page(await crm.all(principal.tenant_id), view, lambda one: (ms(one.created_at), one.id))


@router.post("", status_code=201, dependencies=SERIALISED, operation_id="crm_add")
async def add(body: NewCrmConnection, principal: Writer, crm: CrmConnectionsDep) -> CrmConnectionAnswer:
    """Adds a connection to a CRM. It is off until its `wish` is changed.

    An organisation has at most 5; one more is a 409 `too_many`. 409 `transfer_not_registered`: `country` is in another
    region than the organisation's data, and no entry of the transfer register covers it.
    """
    settings = {key: value for key, value in body.settings().items() if key != "wish"}
    return view(await crm.add(principal.tenant_id, principal.user_id, settings))


@router.get("/{connection_id}", operation_id="crm_read")
async def read(connection_id: str, principal: Reader, crm: CrmConnectionsDep) -> CrmConnectionWithCounts:
    """Retrieves a connection: its state and why, and how many people are in step, wait or failed."""
    found = await crm.get(principal.tenant_id, CrmConnectionId(connection_id))
    counts = await crm.counts(found)
    return {
        **view(found),
        "people": {
            "waiting": counts["waiting"],
            "in_step": counts["in_step"],
            "asking": counts["asking"],
            "failed": counts["failed"],
            "objected": counts["objected"],
            "ended": counts["ended"],
        },
    }


@router.patch("/{connection_id}", dependencies=SERIALISED, operation_id="crm_change")
async def change(
    connection_id: str, body: CrmConnectionChange, principal: Writer, crm: CrmConnectionsDep
) -> CrmConnectionAnswer:
    """Updates a connection, or switches it (`wish`).

    Another form or mapping has the CRM's list read from its beginning. 409 `crm_linked`: another address, account
    (Chatwoot) or database (Odoo), while records at the former one are linked. 409 `transfer_not_registered`: as for a
    new one.
    """
    return view(await crm.change(principal.tenant_id, CrmConnectionId(connection_id), body.settings()))


@router.delete("/{connection_id}", status_code=204, dependencies=SERIALISED, operation_id="crm_remove")
async def remove(connection_id: str, principal: Deleter, crm: CrmConnectionsDep) -> None:
    """Deletes a connection and what is known by it. Nobody is deleted in the CRM, nor here. 409 `crm_erasing`: the CRM
    has not erased yet what was erased here."""
    await crm.remove(principal.tenant_id, CrmConnectionId(connection_id))


@router.post("/{connection_id}/preview", operation_id="crm_preview")
async def preview(connection_id: str, principal: Writer, crm: CrmConnectionsDep) -> CrmPreview:
    """Reads the first 25 records of the CRM and answers, field by field, what would be done. Nothing is changed.

    409 `crm_trouble`: the CRM could not be read, and why.
    """
    found = await crm.preview(principal.tenant_id, CrmConnectionId(connection_id))
    return {"items": [preview_view(one) for one in found]}


@router.post("/{connection_id}/retry", dependencies=SERIALISED, operation_id="crm_retry")
async def retry(connection_id: str, principal: Writer, crm: CrmConnectionsDep) -> CrmConnectionAnswer:
    """Tries a connection, and each person that failed, now. 409 `crm_off`: it is not on."""
    return view(await crm.retry(principal.tenant_id, CrmConnectionId(connection_id)))


@router.post("/{connection_id}/webhook", dependencies=SERIALISED, operation_id="crm_make_webhook")
async def make_webhook(
    connection_id: str, body: NewCrmWebhook, principal: Writer, webhooks: CrmWebhooksDep
) -> CrmConnectionWithWebhook:
    """Makes an address that the CRM posts to when a record changes; it is shown only here. A former one ends.

    A message names records by their `id` or `ids`. It is a hint: nothing else of it is used, and the records are read
    from the CRM. The CRM's list is read as before, so what is not posted is not lost.
    """
    id = CrmConnectionId(connection_id)
    made, address, secret = await webhooks.make(principal.tenant_id, id, signed=body.signed)
    return {**view(made), "address": address, "secret": secret}


@router.delete("/{connection_id}/webhook", status_code=204, dependencies=SERIALISED, operation_id="crm_remove_webhook")
async def remove_webhook(connection_id: str, principal: Writer, webhooks: CrmWebhooksDep) -> None:
    """Ends the address that the CRM posts to. The CRM is asked what changed, as before."""
    await webhooks.remove(principal.tenant_id, CrmConnectionId(connection_id))


@inbound.post("/{token}", status_code=202, operation_id="crm_receive")
async def receive(token: str, request: Request, webhooks: CrmWebhooksDep) -> Response:
    """A CRM says that something changed."""
    if len(body := await request.body()) > BODY_MAX:
        return problem(413, "too_large", "The body is too large", f"A message has at most {BODY_MAX} bytes")
    await webhooks.receive(token, request.headers, body, client_address(request))
    return Response(status_code=202)


@router.get("/{connection_id}/links", operation_id="crm_list_links")
async def list_links(
    connection_id: str,
    principal: Reader,
    crm: CrmConnectionsDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    state: LinkState | None = None,
) -> CrmLinkPage:
    """Lists people by their links to records of the CRM: what is in step, waits or failed, and why."""
    connection = await _connection(crm, principal, connection_id)
    found, following = await crm.links(connection, state, limit=limit, cursor=cursor)
    return {"items": [link_view(one) for one in found], "next": following}


@router.post("/{connection_id}/links/{link_id}/choices", dependencies=SERIALISED, operation_id="crm_choose")
async def choose(
    connection_id: str, link_id: str, body: CrmChoices, principal: Writer, crm: CrmConnectionsDep
) -> CrmLinkAnswer:
    """Chooses whose value counts, of fields that both sides changed."""
    ids = CrmConnectionId(connection_id), CrmLinkId(link_id)
    return link_view(await crm.choose(principal.tenant_id, *ids, body.choices))


@router.get("/{connection_id}/jobs", operation_id="crm_list_jobs")
async def list_jobs(
    connection_id: str,
    principal: Reader,
    crm: CrmConnectionsDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    state: JobState | None = None,
) -> CrmJobPage:
    """Lists erasures, objections and calls that the CRM is told, with its answers, the newest first.

    They are kept for a year.
    """
    connection = await _connection(crm, principal, connection_id)
    found, following = await crm.jobs(connection, state, limit=limit, cursor=cursor)
    return {"items": [job_view(one) for one in found], "next": following}


@records.get("", operation_id="crm_list_records")
async def list_records(
    principal: PeopleReader,
    crm: CrmConnectionsDep,
    people: PeopleDep,
    contacts: ContactsDep,
    person_id: Annotated[str | None, Query(max_length=64)] = None,
    contact_id: Annotated[str | None, Query(max_length=64)] = None,
) -> CrmPersonRecords:
    """Lists the records that CRMs have of a person, or of who has a number, with links to their pages.

    From what is stored here: no CRM is asked, so that a caller's card waits for none. Give one of `person_id` and
    `contact_id`. 403 `data_restricted` where their data is kept and not used.
    """
    if (person_id is None) == (contact_id is None):
        raise Invalid(errors=[("person_id", "one of `person_id` and `contact_id`")])
    if person_id is not None:
        await people.get(principal.tenant_id, PersonId(person_id), principal.user_id)
    elif contacts.restricted(principal.tenant_id, ContactId(contact_id or "")):
        raise data_restricted()
    found = await crm.of_person(
        principal.tenant_id,
        person_id=PersonId(person_id) if person_id is not None else None,
        contact_id=ContactId(contact_id) if contact_id is not None else None,
    )
    names = {one.id: one.name for one in await crm.all(principal.tenant_id)}
    return {
        "items": [
            {
                "connection_id": link.connection_id,
                "connection": names.get(link.connection_id, ""),
                "person_id": link.person_id,
                "remote_id": link.remote_id or "",
                "link": page,
            }
            for link, page in found
        ]
    }


async def _connection(crm: CrmConnections, principal: Principal, connection_id: str) -> CrmConnection:
    return await crm.get(principal.tenant_id, CrmConnectionId(connection_id))
