"""The data map: what is kept, whose it is, why, for how long, and how it is erased. Data and pure rules; it stores
nothing and erases nothing itself.

A model says it field by field (`Annotated[str, of_user(Category.NAME, "shown to colleagues")]`) and document by
document (`@document("tokens", tenant=True, kept=...)`); files, logs, browser keys and event bodies are `Place`s.
"""

from call24.data_map.erasure import Deleted, Erasure, FileThenDocument, KeyDestroyed, Unset
from call24.data_map.facts import (
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
    Fact,
    Recipient,
    Subject,
    of_caller,
    of_organisation,
    of_user,
)
from call24.data_map.models import (
    Document,
    declared,
    document,
    document_of,
    documents,
    structs_in,
    undeclared_paths,
)
from call24.data_map.retention import (
    Expires,
    OnItsDay,
    Retention,
    Until,
    WithAccount,
    WithCall,
    WithDocument,
    WithInstallation,
    WithOrganisation,
    WithParent,
)

__all__ = [
    "ID",
    "MEASURE",
    "PERSON",
    "REFERENCE",
    "SETTING",
    "STATE",
    "TENANT",
    "TIME",
    "Basis",
    "Category",
    "Deleted",
    "Document",
    "Erasure",
    "Expires",
    "Fact",
    "FileThenDocument",
    "KeyDestroyed",
    "OnItsDay",
    "Recipient",
    "Retention",
    "Subject",
    "Unset",
    "Until",
    "WithAccount",
    "WithCall",
    "WithDocument",
    "WithInstallation",
    "WithOrganisation",
    "WithParent",
    "declared",
    "document",
    "document_of",
    "documents",
    "of_caller",
    "of_organisation",
    "of_user",
    "structs_in",
    "undeclared_paths",
]
