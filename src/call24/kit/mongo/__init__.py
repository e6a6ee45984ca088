"""MongoDB behind a tenant's scope: the only room part that talks to the database.

`Mongo(uri, database)` -> `.tenant(id).collection(Struct)` for nearly everything, `.platform(Struct, why=...)` for the
few look-ups over all tenants. Documents are declared msgspec structs (data_map). It keeps no business rules.
"""

from call24.kit.mongo.client import Mongo, TenantScope
from call24.kit.mongo.collection import PlatformCollection, TenantCollection
from call24.kit.mongo.command_times import CommandTimes
from call24.kit.mongo.schema import FILLED, Index
from call24.kit.mongo.stored_documents import StoredDocuments
from call24.kit.mongo.watch import ScopeWatch

__all__ = [
    "FILLED",
    "CommandTimes",
    "Index",
    "Mongo",
    "PlatformCollection",
    "ScopeWatch",
    "StoredDocuments",
    "TenantCollection",
    "TenantScope",
]
