"""What the routes of callers' files answer. Types only: the OpenAPI document is made from them."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from call24.exports.answers import ExportState
from call24.kit.answers import Instant


class CallerFileAnswer(TypedDict):
    """A file of all that is kept of a caller."""

    id: str
    contact_id: str
    name: Annotated[str | None, Field(description="The caller's; null: none is known")]
    number: Annotated[str | None, Field(description="The caller's, E.164; null: the caller was erased")]
    state: ExportState
    calls_done: int
    calls: Annotated[int | None, Field(description="Null until they are counted")]
    percent: Annotated[int, Field(description="From 0 to 100")]
    trouble: Annotated[str | None, Field(description="Why it failed, in words")]
    created_at: Instant
    delete_at: Annotated[Instant, Field(description="When the file is deleted")]


class CallerFilePage(TypedDict):
    """One page of callers' files, newest first."""

    items: list[CallerFileAnswer]
    next: Annotated[str | None, Field(description="The `cursor` of the next page. Null on the last page")]


class CallerImportAnswer(TypedDict):
    """An import of a caller's file."""

    id: str
    contact_id: Annotated[str | None, Field(description="Null until the file is checked")]
    name: Annotated[str | None, Field(description="The caller's; null: none is known")]
    number: Annotated[
        str | None, Field(description="The caller's, E.164; null until the contact is stored, at the end")
    ]
    sha256: Annotated[str, Field(description="Of the file")]
    organisation: Annotated[str | None, Field(description="The name of the organisation that made the file")]
    made_at: Annotated[str | None, Field(description="When it was made, as the file says")]
    state: Literal["running", "done", "failed"]
    rows_done: int
    rows: Annotated[int | None, Field(description="Documents and recordings. Null until they are counted")]
    percent: Annotated[int, Field(description="From 0 to 100")]
    expired: Annotated[int, Field(description="Those that are older than this organisation keeps calls: not stored")]
    problem: Annotated[
        str | None,
        Field(
            description="Why it failed: `caller_file_unreadable`: no ZIP of a caller's file, or it has other files; "
            "`caller_file_too_big`: more entries than are read, or it would grow too much; `caller_file_changed`: a "
            "size or hash is not as listed; `caller_file_schema`: a document is not as its schema says, or names "
            "somebody else; `caller_file_own`: this organisation made it; `import_interrupted`: send it again"
        ),
    ]
    trouble: Annotated[str | None, Field(description="Why it failed, in words")]
    created_at: Instant
    ended_at: Instant | None


class CallerImportPage(TypedDict):
    """One page of imports, newest first."""

    items: list[CallerImportAnswer]
    next: Annotated[str | None, Field(description="The `cursor` of the next page. Null on the last page")]


class ImportedFrom(TypedDict):
    """Where something comes from."""

    import_id: str
    organisation: Annotated[str, Field(description="The name of the organisation that made the file")]
    made_at: Annotated[str, Field(description="When it was made, as the file says")]
    imported_at: Instant


class ImportedAnswer(TypedDict):
    """A document that another Call24 kept of the caller."""

    id: str
    part: Annotated[str, Field(description="The collection that it was in, `vcon` or `calls.csv`")]
    source_id: Annotated[str, Field(description="Its id there")]
    document: Annotated[str, Field(description="As the file has it, as JSON")]
    delete_at: Instant
    imported: ImportedFrom


class ImportedPage(TypedDict):
    """One page of what was imported of a caller."""

    items: list[ImportedAnswer]
    next: Annotated[str | None, Field(description="The `cursor` of the next page. Null on the last page")]


class VconParty(TypedDict):
    """Who took part, or the organisation."""

    tel: NotRequired[str]
    name: NotRequired[Annotated[str, Field(description="`anonymous`: it is not told")]]
    validation: NotRequired[Annotated[str, Field(description="How the name was proven: `none`")]]
    role: NotRequired[str]
    type: str


class VconDialog(TypedDict):
    """A recording, a talk that was not recorded, a call that nobody answered, or a transfer."""

    type: str
    start: Instant
    parties: NotRequired[
        Annotated[
            list[int | list[int] | None], Field(description="Places in `parties`; in stereo, one of each channel")
        ]
    ]
    originator: NotRequired[int]
    duration: NotRequired[Annotated[float, Field(description="In seconds")]]
    disposition: NotRequired[str]
    mediatype: NotRequired[str]
    filename: NotRequired[str]
    url: NotRequired[str]
    content_hash: NotRequired[Annotated[str, Field(description="`sha512-` and the hash in base64url")]]
    body: NotRequired[Annotated[str, Field(description="The audio, in base64url")]]
    encoding: NotRequired[str]
    interaction_id: NotRequired[Annotated[str, Field(description="The call's id")]]
    interaction_type: NotRequired[str]
    skill: NotRequired[Annotated[str, Field(description="The queue's name")]]
    transferee: NotRequired[int]
    transferor: NotRequired[int]
    transfer_target: NotRequired[int]
    original: NotRequired[int]
    target_dialog: NotRequired[int]


class VconAnalysis(TypedDict):
    """How the call was handled: outcome, seconds, dispositions."""

    type: str
    dialog: int
    vendor: str
    schema: str
    mediatype: str
    encoding: str
    body: dict[str, str | bool | float | list[str] | None]


class VconGrant(TypedDict):
    """Whether data may be used for a purpose."""

    purpose: str
    granted: bool
    granted_at: Instant


class VconLawfulBasis(TypedDict):
    """On which basis the call's data is kept, until when."""

    lawful_basis: str
    expiration: Instant
    purpose_grants: list[VconGrant]


class VconAttachment(TypedDict):
    """A lawful basis (draft-howe-vcon-lawful-basis)."""

    purpose: str
    start: Instant
    party: int
    dialog: int
    mediatype: str
    encoding: str
    body: VconLawfulBasis


class VconHeader(TypedDict):
    """Which certificates verify the signature."""

    alg: Annotated[str, Field(description="RS256")]
    x5c: Annotated[
        list[str],
        Field(description="The certificates of the key that signed, and of the installation's key, which issued it"),
    ]
    uuid: Annotated[str, Field(description="The vCon's")]


class VconSignature(TypedDict):
    """The installation's signature (RFC 7515, 7.2.1)."""

    header: VconHeader
    protected: str
    signature: str


class SignedVcon(TypedDict):
    """A vCon in signed form: a JWS in General JSON Serialization."""

    payload: Annotated[str, Field(description="The vCon (IETF draft-ietf-vcon-vcon-core) as JSON, in base64url")]
    signatures: Annotated[list[VconSignature], Field(description="One")]


class Vcon(TypedDict):
    """A vCon (IETF draft-ietf-vcon-vcon-core) with the contact centre and lawful basis extensions."""

    vcon: Annotated[str, Field(description="The version of the syntax: 0.4.0")]
    uuid: Annotated[str, Field(description="The same each time it is asked for")]
    extensions: list[str]
    created_at: Annotated[Instant, Field(description="When the call ended")]
    parties: Annotated[
        list[VconParty], Field(description="The customer first, the organisation second, then who took part")
    ]
    dialog: list[VconDialog]
    analysis: list[VconAnalysis]
    attachments: list[VconAttachment]
