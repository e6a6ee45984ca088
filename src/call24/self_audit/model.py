"""The result of a self-audit, as it is kept: when it was, what each check answered, and the signature."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import ID, MEASURE, STATE, TIME, WithInstallation, document

Answer = Literal["pass", "fail", "unverified"]


class CheckAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`unverified`: it could not be told, which counts as a failure. `seen` and `advice` name no address, file,
    organisation or person: every organisation of the installation may read them."""

    answer: Annotated[Answer, STATE]
    seen: Annotated[str, STATE]
    advice: Annotated[str, STATE]


@document("self_audits", tenant=False, kept=WithInstallation())
class SelfAudit(msgspec.Struct, frozen=True, kw_only=True):
    """`checks`: by the check's name; `passed`: each answered `pass`; `installation`: the SHA-256 of the public key;
    `signature`: Ed25519, over the rest."""

    id: Annotated[str, ID]
    at: Annotated[datetime, TIME]
    took_ms: Annotated[int, MEASURE]
    passed: Annotated[bool, STATE]
    checks: Annotated[dict[str, CheckAnswer], STATE]
    installation: Annotated[str, STATE] = ""
    signature: Annotated[str, STATE] = ""
