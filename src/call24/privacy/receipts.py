"""Issues receipts of erasures and keeps them for as long as the installation exists. It erases nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from call24.kit.clock import Clock
from call24.kit.errors import NotFound
from call24.kit.ids import derived_id
from call24.kit.instants import iso
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.kit.signed_json import hashed, signing_key
from call24.privacy.model import ErasureReceipt, Rule
from call24.privacy.receipt import signed
from call24.processors.model import ErasureNotice


def receipt_id(rule: Rule, erased_id: str) -> str:
    """Known before the erasure begins, and the same when it is carried on."""
    return derived_id("rcp", rule, erased_id)


class Receipts:
    def __init__(self, mongo: Mongo, clock: Clock, key: AppKey) -> None:
        self._receipts = mongo.platform(ErasureReceipt, why="receipts outlive the organisation")
        self._clock = clock
        self._key = signing_key(key)

    @property
    def public_key(self) -> Ed25519PublicKey:
        return self._key.public_key()

    async def issue(
        self,
        rule: Rule,
        erased_id: str,
        reason: str,
        erased: Mapping[str, int],
        *,
        interrupted: bool = False,
        processors: Sequence[ErasureNotice] = (),
    ) -> ErasureReceipt:
        """Call it when all is gone. `processors`: what they were asked. Raises: Unavailable."""
        now = self._clock.now()
        unsigned = ErasureReceipt(
            id=receipt_id(rule, erased_id),
            at=now.replace(microsecond=now.microsecond // 1000 * 1000),  # as MongoDB gives it back
            rule=rule,
            reason=reason,
            subject=hashed(erased_id.encode()),
            erased={kind: count for kind, count in sorted(erased.items()) if count},
            interrupted=interrupted,
            processors={one.processor_id: str(iso(one.asked_at)) for one in processors},
            installation="",
            signature="",
        )
        receipt = signed(unsigned, self._key)
        await self._receipts.replace(receipt, upsert=True)
        return receipt

    async def get(self, id: str) -> ErasureReceipt:
        """Raises: NotFound, Unavailable."""
        found = await self._receipts.find_one({"id": id})
        if found is None:
            raise NotFound
        return found

    async def issued(self, ids: Collection[str]) -> set[str]:
        """Which of them are there. Raises: Unavailable."""
        return set(await self._receipts.distinct("_id", {"id": {"$in": list(ids)}})) if ids else set()
