"""Crm. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class CrmShape(TypedDict):
    """How the CRM's REST interface names things. Empty: it has no such thing."""

    records_path: str
    calls_path: str
    items: str
    more: str
    since: str
    after: str
    limit: str
    id: str
    changed_at: str
    version: str
    deleted: str
    key: str
    by_number: str
    objection_field: str
    link_template: str


class CrmTryton(TypedDict):
    """How Call24 signs in at Tryton."""

    login: str
    objection_category: str


class CrmZammad(TypedDict):
    """What Call24 names in Zammad."""

    group: str
    ticket_state: str
    objection_field: str


class CrmHubSpot(TypedDict):
    """What Call24 names in HubSpot."""

    portal_id: str
    objection_property: str


class CrmRoundup(TypedDict):
    """What Call24 names in Roundup."""

    login: str
    caller_property: str
    status: str
    objection_property: str


class CrmEspo(TypedDict):
    """What Call24 names in EspoCRM."""

    objection_field: str


class CrmOdoo(TypedDict):
    """What Call24 names in Odoo."""

    database: str
    objection_field: str


class CrmBitrix24(TypedDict):
    """What Call24 names in Bitrix24."""

    user_id: str
    objection_field: str


class CrmChatwoot(TypedDict):
    """What Call24 names in Chatwoot."""

    account_id: str
    objection_field: str


class CrmFieldMapping(TypedDict):
    """A field of a person, and where the CRM's record has it."""

    field: str
    remote: str
    rule: Literal["crm", "call24", "newest", "ask"]


class CrmWebhookAnswer(TypedDict):
    """The address that the CRM posts to, without its secret end."""

    signed: bool
    made_at: str
    last_at: str | None
    taken: int
    refused: int


class CrmConnectionAnswer(TypedDict):
    """A connection to a CRM, without its credentials."""

    id: str
    kind: Literal["rest", "tryton", "zammad", "hubspot", "roundup", "espocrm", "odoo", "bitrix24", "chatwoot"]
    name: str
    url: str
    country: str
    shape: CrmShape
    tryton: CrmTryton
    zammad: CrmZammad
    hubspot: CrmHubSpot
    roundup: CrmRoundup
    espocrm: CrmEspo
    odoo: CrmOdoo
    bitrix24: CrmBitrix24
    chatwoot: CrmChatwoot
    mapping: list[CrmFieldMapping]
    follow_deletions: bool
    log_calls: bool
    wish: Literal["off", "dry_run", "on"]
    state: Literal["off", "dry_run", "running", "waiting", "failed"]
    trouble: (
        Literal[
            "no_answer",
            "too_slow",
            "rate_limited",
            "server_error",
            "malformed",
            "unauthorised",
            "not_found",
            "redirected",
            "not_allowed",
            "no_secret",
            "switched_off",
        ]
        | None
    )
    said: str
    warning: str
    failing_since: str | None
    due_at: str | None
    worked_at: str | None
    webhook: CrmWebhookAnswer | None
    created_by: str
    created_at: str


class CrmConnectionPage(TypedDict):
    """A page of connections, the oldest first."""

    items: list[CrmConnectionAnswer]
    next: str | None


class CrmShapeBody(TypedDict):
    """How the CRM's REST interface names things. What is left out is named as in the guide; empty: there is none."""

    records_path: NotRequired[str]
    calls_path: NotRequired[str]
    items: NotRequired[str]
    more: NotRequired[str]
    since: NotRequired[str]
    after: NotRequired[str]
    limit: NotRequired[str]
    id: NotRequired[str]
    changed_at: NotRequired[str]
    version: NotRequired[str]
    deleted: NotRequired[str]
    key: NotRequired[str]
    by_number: NotRequired[str]
    objection_field: NotRequired[str]
    link_template: NotRequired[str]


class CrmTrytonBody(TypedDict):
    """`login`: Tryton's user. `objection_category`: name of the party category of those whose data may not be used."""

    login: NotRequired[str]
    objection_category: NotRequired[str]


class CrmZammadBody(TypedDict):
    """`group`, `ticket_state`: names of the group and the state of the tickets that calls become. `objection_field`:
    a yes or no attribute of users, of those whose data may not be used; empty: there is none.
    """

    group: NotRequired[str]
    ticket_state: NotRequired[str]
    objection_field: NotRequired[str]


class CrmHubSpotBody(TypedDict):
    """`portal_id`: HubSpot's Hub ID, for links to its pages. `objection_property`: a checkbox property of contacts
    whose data may not be used; empty: there is none.
    """

    portal_id: NotRequired[str]
    objection_property: NotRequired[str]


class CrmRoundupBody(TypedDict):
    """`login`: Roundup's user. `caller_property`: the property of issues that names the caller. `status`: of the
    issues that calls become. `objection_property`: a yes or no property of users whose data may not be used;
    empty: there is none.
    """

    login: NotRequired[str]
    caller_property: NotRequired[str]
    status: NotRequired[str]
    objection_property: NotRequired[str]


class CrmEspoBody(TypedDict):
    """`objection_field`: a yes or no field of contacts whose data may not be used; empty: there is none."""

    objection_field: NotRequired[str]


class CrmOdooBody(TypedDict):
    """`database`: its name; empty: there is one alone at the address. `objection_field`: a yes or no field of
    contacts whose data may not be used; empty: there is none.
    """

    database: NotRequired[str]
    objection_field: NotRequired[str]


class CrmBitrix24Body(TypedDict):
    """`user_id`: the number of Bitrix24's user whose webhook it is. `objection_field`: a yes or no field of contacts
    whose data may not be used; empty: there is none.
    """

    user_id: NotRequired[str]
    objection_field: NotRequired[str]


class CrmChatwootBody(TypedDict):
    """`account_id`: the number of the account. `objection_field`: key of a checkbox attribute of contacts whose data
    may not be used; empty: there is none.
    """

    account_id: NotRequired[str]
    objection_field: NotRequired[str]


class CrmFieldMappingBody(TypedDict):
    """A field of a person, and where the record has it. `rule`: whose value counts where both sides changed it."""

    field: str
    remote: str
    rule: NotRequired[Literal["crm", "call24", "newest", "ask"]]


class NewCrmConnection(TypedDict):
    """A new connection, which is off. `kind` `rest`: a CRM with a REST interface, named by `shape`; `tryton`:
    Tryton, whose `url` ends in the name of the database, and whose user is `tryton.login`; `zammad`: Zammad;
    `hubspot`: HubSpot, whose `url` is https://api.hubapi.com; `roundup`: a tracker of Roundup, whose user is
    `roundup.login`; `espocrm`: EspoCRM; `odoo`: Odoo (19 or later); `bitrix24`: Bitrix24, by an inbound webhook,
    whose user is `bitrix24.user_id` and whose secret `token`; `chatwoot`: Chatwoot, whose account is
    `chatwoot.account_id`, and where no rule can be `newest`.
    """

    name: str
    url: str
    token: str
    country: NotRequired[str]
    shape: NotRequired[CrmShapeBody]
    tryton: NotRequired[CrmTrytonBody]
    zammad: NotRequired[CrmZammadBody]
    hubspot: NotRequired[CrmHubSpotBody]
    roundup: NotRequired[CrmRoundupBody]
    espocrm: NotRequired[CrmEspoBody]
    odoo: NotRequired[CrmOdooBody]
    bitrix24: NotRequired[CrmBitrix24Body]
    chatwoot: NotRequired[CrmChatwootBody]
    mapping: list[CrmFieldMappingBody]
    follow_deletions: NotRequired[bool]
    log_calls: NotRequired[bool]
    wish: NotRequired[Literal["off", "dry_run", "on"]]
    kind: NotRequired[
        Literal["rest", "tryton", "zammad", "hubspot", "roundup", "espocrm", "odoo", "bitrix24", "chatwoot"]
    ]


class CrmCounts(TypedDict):
    """People by how far they are in step."""

    waiting: int
    in_step: int
    asking: int
    failed: int
    objected: int
    ended: int


class CrmConnectionWithCounts(TypedDict):
    """A connection, and how many people are in step."""

    id: str
    kind: Literal["rest", "tryton", "zammad", "hubspot", "roundup", "espocrm", "odoo", "bitrix24", "chatwoot"]
    name: str
    url: str
    country: str
    shape: CrmShape
    tryton: CrmTryton
    zammad: CrmZammad
    hubspot: CrmHubSpot
    roundup: CrmRoundup
    espocrm: CrmEspo
    odoo: CrmOdoo
    bitrix24: CrmBitrix24
    chatwoot: CrmChatwoot
    mapping: list[CrmFieldMapping]
    follow_deletions: bool
    log_calls: bool
    wish: Literal["off", "dry_run", "on"]
    state: Literal["off", "dry_run", "running", "waiting", "failed"]
    trouble: (
        Literal[
            "no_answer",
            "too_slow",
            "rate_limited",
            "server_error",
            "malformed",
            "unauthorised",
            "not_found",
            "redirected",
            "not_allowed",
            "no_secret",
            "switched_off",
        ]
        | None
    )
    said: str
    warning: str
    failing_since: str | None
    due_at: str | None
    worked_at: str | None
    webhook: CrmWebhookAnswer | None
    created_by: str
    created_at: str
    people: CrmCounts


class CrmConnectionChange(TypedDict):
    """Settings of a connection. Fields that are left out stay as they are. `token`: the CRM's bearer token, the
    password of Tryton's or Roundup's user, or an access token or API key of the others; it is stored sealed and
    never shown. `country`: ISO 3166 code of where the CRM is, which an organisation must state that states where
    its data is. `follow_deletions`: who is deleted in the CRM is deleted here too. `wish`: `dry_run` shows in the
    preview what would be changed, `on` keeps both in step.
    """

    name: NotRequired[str]
    url: NotRequired[str]
    token: NotRequired[str]
    country: NotRequired[str]
    shape: NotRequired[CrmShapeBody]
    tryton: NotRequired[CrmTrytonBody]
    zammad: NotRequired[CrmZammadBody]
    hubspot: NotRequired[CrmHubSpotBody]
    roundup: NotRequired[CrmRoundupBody]
    espocrm: NotRequired[CrmEspoBody]
    odoo: NotRequired[CrmOdooBody]
    bitrix24: NotRequired[CrmBitrix24Body]
    chatwoot: NotRequired[CrmChatwootBody]
    mapping: NotRequired[list[CrmFieldMappingBody]]
    follow_deletions: NotRequired[bool]
    log_calls: NotRequired[bool]
    wish: NotRequired[Literal["off", "dry_run", "on"]]


class CrmFieldPreview(TypedDict):
    """What would become of a field."""

    field: str
    call24: str
    crm: str
    outcome: str


class CrmRecordPreview(TypedDict):
    """What would be done with a record of the CRM."""

    remote_id: str
    person_id: str | None
    action: Literal["create_person", "update", "ask", "nothing", "delete_person", "stopped"]
    fields: list[CrmFieldPreview]
    why: str


class CrmPreview(TypedDict):
    """The first records of the CRM's list; nothing was changed."""

    items: list[CrmRecordPreview]


class CrmConnectionWithWebhook(TypedDict):
    """A connection, with the address that the CRM posts to, which is shown only in this answer."""

    id: str
    kind: Literal["rest", "tryton", "zammad", "hubspot", "roundup", "espocrm", "odoo", "bitrix24", "chatwoot"]
    name: str
    url: str
    country: str
    shape: CrmShape
    tryton: CrmTryton
    zammad: CrmZammad
    hubspot: CrmHubSpot
    roundup: CrmRoundup
    espocrm: CrmEspo
    odoo: CrmOdoo
    bitrix24: CrmBitrix24
    chatwoot: CrmChatwoot
    mapping: list[CrmFieldMapping]
    follow_deletions: bool
    log_calls: bool
    wish: Literal["off", "dry_run", "on"]
    state: Literal["off", "dry_run", "running", "waiting", "failed"]
    trouble: (
        Literal[
            "no_answer",
            "too_slow",
            "rate_limited",
            "server_error",
            "malformed",
            "unauthorised",
            "not_found",
            "redirected",
            "not_allowed",
            "no_secret",
            "switched_off",
        ]
        | None
    )
    said: str
    warning: str
    failing_since: str | None
    due_at: str | None
    worked_at: str | None
    webhook: CrmWebhookAnswer | None
    created_by: str
    created_at: str
    address: str
    secret: str | None


class NewCrmWebhook(TypedDict):
    """`signed`: a secret is made too, and messages have to be signed with it (standardwebhooks.com)."""

    signed: NotRequired[bool]


class CrmLinkAnswer(TypedDict):
    """A person, and the CRM's record of them."""

    id: str
    person_id: str
    remote_id: str | None
    state: Literal["waiting", "in_step", "asking", "failed", "objected", "ended"]
    why: str
    asked: list[str]
    tries: int
    due_at: str | None
    synced_at: str | None


class CrmLinkPage(TypedDict):
    """A page of links, by id."""

    items: list[CrmLinkAnswer]
    next: str | None


class CrmChoices(TypedDict):
    """Whose value counts, by field."""

    choices: dict[str, Literal["crm", "call24"]]


class CrmJobAnswer(TypedDict):
    """What the CRM is told once: an erasure, an objection or a call, and its answer."""

    id: str
    kind: Literal["erasure", "erasure_by_number", "objection", "objection_lifted", "call"]
    contact_id: str | None
    call_id: str | None
    remote_id: str | None
    state: Literal["waiting", "done", "failed", "dropped"]
    said: str
    tries: int
    created_at: str
    due_at: str
    done_at: str | None


class CrmJobPage(TypedDict):
    """A page of what the CRM is told, the newest first."""

    items: list[CrmJobAnswer]
    next: str | None


class CrmPersonRecord(TypedDict):
    """A record of a CRM about a person."""

    connection_id: str
    connection: str
    person_id: str
    remote_id: str
    link: str


class CrmPersonRecords(TypedDict):
    """The records of CRMs about a person, or about who has a number."""

    items: list[CrmPersonRecord]


def list(*, limit: int | None = None, cursor: str | None = None) -> Request[CrmConnectionPage]:
    """Lists the connections to CRMs, the oldest first, without their credentials."""
    return Request("GET", "/v1/crm-connections", query={"limit": limit, "cursor": cursor})


def add(body: NewCrmConnection, *, idempotency_key: str | None = None) -> Request[CrmConnectionAnswer]:
    """Adds a connection to a CRM. It is off until its `wish` is changed. An organisation has at most 5; one more is
    a 409 `too_many`. 409 `transfer_not_registered`: `country` is in another region than the organisation's data,
    and no entry of the transfer register covers it.
    """
    return Request("POST", "/v1/crm-connections", body=body, headers={"Idempotency-Key": idempotency_key})


def read(connection_id: str) -> Request[CrmConnectionWithCounts]:
    """Retrieves a connection: its state and why, and how many people are in step, wait or failed."""
    return Request("GET", f"/v1/crm-connections/{part(connection_id)}")


def change(
    connection_id: str, body: CrmConnectionChange, *, if_match: str | None = None
) -> Request[CrmConnectionAnswer]:
    """Updates a connection, or switches it (`wish`). Another form or mapping has the CRM's list read from its
    beginning. 409 `crm_linked`: another address, account (Chatwoot) or database (Odoo), while records at the
    former one are linked. 409 `transfer_not_registered`: as for a new one.
    """
    return Request("PATCH", f"/v1/crm-connections/{part(connection_id)}", body=body, headers={"If-Match": if_match})


def remove(connection_id: str, *, if_match: str | None = None) -> Request[None]:
    """Deletes a connection and what is known by it. Nobody is deleted in the CRM, nor here. 409 `crm_erasing`: the
    CRM has not erased yet what was erased here.
    """
    return Request(
        "DELETE", f"/v1/crm-connections/{part(connection_id)}", headers={"If-Match": if_match}, answer="nothing"
    )


def preview(connection_id: str, *, idempotency_key: str | None = None) -> Request[CrmPreview]:
    """Reads the first 25 records of the CRM and answers, field by field, what would be done. Nothing is changed. 409
    `crm_trouble`: the CRM could not be read, and why.
    """
    return Request(
        "POST", f"/v1/crm-connections/{part(connection_id)}/preview", headers={"Idempotency-Key": idempotency_key}
    )


def retry(connection_id: str, *, idempotency_key: str | None = None) -> Request[CrmConnectionAnswer]:
    """Tries a connection, and each person that failed, now. 409 `crm_off`: it is not on."""
    return Request(
        "POST", f"/v1/crm-connections/{part(connection_id)}/retry", headers={"Idempotency-Key": idempotency_key}
    )


def make_webhook(
    connection_id: str, body: NewCrmWebhook, *, idempotency_key: str | None = None
) -> Request[CrmConnectionWithWebhook]:
    """Makes an address that the CRM posts to when a record changes; it is shown only here. A former one ends. A
    message names records by their `id` or `ids`. It is a hint: nothing else of it is used, and the records are
    read from the CRM. The CRM's list is read as before, so what is not posted is not lost.
    """
    return Request(
        "POST",
        f"/v1/crm-connections/{part(connection_id)}/webhook",
        body=body,
        headers={"Idempotency-Key": idempotency_key},
    )


def remove_webhook(connection_id: str) -> Request[None]:
    """Ends the address that the CRM posts to. The CRM is asked what changed, as before."""
    return Request("DELETE", f"/v1/crm-connections/{part(connection_id)}/webhook", answer="nothing")


def list_links(
    connection_id: str,
    *,
    limit: int | None = None,
    cursor: str | None = None,
    state: Literal["waiting", "in_step", "asking", "failed", "objected", "ended"] | None = None,
) -> Request[CrmLinkPage]:
    """Lists people by their links to records of the CRM: what is in step, waits or failed, and why."""
    return Request(
        "GET",
        f"/v1/crm-connections/{part(connection_id)}/links",
        query={"limit": limit, "cursor": cursor, "state": state},
    )


def choose(
    connection_id: str, link_id: str, body: CrmChoices, *, idempotency_key: str | None = None
) -> Request[CrmLinkAnswer]:
    """Chooses whose value counts, of fields that both sides changed."""
    return Request(
        "POST",
        f"/v1/crm-connections/{part(connection_id)}/links/{part(link_id)}/choices",
        body=body,
        headers={"Idempotency-Key": idempotency_key},
    )


def list_jobs(
    connection_id: str,
    *,
    limit: int | None = None,
    cursor: str | None = None,
    state: Literal["waiting", "done", "failed", "dropped"] | None = None,
) -> Request[CrmJobPage]:
    """Lists erasures, objections and calls that the CRM is told, with its answers, the newest first. They are kept
    for a year.
    """
    return Request(
        "GET",
        f"/v1/crm-connections/{part(connection_id)}/jobs",
        query={"limit": limit, "cursor": cursor, "state": state},
    )


def list_records(*, person_id: str | None = None, contact_id: str | None = None) -> Request[CrmPersonRecords]:
    """Lists the records that CRMs have of a person, or of who has a number, with links to their pages. From what is
    stored here: no CRM is asked, so that a caller's card waits for none. Give one of `person_id` and
    `contact_id`. 403 `data_restricted` where their data is kept and not used.
    """
    return Request("GET", "/v1/crm-records", query={"person_id": person_id, "contact_id": contact_id})
