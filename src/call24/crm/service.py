"""Each organisation's connections to CRMs: setting, switching and looking at them. It keeps nothing in step itself
(engine.py, worker.py).

Credentials are never shown again, and are stored sealed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from call24.crm import kinds, machine, rules
from call24.crm.connector import CrmClient, CrmTrouble
from call24.crm.engine import Engine, new_link
from call24.crm.model import (
    CrmConnection,
    CrmJob,
    CrmKind,
    CrmLink,
    FieldMapping,
    JobState,
    LinkState,
    Side,
)
from call24.crm.preview import RecordPreview, preview
from call24.crm.store import CrmStore
from call24.kit.clock import Clock
from call24.kit.encryption import SecretBox
from call24.kit.endpoints import WhyNot, anywhere, check_endpoint
from call24.kit.errors import Conflict, Invalid, NotFound
from call24.kit.ids import ContactId, CrmConnectionId, CrmJobId, CrmLinkId, PersonId, TenantId, UserId, new_id
from call24.kit.paging import cursor_of, place_of
from call24.kit.secrets import AppKey

OpenClient = Callable[[CrmConnection, str], CrmClient]
"""A client for a connection and its opened credentials."""
PREVIEW_MAX = 25
NEEDS_A_NEW_LIST = frozenset({"url", "kind", "mapping", "shape", "chatwoot"})


class CrmConnections:
    """`private`: the operator lets requests go to this machine and its networks, and without TLS. `why_not`: whether
    an organisation's data may go somewhere. `put`: set when a connection has something to do."""

    def __init__(
        self,
        store: CrmStore,
        engine: Engine,
        clock: Clock,
        key: AppKey,
        open_client: OpenClient,
        *,
        private: bool = False,
    ) -> None:
        self.store = store
        self._engine = engine
        self._clock = clock
        self._box = SecretBox(key, "crm credentials")
        self._open_client = open_client
        self._private = private
        self.why_not: WhyNot = anywhere
        self.put = asyncio.Event()
        self._without: set[TenantId] = set()
        """Organisations that have no connection."""
        self._added = 0

    # --- settings ---

    async def add(self, tenant_id: TenantId, by: UserId, settings: Mapping[str, Any]) -> CrmConnection:
        """`settings`: fields of CrmConnection, and `token`. It is off until it is switched on.

        Raises: Invalid, Conflict (codes too_many, transfer_not_registered), Unavailable.
        """
        if len(await self.store.all(tenant_id)) >= rules.CONNECTIONS_MAX:
            raise Conflict(f"An organisation has at most {rules.CONNECTIONS_MAX} CRM connections", code="too_many")
        id, fields = CrmConnectionId(new_id("crm")), _tidy(settings)
        connection = CrmConnection(
            id=id,
            tenant_id=tenant_id,
            credentials=self._box.seal(_token(fields.pop("token", ""), fields.get("kind", "rest")), id),
            created_by=by,
            created_at=self._clock.now(),
            **fields,
        )
        await self._check(connection)
        try:
            await self.store.connections(tenant_id).insert(connection)
        finally:  # an error can mean that it is stored
            self._added += 1
            self._without.discard(tenant_id)
        return connection

    async def get(self, tenant_id: TenantId, id: CrmConnectionId) -> CrmConnection:
        """Raises: NotFound, Unavailable."""
        return await self.store.connections(tenant_id).get(id)

    async def all(self, tenant_id: TenantId) -> list[CrmConnection]:
        """The oldest first. Raises: Unavailable."""
        return await self.store.all(tenant_id)

    async def switched_on(self, tenant_id: TenantId) -> list[CrmConnection]:
        """The oldest first. Each call and person asks: of an organisation without any, from memory.

        Raises: Unavailable.
        """
        if tenant_id in self._without:
            return []
        added = self._added
        found = await self.store.all(tenant_id)
        if not found and added == self._added:
            self._without.add(tenant_id)
        return [one for one in found if one.wish == "on"]

    async def change(self, tenant_id: TenantId, id: CrmConnectionId, settings: Mapping[str, Any]) -> CrmConnection:
        """What is not named stays. Another address, form or mapping has the CRM's list read from its beginning.

        Raises: NotFound, Invalid, Conflict (codes transfer_not_registered, crm_linked), Unavailable.
        """
        before, fields = await self.get(tenant_id, id), _tidy(settings)
        wish = fields.pop("wish", before.wish)
        if "token" in fields:
            fields["credentials"] = self._box.seal(_token(fields.pop("token"), before.kind), id)
        after = msgspec.structs.replace(before, **fields)
        moved = _place(after) != _place(before)
        if moved and await self.store.links(tenant_id).count({"connection_id": id}):
            text = "Records at the former place are linked: add another connection for the new one, and delete this one"
            raise Conflict(text, code="crm_linked")
        if moved or any(getattr(after, name) != getattr(before, name) for name in NEEDS_A_NEW_LIST):
            begun = {"cursor_at": "", "cursor_id": "", "compared_at": "", "compared_id": ""}
            after = msgspec.structs.replace(after, **begun, catching_up=True, filled_to=PersonId(""))
        await self._check(after)
        after = machine.switched(after, wish, self._clock.now())
        await self._replace(after)
        return after

    async def remove(self, tenant_id: TenantId, id: CrmConnectionId) -> None:
        """With its links; nothing is deleted in the CRM, nor here. Raises: NotFound, Conflict (crm_erasing),
        Unavailable."""
        connection = await self.get(tenant_id, id)
        if await self.store.links(tenant_id).count({"connection_id": connection.id, "erasing": {"$ne": []}}):
            raise Conflict("The CRM has not erased yet what was erased here: have it answer first", code="crm_erasing")
        await self.store.remove(tenant_id, connection.id)

    async def retry(self, tenant_id: TenantId, id: CrmConnectionId) -> CrmConnection:
        """Tries the connection, and each link that failed, now. Raises: NotFound, Conflict (crm_off), Unavailable."""
        connection, now = await self.get(tenant_id, id), self._clock.now()
        if connection.wish != "on":
            raise Conflict("The connection is off: switch it on first", code="crm_off")
        failed = {"connection_id": id, "state": "failed"}
        await self.store.links(tenant_id).update_where(failed, {"due_at": now, "wanted": new_id("evt"), "tries": 0})
        after = machine.switched(connection, "on", now)
        await self._replace(after)
        return after

    # --- looking ---

    async def preview(self, tenant_id: TenantId, id: CrmConnectionId) -> list[RecordPreview]:
        """What would be done with the first records of the CRM's list; nothing is.

        Raises: NotFound, Conflict (code crm_trouble), Unavailable.
        """
        connection = await self.get(tenant_id, id)
        try:
            return await preview(self._engine, connection, self.client(connection), PREVIEW_MAX)
        except CrmTrouble as error:
            raise Conflict(f"The CRM could not be read: {error}", code="crm_trouble") from error

    def client(self, connection: CrmConnection) -> CrmClient:
        """Raises: CrmTrouble (no_secret)."""
        opened = self._box.open(connection.credentials, connection.id)
        if opened is None:
            raise CrmTrouble("no_secret", "the credentials were sealed with another app key: set them again")
        return self._open_client(connection, opened)

    async def counts(self, connection: CrmConnection) -> dict[LinkState, int]:
        """People by state. Raises: Unavailable."""
        links = self.store.links(connection.tenant_id)
        states: tuple[LinkState, ...] = ("waiting", "in_step", "asking", "failed", "objected", "ended")
        return {state: await links.count({"connection_id": connection.id, "state": state}) for state in states}

    async def links(
        self, connection: CrmConnection, state: LinkState | None, *, limit: int, cursor: str | None
    ) -> tuple[list[CrmLink], str | None]:
        """By id, and the cursor of the next page. Raises: Invalid, Unavailable."""
        which: dict[str, Any] = {"connection_id": connection.id}
        if state is not None:
            which["state"] = state
        if cursor is not None:
            if not cursor.startswith("crl_"):
                raise Invalid(errors=[("cursor", "the `next` of an earlier page")])
            which["id"] = {"$gt": cursor}
        found = await self.store.links(connection.tenant_id).find(which, sort=[("id", 1)], limit=limit + 1)
        return found[:limit], found[limit - 1].id if len(found) > limit else None

    async def jobs(
        self, connection: CrmConnection, state: JobState | None, *, limit: int, cursor: str | None
    ) -> tuple[list[CrmJob], str | None]:
        """The newest first. Raises: Invalid, Unavailable."""
        which: dict[str, Any] = {"connection_id": connection.id}
        if state is not None:
            which["state"] = state
        if cursor is not None:
            at, last = place_of(cursor)
            which["$or"] = [{"created_at": {"$lt": at}}, {"created_at": at, "_id": {"$lt": last}}]
        order = [("created_at", -1), ("id", -1)]
        found = await self.store.jobs(connection.tenant_id).find(which, sort=order, limit=limit + 1)
        shown = found[:limit]
        return shown, cursor_of(shown[-1].created_at, shown[-1].id) if len(found) > limit else None

    async def of_person(
        self, tenant_id: TenantId, *, person_id: PersonId | None = None, contact_id: ContactId | None = None
    ) -> list[tuple[CrmLink, str]]:
        """Records of a person, or of who has a number, with the addresses of their pages: from what is stored, so that
        nobody waits for a CRM. Raises: Unavailable."""
        if person_id is not None:
            found = await self.store.links(tenant_id).find({"person_id": person_id}, limit=rules.CONNECTIONS_MAX)
        else:
            found = await self.store.of_contact(tenant_id, [contact_id] if contact_id is not None else [])
        known = {one.id: one for one in await self.store.all(tenant_id)}
        usable = [one for one in found if one.remote_id and one.state not in ("ended", "objected") and not one.erasing]
        return [(one, self._page_of(known[one.connection_id], one)) for one in usable if one.connection_id in known]

    def _page_of(self, connection: CrmConnection, link: CrmLink) -> str:
        return self._open_client(connection, "").link(link.remote_id or "") or ""

    async def choose(
        self, tenant_id: TenantId, id: CrmConnectionId, link_id: CrmLinkId, choices: Mapping[str, Side]
    ) -> CrmLink:
        """A user says whose value counts. Raises: NotFound, Invalid, Unavailable."""
        link = await self.link(tenant_id, id, link_id)
        wrong = [name for name in choices if name not in link.asked]
        if wrong or not choices:
            asked = ", ".join(link.asked) or "none"
            raise Invalid(errors=[("choices", f"fields that a choice is waited for: {asked}")])
        chosen = {"chosen": {**link.chosen, **choices}, "due_at": self._clock.now(), "wanted": new_id("evt")}
        await self.store.links(tenant_id).update(link.id, chosen)
        await self.wake(tenant_id, [id])
        return await self.link(tenant_id, id, link_id)

    async def link(self, tenant_id: TenantId, id: CrmConnectionId, link_id: CrmLinkId) -> CrmLink:
        """Raises: NotFound, Unavailable."""
        found = await self.store.links(tenant_id).get(link_id)
        if found.connection_id != id:
            raise NotFound
        return found

    async def job(self, tenant_id: TenantId, job_id: CrmJobId) -> CrmJob | None:
        return await self.store.jobs(tenant_id).find_one({"id": job_id})

    # --- what changed here ---

    async def want(self, tenant_id: TenantId, person_id: PersonId) -> None:
        """A person is new or was changed: each connection that is on looks at them. Raises: Unavailable."""
        connections = await self.switched_on(tenant_id)
        person = await self.store.person(tenant_id, person_id) if connections else None
        if person is None:
            return
        for connection in connections:
            await self.store.want(new_link(connection, person, self._clock.now()), self._clock.now())
        await self.wake(tenant_id, [one.id for one in connections])

    async def gone(self, tenant_id: TenantId, person_id: PersonId) -> None:
        """A person was deleted here: the CRM keeps its record, and it makes nobody again. Raises: Unavailable."""
        links, whose = self.store.links(tenant_id), {"person_id": person_id, "erasing": []}
        await links.delete_many({**whose, "remote_id": None, "creating": False})
        ended: dict[str, Any] = {
            "state": "ended",
            "why": "it was deleted here",
            "due_at": None,
            "base": {},
            "wanted": new_id("evt"),
        }
        await links.update_where(whose, ended)

    async def wake(self, tenant_id: TenantId, ids: Sequence[CrmConnectionId], *, rights: bool = False) -> None:
        """Those that run are worked at now. `rights`: an erasure or objection waits, so that one that is off is worked
        at too, for that alone; one that waits for its CRM is left alone. Raises: Unavailable."""
        states = ["running", "off", "dry_run"] if rights else ["running"]
        which = {"id": {"$in": list(ids)}, "state": {"$in": states}}
        await self.store.connections(tenant_id).update_where(which, {"due_at": self._clock.now()})
        self.put.set()

    async def _check(self, connection: CrmConnection) -> None:
        rules.checked(connection, private=self._private)
        await check_endpoint(self.why_not, connection.tenant_id, rules.endpoint_of(connection))

    async def _replace(self, connection: CrmConnection) -> None:
        if not await self.store.connections(connection.tenant_id).replace(connection):
            raise NotFound
        self.put.set()


def _token(text: str, kind: CrmKind) -> str:
    """Raises: Invalid."""
    if kind == "tryton":  # a password: it goes in no header
        if not 1 <= len(text) <= rules.TOKEN_MAX or not text.isprintable():
            raise Invalid(errors=[("token", f"the user's password, 1 to {rules.TOKEN_MAX} printable characters")])
        return text
    if not 1 <= len(text) <= rules.TOKEN_MAX or not text.isascii() or not text.isprintable() or " " in text:
        raise Invalid(errors=[("token", f"1 to {rules.TOKEN_MAX} printable characters without spaces")])
    return text


def _tidy(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as they are stored."""
    fields = dict(settings)
    if "name" in fields:
        fields["name"] = " ".join(fields["name"].split())
    if "url" in fields:
        fields["url"] = fields["url"].rstrip("/")
    if "mapping" in fields:
        fields["mapping"] = tuple(FieldMapping(**one) for one in fields["mapping"])
    for name, of_kind in kinds.SHAPES.items():
        if name in fields:
            fields[name] = of_kind(**fields[name])
    return fields


def _place(connection: CrmConnection) -> tuple[str, ...]:
    """Where the ids of its records mean something."""
    shape = connection.shape
    return connection.url, shape.records_path, shape.id, connection.chatwoot.account_id, connection.odoo.database
