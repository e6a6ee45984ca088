"""The connection to MongoDB and the two doors into it: a tenant's scope, and the platform's with a reason."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC
from typing import Any, TypeVar

import msgspec
import pymongo
from bson.codec_options import CodecOptions
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.mongo_client import AsyncMongoClient
from pymongo.errors import PyMongoError
from pymongo.monitoring import CommandListener
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from call24.data_map import document_of, documents
from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId
from call24.kit.mongo import schema
from call24.kit.mongo.collection import PlatformCollection, TenantCollection
from call24.kit.mongo.stored_documents import StoredDocuments
from call24.kit.mongo.transaction import in_transaction
from call24.kit.mongo.trouble import translated
from call24.kit.mongo.watch import COMMENT

T = TypeVar("T", bound=msgspec.Struct)
R = TypeVar("R")

_SELECTION_MS = 2_000


class Mongo:
    """One database. Nothing connects before the first command; every command ends within `timeout_s`."""

    def __init__(
        self, uri: str, database: str, *, watch: Sequence[CommandListener] = (), timeout_s: float = 4.0
    ) -> None:
        self._client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
            uri,
            serverSelectionTimeoutMS=_SELECTION_MS,
            connectTimeoutMS=_SELECTION_MS,
            timeoutMS=int(timeout_s * 1000),
            heartbeatFrequencyMS=1_000,
            maxPoolSize=32,
            appname="call24",
            event_listeners=list(watch),
        )
        self._database = self._client.get_database(
            database,
            codec_options=CodecOptions(tz_aware=True, tzinfo=UTC),
            write_concern=WriteConcern(w="majority", j=True),
            read_concern=ReadConcern("majority"),
        )
        self._collections: dict[str, AsyncCollection[dict[str, Any]]] = {}

    def tenant(self, tenant_id: TenantId) -> TenantScope:
        return TenantScope(self, tenant_id)

    async def transact(self, tenant_id: TenantId, work: Callable[[TenantScope], Awaitable[R]]) -> R:
        """What `work` writes through the scope that it is given is stored together, or nothing of it is.

        It may be called again where another process changed the same documents, so it does nothing else. What it raises
        is raised, and nothing is stored. Raises: Unavailable, and then it may be stored.
        """
        return await in_transaction(self._client, lambda session: work(TenantScope(self, tenant_id, session)))

    def platform(self, struct: type[T], *, why: str) -> PlatformCollection[T]:
        """A collection over all tenants; `why` is shown by the profiler and checked by ScopeWatch."""
        return PlatformCollection(self.raw(document_of(struct).collection), struct, COMMENT + why)

    def as_stored(self, *, why: str) -> StoredDocuments:
        """All documents, of all tenants and in any form. Only for migrations, and for sealing again."""
        return StoredDocuments(self.raw, COMMENT + why)

    def raw(self, collection: str) -> AsyncCollection[dict[str, Any]]:
        """For this package only."""
        if collection not in self._collections:
            self._collections[collection] = self._database[collection]
        return self._collections[collection]

    async def ensure_indexes(self, indexes: Iterable[schema.Index]) -> None:
        await schema.ensure(self._database, indexes)

    async def ping(self, timeout_s: float) -> bool:
        """Whether a server that takes writes answers within `timeout_s`."""
        try:
            with pymongo.timeout(timeout_s):
                return bool((await self._client.admin.command("hello")).get("isWritablePrimary"))
        except PyMongoError:
            return False

    async def check_transactions(self) -> None:
        """Raises: Unavailable where the server is away, or a single one without a replica set, which has none."""
        with translated():
            said = await self._client.admin.command("hello")
        if "setName" not in said and said.get("msg") != "isdbgrid":  # mongos, before a sharded cluster
            raise Unavailable("MongoDB is not a replica set: start it with --replSet, and run rs.initiate() once")

    async def version(self) -> str:
        """Of the server, such as `7.0.14`. Raises: Unavailable."""
        with translated():
            return str((await self._client.server_info())["version"])

    @property
    def reachable(self) -> bool:
        """What the driver's own monitoring knows now, without asking; False before the first command."""
        return self._client.topology_description.has_writable_server()

    @property
    def servers(self) -> list[str]:
        """Names or addresses of all members that the driver knows; empty before the first command."""
        return sorted({host for host, _ in self._client.topology_description.server_descriptions()})

    async def close(self) -> None:
        await self._client.close()


class TenantScope:
    """Everything of one tenant, and nothing else."""

    def __init__(self, mongo: Mongo, tenant_id: TenantId, session: AsyncClientSession | None = None) -> None:
        """`session`: the transaction that its commands belong to."""
        if not tenant_id:
            raise ValueError("a scope needs a tenant")
        self._mongo = mongo
        self._session = session
        self.tenant_id = tenant_id

    def collection(self, struct: type[T]) -> TenantCollection[T]:
        declared = document_of(struct)
        if not declared.tenant:
            raise TypeError(f"{struct.__name__} does not belong to a tenant")
        return TenantCollection(self._mongo.raw(declared.collection), struct, self.tenant_id, self._session)

    async def wipe(self) -> int:
        """Delete every document of this tenant in every declared collection; how many there were."""
        deleted = 0
        for declared in documents():
            if declared.tenant:
                with translated():
                    result = await self._mongo.raw(declared.collection).delete_many({"tenant_id": self.tenant_id})
                deleted += int(result.deleted_count)
        return deleted
