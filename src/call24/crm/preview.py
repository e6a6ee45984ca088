"""What a connection would do with the next records of its CRM, field by field. It changes nothing on either side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from call24.crm import rules
from call24.crm.connector import CrmClient, RemoteRecord
from call24.crm.engine import Engine
from call24.crm.model import CrmConnection

Action = Literal["create_person", "update", "ask", "nothing", "delete_person", "stopped"]


@dataclass(frozen=True, kw_only=True)
class FieldPreview:
    """`outcome`: in_step, to_call24, to_crm, ask, unreadable."""

    field: str
    call24: str
    crm: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class RecordPreview:
    """`person_id`: who it is here; None: a person would be made. `why`: of what would be stopped or not read."""

    remote_id: str
    person_id: str | None
    action: Action
    fields: tuple[FieldPreview, ...] = ()
    why: str = ""


async def preview(engine: Engine, connection: CrmConnection, client: CrmClient, limit: int) -> list[RecordPreview]:
    """Raises: CrmTrouble, Unavailable."""
    page = await client.changed_since(None, limit)
    return [await _of(engine, connection, record) for record in page.records]


async def _of(engine: Engine, connection: CrmConnection, record: RemoteRecord) -> RecordPreview:
    found = await engine.whose(connection, record)
    if found is None or (record.deleted and found.person is None):
        return RecordPreview(remote_id=record.id, person_id=None, action="nothing")
    person, link = found.person, found.link
    person_id = person.id if person is not None else None
    if record.deleted:
        action: Action = "delete_person" if connection.follow_deletions else "nothing"
        return RecordPreview(remote_id=record.id, person_id=person_id, action=action, why="the CRM deleted it")
    if found.stop:
        return RecordPreview(remote_id=record.id, person_id=person_id, action="stopped", why=found.stop)
    read = engine.read(connection, record)
    here = rules.of_person(person, connection.mapping) if person is not None else dict.fromkeys(read.values, "")
    decision = rules.decided(
        connection.mapping,
        link.base,
        here,
        read.values,
        engine.hasher(link),
        here_at=person.updated_at if person is not None else record.changed_at,
        there_at=record.changed_at,
        chosen=link.chosen,
    )
    fields = [
        FieldPreview(field=name, call24=here[name], crm=read.values[name], outcome=outcome)
        for name, outcome in decision.outcomes.items()
    ]
    fields += [
        FieldPreview(field=name, call24=here.get(name, ""), crm="", outcome="unreadable") for name in read.unreadable
    ]
    changes = bool(decision.to_person or decision.to_record)
    action = "create_person" if person is None else "ask" if decision.asked else "update" if changes else "nothing"
    why = "; ".join(f"{name}: {fault}" for name, fault in read.unreadable.items())
    return RecordPreview(remote_id=record.id, person_id=person_id, action=action, fields=tuple(fields), why=why)
