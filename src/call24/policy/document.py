"""A version of the policy with an organisation's parts in it, as blocks; and what differs between two versions. Pure.

Marks of a text, and nothing else: `# ` a title, `## ` a heading, `* ` an item, `[[callers]]` a table, `{contact}` a
part of the organisation's. What an organisation states is text, never marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from call24.data_map import Recipient
from call24.kit.blocks import Block
from call24.policy.model import PolicySettings
from call24.policy.texts import LANGUAGE, Row, Tables, Version
from call24.tenants.model import RecordingLimit, Tenant

_PART = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a text is filled with, in its language. Cells of the tables are the data map's, in English."""

    no_transfers: str
    not_stated: str
    columns: tuple[str, ...]
    recipients: tuple[str, ...]
    recording: Mapping[RecordingLimit, str]


WORDS: Mapping[str, Words] = {
    "en": Words(
        no_transfers="none is registered",
        not_stated="not stated yet",
        columns=("What", "What for", "How long", "Legal basis", "Given to"),
        recipients=("Who", "What"),
        recording={
            "always": "Calls are recorded where the queue that they come to is set so, or an agent records them.",
            "on_demand": "A call is recorded only when an agent starts the recording.",
            "never": "Calls are not recorded.",
        },
    ),
    "mn": Words(
        no_transfers="бүртгэгдээгүй",
        not_stated="хараахан заагаагүй",
        columns=("Юу", "Юунд", "Хэр удаан", "Хуулийн үндэслэл", "Хэнд өгдөг"),
        recipients=("Хэн", "Юу"),
        recording={
            "always": "Дуудлага орж ирсэн дараалалд ингэж тохируулсан, эсвэл ажилтан бичсэн бол дуудлагыг бичнэ.",
            "on_demand": "Зөвхөн ажилтан бичлэгийг эхлүүлсэн үед дуудлагыг бичнэ.",
            "never": "Дуудлагыг бичдэггүй.",
        },
    ),
}


@dataclass(frozen=True)
class Difference:
    """`heading`: below which it stands; `removed` and `added`: what was there before, and is there now."""

    heading: str
    removed: tuple[Block, ...]
    added: tuple[Block, ...]


def parts(
    tenant: Tenant,
    settings: PolicySettings,
    transfers: Sequence[str] = (),
    language: str = LANGUAGE,
    backup_days: int = 30,
    file_store: str = "",
) -> dict[str, str]:
    """What the marks of a text stand for. `file_store`: what the S3-compatible store is called; empty: none is set."""
    words = WORDS[language]
    stated = {name: getattr(settings, name) or words.not_stated for name in ("postal_address", "contact", "officer")}
    return {
        **stated,
        "controller": settings.controller or tenant.name,
        "authority": settings.authority or words.not_stated,
        "data_region": settings.data_region or words.not_stated,
        "transfers": "; ".join(transfers) or words.no_transfers,
        "backup_days": str(backup_days),
        "file_store": file_store,
        "record_days": str(tenant.record_days),
        "recording": words.recording[tenant.recording],
    }


def blocks(version: Version, filled: Mapping[str, str], language: str = LANGUAGE) -> tuple[Block, ...]:
    """Raises: KeyError for a mark that stands for nothing."""
    text = version.in_language(language).strip()
    return tuple(
        block for part in text.split("\n\n") for block in _blocks(part, version.tables, filled, WORDS[language])
    )


def differences(before: Sequence[Block], after: Sequence[Block]) -> list[Difference]:
    """What was removed and added, in the order of `after`."""
    found = []
    for tag, old, old_end, new, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            below = [block.cells[0] for block in after[: new + 1] if block.kind in ("title", "heading")]
            found.append(Difference(below[-1] if below else "", tuple(before[old:old_end]), tuple(after[new:new_end])))
    return found


def _blocks(part: str, tables: Tables, filled: Mapping[str, str], words: Words) -> Iterator[Block]:
    if part.startswith("[["):
        yield from _table(part.strip("[]"), tables, filled, words)
        return
    for mark, kind in (("## ", "heading"), ("# ", "title")):
        if part.startswith(mark):
            yield Block(kind, (_filled(part.removeprefix(mark), filled),))  # type: ignore[arg-type]
            return
    if part.startswith("* "):
        for line in part.splitlines():
            yield Block("item", (_filled(line.removeprefix("* "), filled),))
    else:
        yield Block("paragraph", (_filled(part, filled),))


def _filled(text: str, filled: Mapping[str, str]) -> str:
    return _PART.sub(lambda found: filled[found[1]], text)


def _given(names: Sequence[str], filled: Mapping[str, str]) -> Iterator[str]:
    """The S3-compatible store by its own name, and only where there is one."""
    for name in names:
        if name != Recipient.FILE_STORE:
            yield name
        elif filled["file_store"]:
            yield filled["file_store"]


def _table(name: str, tables: Tables, filled: Mapping[str, str], words: Words) -> Iterator[Block]:
    if name == "recipients":
        yield Block("header", words.recipients)
        for who, kinds in tables.recipients:
            for called in _given((who,), filled):
                yield Block("row", (called, "; ".join(kinds)))
        return
    rows: Mapping[str, tuple[Row, ...]] = {"callers": tables.callers, "users": tables.users}
    yield Block("header", words.columns)
    for row in rows[name]:
        lists = (row.purposes, row.kept, row.basis, tuple(_given(row.recipients, filled)))
        yield Block("row", (row.what, *("; ".join(several) for several in lists)))
