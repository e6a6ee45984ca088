"""What the routes of CRM connections answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.crm.model import (
    ConnectionState,
    CrmConnection,
    CrmJob,
    CrmKind,
    CrmLink,
    CrmWebhook,
    JobKind,
    JobState,
    LinkState,
    Rule,
    Trouble,
    Wish,
)
from call24.crm.preview import Action, RecordPreview
from call24.crm.rules import MAPPED_MAX
from call24.crm.service import PREVIEW_MAX
from call24.kit.answers import Instant
from call24.kit.instants import iso

Following = Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]


class CrmFieldMapping(TypedDict):
    """A field of a person, and where the CRM's record has it."""

    field: Annotated[
        str,
        Field(description="given, family, patronymic, phonetic, company, notes, number, email, name, or field:NAME"),
    ]
    remote: Annotated[str, Field(description="The member of the record, with dots between names of objects")]
    rule: Annotated[Rule, Field(description="Whose value counts where both sides changed it")]


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
    by_number: Annotated[str, Field(description="The parameter that finds who has a telephone number")]
    objection_field: Annotated[str, Field(description="A true or false member: the person's data may not be used")]
    link_template: Annotated[str, Field(description="The address of a record's page, with {id} in it")]


class CrmTryton(TypedDict):
    """How Call24 signs in at Tryton."""

    login: str
    objection_category: Annotated[str, Field(description="Of parties whose data may not be used; empty: none")]


class CrmZammad(TypedDict):
    """What Call24 names in Zammad."""

    group: Annotated[str, Field(description="Of the tickets that calls become")]
    ticket_state: str
    objection_field: Annotated[str, Field(description="Of users whose data may not be used; empty: none")]


class CrmHubSpot(TypedDict):
    """What Call24 names in HubSpot."""

    portal_id: Annotated[str, Field(description="HubSpot's Hub ID; empty: there are no links to its pages")]
    objection_property: Annotated[str, Field(description="Of contacts whose data may not be used; empty: none")]


class CrmRoundup(TypedDict):
    """What Call24 names in Roundup."""

    login: Annotated[str, Field(description="The user that signs in")]
    caller_property: Annotated[str, Field(description="Of issues, the user who called")]
    status: Annotated[str, Field(description="Of the issues that calls become")]
    objection_property: Annotated[str, Field(description="Of users whose data may not be used; empty: none")]


class CrmEspo(TypedDict):
    """What Call24 names in EspoCRM."""

    objection_field: Annotated[str, Field(description="Of contacts whose data may not be used; empty: none")]


class CrmOdoo(TypedDict):
    """What Call24 names in Odoo."""

    database: Annotated[str, Field(description="Its name; empty: there is one alone at the address")]
    objection_field: Annotated[str, Field(description="Of contacts whose data may not be used; empty: none")]


class CrmBitrix24(TypedDict):
    """What Call24 names in Bitrix24."""

    user_id: Annotated[str, Field(description="The number of the user whose webhook it is")]
    objection_field: Annotated[str, Field(description="Of contacts whose data may not be used; empty: none")]


class CrmChatwoot(TypedDict):
    """What Call24 names in Chatwoot."""

    account_id: Annotated[str, Field(description="The number of the account")]
    objection_field: Annotated[str, Field(description="Of contacts whose data may not be used; empty: none")]


class CrmCounts(TypedDict):
    """People by how far they are in step."""

    waiting: int
    in_step: int
    asking: Annotated[int, Field(description="A user has to choose a value")]
    failed: int
    objected: Annotated[int, Field(description="Their data may not be passed on")]
    ended: Annotated[int, Field(description="Deleted on one side")]


class CrmWebhookAnswer(TypedDict):
    """The address that the CRM posts to, without its secret end."""

    signed: Annotated[bool, Field(description="Messages must be signed")]
    made_at: Instant
    last_at: Annotated[Instant | None, Field(description="When the last message was taken; null: none yet")]
    taken: Annotated[int, Field(description="Messages that were taken")]
    refused: Annotated[int, Field(description="Messages that were refused: unsigned, unreadable, or too many")]


class CrmConnectionAnswer(TypedDict):
    """A connection to a CRM, without its credentials."""

    id: str
    kind: CrmKind
    name: str
    url: str
    country: Annotated[str, Field(description="ISO 3166 code of where the CRM is; empty: not stated")]
    shape: CrmShape
    tryton: CrmTryton
    zammad: CrmZammad
    hubspot: CrmHubSpot
    roundup: CrmRoundup
    espocrm: CrmEspo
    odoo: CrmOdoo
    bitrix24: CrmBitrix24
    chatwoot: CrmChatwoot
    mapping: Annotated[list[CrmFieldMapping], Field(max_length=MAPPED_MAX)]
    follow_deletions: Annotated[bool, Field(description="Who is deleted in the CRM is deleted here too")]
    log_calls: bool
    wish: Annotated[Wish, Field(description="What a user set")]
    state: Annotated[ConnectionState, Field(description="waiting: it is tried again; failed: a user has to change it")]
    trouble: Annotated[Trouble | None, Field(description="Why the CRM could not be worked with; null: it could")]
    said: Annotated[str, Field(description="What the CRM answered then")]
    warning: Annotated[str, Field(description="Why some of its records may be missing here; empty: nothing says so")]
    failing_since: Annotated[Instant | None, Field(description="The first of the attempts that all failed")]
    due_at: Annotated[Instant | None, Field(description="When it is worked at next; null: not by itself")]
    worked_at: Annotated[Instant | None, Field(description="When it last worked")]
    webhook: Annotated[
        CrmWebhookAnswer | None, Field(description="Where the CRM says what changed; null: it is asked alone")
    ]
    created_by: str
    created_at: Instant


class CrmConnectionWithCounts(CrmConnectionAnswer):
    """A connection, and how many people are in step."""

    people: CrmCounts


class CrmConnectionWithWebhook(CrmConnectionAnswer):
    """A connection, with the address that the CRM posts to, which is shown only in this answer."""

    address: Annotated[str, Field(description="Where the CRM posts to")]
    secret: Annotated[str | None, Field(description="Signs each message: whsec_ and base64; null: none does")]


class CrmConnectionPage(TypedDict):
    """A page of connections, the oldest first."""

    items: list[CrmConnectionAnswer]
    next: Following


class CrmFieldPreview(TypedDict):
    """What would become of a field."""

    field: str
    call24: str
    crm: str
    outcome: Annotated[str, Field(description="in_step, to_call24, to_crm, ask or unreadable")]


class CrmRecordPreview(TypedDict):
    """What would be done with a record of the CRM."""

    remote_id: str
    person_id: Annotated[str | None, Field(description="Who it is here; null: a person would be made")]
    action: Action
    fields: Annotated[list[CrmFieldPreview], Field(max_length=MAPPED_MAX)]
    why: str


class CrmPreview(TypedDict):
    """The first records of the CRM's list; nothing was changed."""

    items: Annotated[list[CrmRecordPreview], Field(max_length=PREVIEW_MAX)]


class CrmLinkAnswer(TypedDict):
    """A person, and the CRM's record of them."""

    id: str
    person_id: str
    remote_id: Annotated[str | None, Field(description="null: the CRM does not have them yet")]
    state: LinkState
    why: Annotated[str, Field(description="Why it is not in step; empty: it is, or waits its turn")]
    asked: Annotated[list[str], Field(description="Fields that a user has to choose a value of", max_length=MAPPED_MAX)]
    tries: int
    due_at: Annotated[Instant | None, Field(description="When it is looked at next; null: when something changes")]
    synced_at: Instant | None


class CrmLinkPage(TypedDict):
    """A page of links, by id."""

    items: list[CrmLinkAnswer]
    next: Following


class CrmJobAnswer(TypedDict):
    """What the CRM is told once: an erasure, an objection or a call, and its answer."""

    id: str
    kind: JobKind
    contact_id: str | None
    call_id: str | None
    remote_id: Annotated[str | None, Field(description="The CRM's id of what was logged")]
    state: JobState
    said: Annotated[str, Field(description="What the CRM answered: the receipt")]
    tries: int
    created_at: Instant
    due_at: Instant
    done_at: Instant | None


class CrmJobPage(TypedDict):
    """A page of what the CRM is told, the newest first."""

    items: list[CrmJobAnswer]
    next: Following


class CrmPersonRecord(TypedDict):
    """A record of a CRM about a person."""

    connection_id: str
    connection: Annotated[str, Field(description="What the connection is called")]
    person_id: str
    remote_id: str
    link: Annotated[str, Field(description="The address of the record's page; empty: the connection names none")]


class CrmPersonRecords(TypedDict):
    """The records of CRMs about a person, or about who has a number."""

    items: Annotated[list[CrmPersonRecord], Field(max_length=100)]


def view(one: CrmConnection) -> CrmConnectionAnswer:
    """Never a secret."""
    shape = one.shape
    return {
        "id": one.id,
        "kind": one.kind,
        "name": one.name,
        "url": one.url,
        "country": one.country,
        "shape": {
            "records_path": shape.records_path,
            "calls_path": shape.calls_path,
            "items": shape.items,
            "more": shape.more,
            "since": shape.since,
            "after": shape.after,
            "limit": shape.limit,
            "id": shape.id,
            "changed_at": shape.changed_at,
            "version": shape.version,
            "deleted": shape.deleted,
            "key": shape.key,
            "by_number": shape.by_number,
            "objection_field": shape.objection_field,
            "link_template": shape.link_template,
        },
        "tryton": {"login": one.tryton.login, "objection_category": one.tryton.objection_category},
        "zammad": {
            "group": one.zammad.group,
            "ticket_state": one.zammad.ticket_state,
            "objection_field": one.zammad.objection_field,
        },
        "hubspot": {"portal_id": one.hubspot.portal_id, "objection_property": one.hubspot.objection_property},
        "roundup": {
            "login": one.roundup.login,
            "caller_property": one.roundup.caller_property,
            "status": one.roundup.status,
            "objection_property": one.roundup.objection_property,
        },
        "espocrm": {"objection_field": one.espocrm.objection_field},
        "odoo": {"database": one.odoo.database, "objection_field": one.odoo.objection_field},
        "bitrix24": {"user_id": one.bitrix24.user_id, "objection_field": one.bitrix24.objection_field},
        "chatwoot": {"account_id": one.chatwoot.account_id, "objection_field": one.chatwoot.objection_field},
        "mapping": [{"field": each.field, "remote": each.remote, "rule": each.rule} for each in one.mapping],
        "follow_deletions": one.follow_deletions,
        "log_calls": one.log_calls,
        "wish": one.wish,
        "state": one.state,
        "trouble": one.trouble,
        "said": one.said,
        "warning": one.warning,
        "failing_since": iso(one.failing_since),
        "due_at": iso(one.due_at),
        "worked_at": iso(one.worked_at),
        "webhook": webhook_view(one.webhook),
        "created_by": one.created_by,
        "created_at": iso(one.created_at),
    }


def webhook_view(webhook: CrmWebhook | None) -> CrmWebhookAnswer | None:
    """Never its address, nor its secret."""
    if webhook is None:
        return None
    return {
        "signed": webhook.secret is not None,
        "made_at": iso(webhook.made_at),
        "last_at": iso(webhook.last_at),
        "taken": webhook.taken,
        "refused": webhook.refused,
    }


def link_view(link: CrmLink) -> CrmLinkAnswer:
    return {
        "id": link.id,
        "person_id": link.person_id,
        "remote_id": link.remote_id,
        "state": link.state,
        "why": link.why,
        "asked": list(link.asked),
        "tries": link.tries,
        "due_at": iso(link.due_at),
        "synced_at": iso(link.synced_at),
    }


def job_view(job: CrmJob) -> CrmJobAnswer:
    return {
        "id": job.id,
        "kind": job.kind,
        "contact_id": job.contact_id,
        "call_id": job.call_id,
        "remote_id": job.remote_id,
        "state": job.state,
        "said": job.said,
        "tries": job.tries,
        "created_at": iso(job.created_at),
        "due_at": iso(job.due_at),
        "done_at": iso(job.done_at),
    }


def preview_view(one: RecordPreview) -> CrmRecordPreview:
    return {
        "remote_id": one.remote_id,
        "person_id": one.person_id,
        "action": one.action,
        "fields": [
            {"field": each.field, "call24": each.call24, "crm": each.crm, "outcome": each.outcome}
            for each in one.fields
        ],
        "why": one.why,
    }
