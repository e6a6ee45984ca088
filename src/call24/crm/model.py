"""A connection to an organisation's CRM; a link: one person of the address book and one record of the CRM; a job:
something to be told to the CRM once; and the mark of a record that was erased."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import (
    ID,
    MEASURE,
    PERSON,
    REFERENCE,
    SETTING,
    STATE,
    TENANT,
    TIME,
    Basis,
    Category,
    OnItsDay,
    Recipient,
    Until,
    WithOrganisation,
    document,
    of_caller,
    of_organisation,
)
from call24.kit.ids import CallId, ContactId, CrmConnectionId, CrmJobId, CrmLinkId, PersonId, TenantId, UserId

CrmKind = Literal["rest", "tryton", "zammad", "hubspot", "roundup", "espocrm", "odoo", "bitrix24", "chatwoot"]
"""Which connector: `rest` is any CRM that speaks the form of docs/guides/crm-rest.md, or is mapped to it."""
Wish = Literal["off", "dry_run", "on"]
"""What a user set: dry_run shows what would be changed, and changes nothing."""
ConnectionState = Literal["off", "dry_run", "running", "waiting", "failed"]
"""waiting: the CRM is asked again by itself at `due_at`; failed: only after a user has changed something."""
Trouble = Literal[
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
"""Why the CRM could not be worked with: nobody answered; not in time; 429; 5xx; an answer that is not what it must be;
401 or 403; 404 for a whole list; a redirect; an address that requests do not go to; the credentials cannot be read
(another app key); the organisation is switched off."""
Rule = Literal["crm", "call24", "newest", "ask"]
"""Whose value counts where both sides changed a field."""
Side = Literal["crm", "call24"]
LinkState = Literal["waiting", "in_step", "asking", "failed", "objected", "ended"]
"""asking: a user has to choose a value; objected: the person's data may not be passed on; ended: deleted on one side,
or erased here."""
JobKind = Literal["erasure", "erasure_by_number", "objection", "objection_lifted", "call"]
"""erasure: of who is linked; erasure_by_number: of whom nobody linked."""
JobState = Literal["waiting", "done", "failed", "dropped"]

_SYNC = "keeping the organisation's CRM in step with its address book"
_SECRET = of_organisation(Category.SECRET, "signs in at the CRM; sealed")
_ADDRESS = of_organisation(Category.SECRET, "the end of an address that the CRM posts to; a hash")
_SIGNS = of_organisation(Category.SECRET, "signs what the CRM posts; sealed")
_NUMBER = of_caller(
    Category.PHONE,
    "asking the CRM to erase who has it",
    kept=Until("the CRM answered", latest="the CRM is tried for 28 days"),
    basis=Basis.LEGAL_OBLIGATION,
    recipients=(Recipient.CRM,),
    untold="sealed until the CRM has answered, and gone then; the caller has told it",
)
_PROOF = "proof of what the CRM was told of a person's objection, or of a call"


class FieldMapping(msgspec.Struct, frozen=True, kw_only=True):
    """`field`: of a person (rules.py, FIELDS), or `field:NAME` of a custom one; `remote`: where the record has it, with
    dots between names of objects."""

    field: Annotated[str, SETTING]
    remote: Annotated[str, SETTING]
    rule: Annotated[Rule, SETTING] = "ask"


class RestShape(msgspec.Struct, frozen=True, kw_only=True):
    """How the CRM's REST interface names things: paths below its address, parameters of lists, members of records.

    Empty: it has no such thing. `objection_field`: a true or false member that says not to use the record;
    `link_template`: address of a record's page, with `{id}` in it; `by_number`: the parameter that finds who has a
    telephone number.
    """

    records_path: Annotated[str, SETTING] = "/contacts"
    calls_path: Annotated[str, SETTING] = "/calls"
    items: Annotated[str, SETTING] = "items"
    more: Annotated[str, SETTING] = "more"
    since: Annotated[str, SETTING] = "changed_since"
    after: Annotated[str, SETTING] = "after_id"
    limit: Annotated[str, SETTING] = "limit"
    id: Annotated[str, SETTING] = "id"
    changed_at: Annotated[str, SETTING] = "updated_at"
    version: Annotated[str, SETTING] = "version"
    deleted: Annotated[str, SETTING] = "deleted"
    key: Annotated[str, SETTING] = "external_key"
    by_number: Annotated[str, SETTING] = "number"
    objection_field: Annotated[str, SETTING] = ""
    link_template: Annotated[str, SETTING] = ""


class TrytonShape(msgspec.Struct, frozen=True, kw_only=True):
    """`login`: Tryton's user, whose password the credentials are; `objection_category`: name of the party category of
    those whose data may not be used, empty: there is none."""

    login: Annotated[str, SETTING] = ""
    objection_category: Annotated[str, SETTING] = ""


class ZammadShape(msgspec.Struct, frozen=True, kw_only=True):
    """`group`, `ticket_state`: of the tickets that calls become; `objection_field`: a yes or no attribute of users, of
    those whose data may not be used, empty: there is none."""

    group: Annotated[str, SETTING] = ""
    ticket_state: Annotated[str, SETTING] = "closed"
    objection_field: Annotated[str, SETTING] = ""


class HubSpotShape(msgspec.Struct, frozen=True, kw_only=True):
    """`portal_id`: HubSpot's Hub ID, for links to its pages, empty: there are none; `objection_property`: a checkbox
    property of contacts whose data may not be used, empty: there is none."""

    portal_id: Annotated[str, SETTING] = ""
    objection_property: Annotated[str, SETTING] = ""


class RoundupShape(msgspec.Struct, frozen=True, kw_only=True):
    """`login`: Roundup's user, whose password the credentials are; `caller_property`: of issues, a link to the user who
    called; `status`: of the issues that calls become; `objection_property`: a yes or no property of users, of those
    whose data may not be used, empty: there is none."""

    login: Annotated[str, SETTING] = ""
    caller_property: Annotated[str, SETTING] = "customer"
    status: Annotated[str, SETTING] = "resolved"
    objection_property: Annotated[str, SETTING] = ""


class EspoShape(msgspec.Struct, frozen=True, kw_only=True):
    """`objection_field`: a yes or no field of contacts whose data may not be used, empty: there is none."""

    objection_field: Annotated[str, SETTING] = ""


class OdooShape(msgspec.Struct, frozen=True, kw_only=True):
    """`database`: its name, empty where there is one alone at the address; `objection_field`: a yes or no field of
    contacts whose data may not be used, empty: there is none."""

    database: Annotated[str, SETTING] = ""
    objection_field: Annotated[str, SETTING] = ""


class Bitrix24Shape(msgspec.Struct, frozen=True, kw_only=True):
    """`user_id`: Bitrix24's user whose webhook it is, a number; the credentials are the webhook's secret.
    `objection_field`: a yes or no field of contacts whose data may not be used, empty: there is none."""

    user_id: Annotated[str, SETTING] = ""
    objection_field: Annotated[str, SETTING] = ""


class ChatwootShape(msgspec.Struct, frozen=True, kw_only=True):
    """`account_id`: the number of the account; `objection_field`: key of a checkbox attribute of contacts whose data
    may not be used, empty: there is none."""

    account_id: Annotated[str, SETTING] = ""
    objection_field: Annotated[str, SETTING] = ""


class CrmWebhook(msgspec.Struct, frozen=True, kw_only=True):
    """Where the CRM says that something changed. `address`: a hash of the secret end of the address; `secret`: what
    signs, None: nothing does. `last_at`: of the last message that was taken; `taken`, `refused`: messages so far."""

    address: Annotated[str, _ADDRESS]
    secret: Annotated[bytes | None, _SIGNS] = None
    made_at: Annotated[datetime, TIME]
    last_at: Annotated[datetime | None, TIME] = None
    taken: Annotated[int, MEASURE] = 0
    refused: Annotated[int, MEASURE] = 0


@document("crm_connections", tenant=True)
class CrmConnection(msgspec.Struct, frozen=True, kw_only=True):
    """`shape` counts for kind `rest`, each of the next for the kind of its name.
    `country`: ISO 3166 code of where the CRM is.
    `follow_deletions`: who is deleted in the CRM is deleted here too.

    `cursor_at`, `cursor_id`: the last record that was read, in the CRM's own time (ISO 8601, to the microsecond, which
    MongoDB's times are not); `catching_up`: there are further ones after it. `compared_at`, `compared_id`: the same of
    the comparison with a CRM that does not tell what changed (engine.py), empty: it begins again; `compare_due_at`:
    when its next piece is read, None: at once. `filled_to`: people up to this id were put in line after it was switched
    on; None: all were. `due_at`: when it is worked at next. `pace`: records of a turn, less after trouble.
    `failing_since`: the first of the turns that have all failed; `told_at`: when users were told of it. `warning`: why
    some of the CRM's records may be missing here, since it was switched last; empty: nothing says so. `webhook`: None:
    the CRM is asked what changed, and says nothing by itself.
    """

    id: Annotated[CrmConnectionId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    kind: Annotated[CrmKind, SETTING] = "rest"
    name: Annotated[str, SETTING]
    url: Annotated[str, SETTING]
    country: Annotated[str, SETTING] = ""
    credentials: Annotated[bytes, _SECRET]
    shape: Annotated[RestShape, SETTING] = RestShape()
    tryton: Annotated[TrytonShape, SETTING] = TrytonShape()
    zammad: Annotated[ZammadShape, SETTING] = ZammadShape()
    hubspot: Annotated[HubSpotShape, SETTING] = HubSpotShape()
    roundup: Annotated[RoundupShape, SETTING] = RoundupShape()
    espocrm: Annotated[EspoShape, SETTING] = EspoShape()
    odoo: Annotated[OdooShape, SETTING] = OdooShape()
    bitrix24: Annotated[Bitrix24Shape, SETTING] = Bitrix24Shape()
    chatwoot: Annotated[ChatwootShape, SETTING] = ChatwootShape()
    mapping: Annotated[tuple[FieldMapping, ...], SETTING]
    follow_deletions: Annotated[bool, SETTING] = False
    log_calls: Annotated[bool, SETTING] = True
    wish: Annotated[Wish, SETTING] = "off"
    state: Annotated[ConnectionState, STATE] = "off"
    trouble: Annotated[Trouble | None, STATE] = None
    said: Annotated[str, of_organisation(Category.SETTING, "what the CRM answered last where it refused")] = ""
    warning: Annotated[str, STATE] = ""
    failing_since: Annotated[datetime | None, TIME] = None
    told_at: Annotated[datetime | None, TIME] = None
    tries: Annotated[int, MEASURE] = 0
    pace: Annotated[int, MEASURE] = 1
    due_at: Annotated[datetime | None, TIME] = None
    cursor_at: Annotated[str, STATE] = ""
    cursor_id: Annotated[str, REFERENCE] = ""
    catching_up: Annotated[bool, STATE] = False
    compared_at: Annotated[str, STATE] = ""
    compared_id: Annotated[str, REFERENCE] = ""
    compare_due_at: Annotated[datetime | None, TIME] = None
    filled_to: Annotated[PersonId | None, REFERENCE] = PersonId("")
    worked_at: Annotated[datetime | None, TIME] = None
    webhook: Annotated[CrmWebhook | None, SETTING] = None
    created_by: Annotated[UserId, PERSON]
    created_at: Annotated[datetime, TIME]


@document(
    "crm_links",
    tenant=True,
    kept=Until("the CRM has erased the record", latest="the connection is deleted, or the organisation closed"),
)
class CrmLink(msgspec.Struct, frozen=True, kw_only=True):
    """Its id follows from connection and person. `remote_id`: None until the CRM has the person.

    `creating`: a creation was begun, and its answer may have been lost. `base`: by field, a keyed hash of what both
    sides had when they were last in step. `version`, `remote_at`: of the record as it was last seen. `chosen`: whose
    value a user chose, by field. `erasing`: numbers that were erased here, and not yet in the CRM. `due_at`: when it is
    looked at next; None: when something changes. `wanted`: another whenever something changed here, so that what
    is noted of an earlier look leaves it in line.
    """

    id: Annotated[CrmLinkId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    connection_id: Annotated[CrmConnectionId, REFERENCE]
    person_id: Annotated[PersonId, REFERENCE]
    contact_ids: Annotated[tuple[ContactId, ...], of_caller(Category.ID, _SYNC)] = ()
    remote_id: Annotated[str | None, of_caller(Category.ID, _SYNC, recipients=(Recipient.CRM,))] = None
    creating: Annotated[bool, STATE] = False
    version: Annotated[str, STATE] = ""
    remote_at: Annotated[datetime | None, TIME] = None
    base: Annotated[
        dict[str, str], of_caller(Category.ID, _SYNC, untold="keyed hashes: the file has what they were made of")
    ] = {}
    asked: Annotated[tuple[str, ...], STATE] = ()
    chosen: Annotated[dict[str, Side], STATE] = {}
    erasing: Annotated[tuple[ContactId, ...], of_caller(Category.ID, _SYNC, basis=Basis.LEGAL_OBLIGATION)] = ()
    state: Annotated[LinkState, STATE] = "waiting"
    why: Annotated[str, of_organisation(Category.SETTING, "why it is not in step, in words")] = ""
    tries: Annotated[int, MEASURE] = 0
    due_at: Annotated[datetime | None, TIME] = None
    wanted: Annotated[str, STATE] = ""
    synced_at: Annotated[datetime | None, TIME] = None
    created_at: Annotated[datetime, TIME]


@document(
    "crm_jobs",
    tenant=True,
    kept=OnItsDay(period="a year after it was stored; an erasure by number that the CRM never answered, 28 days"),
)
class CrmJob(msgspec.Struct, frozen=True, kw_only=True):
    """Its id follows from what it is about, so that nothing is told twice; it is the idempotency key at the CRM too.

    `number`: of an erasure by number, sealed; empty once it is settled. `remote_id`: what the CRM calls what was
    logged. `said`: its answer, the receipt.
    """

    id: Annotated[CrmJobId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    connection_id: Annotated[CrmConnectionId, REFERENCE]
    kind: Annotated[JobKind, STATE]
    contact_id: Annotated[ContactId | None, of_caller(Category.ID, _PROOF)] = None
    number: Annotated[bytes, _NUMBER] = b""
    link_id: Annotated[CrmLinkId | None, REFERENCE] = None
    call_id: Annotated[CallId | None, REFERENCE] = None
    remote_id: Annotated[str | None, REFERENCE] = None
    state: Annotated[JobState, STATE] = "waiting"
    tries: Annotated[int, MEASURE] = 0
    said: Annotated[str, of_organisation(Category.SETTING, "what the CRM answered")] = ""
    due_at: Annotated[datetime, TIME]
    until: Annotated[datetime, TIME]
    created_at: Annotated[datetime, TIME]
    done_at: Annotated[datetime | None, TIME] = None
    delete_at: Annotated[datetime, TIME]


@document("crm_tombstones", tenant=True, kept=WithOrganisation())
class CrmTombstone(msgspec.Struct, frozen=True, kw_only=True):
    """A record of the CRM that was erased: its id is a hash of the connection's and the record's, and it never makes a
    person again."""

    id: Annotated[CrmLinkId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    connection_id: Annotated[CrmConnectionId, REFERENCE]
    at: Annotated[datetime, TIME]
