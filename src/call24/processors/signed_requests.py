"""Asks processors to erase, correct or restrict a person's data: a signed HTTPS request, as webhooks are.

2xx is an answer; anything else, a redirect too, is none, and the outbox asks again (processors/sender.py).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

import aiohttp

from call24.kit.clock import Clock
from call24.kit.ids import ProcessorId, TenantId
from call24.kit.outbound_http import NotAllowed
from call24.processors import rules
from call24.processors.model import PersonKind
from call24.processors.recipients import ErasureAnswer, ErasureRequest
from call24.processors.service import Processors
from call24.webhooks import signing

ANSWER_BYTES = 8 * 1024
"""Read of an answer; the rest is not waited for."""
Post = Callable[[str, bytes, Mapping[str, str], int], Awaitable[tuple[int, bytes]]]


class SignedRequests:
    """An `ErasureRecipients`: an organisation's registered processors."""

    def __init__(self, processors: Processors, clock: Clock, post: Post) -> None:
        self._processors = processors
        self._clock = clock
        self._post = post

    async def of(self, tenant_id: TenantId, kind: PersonKind) -> Sequence[tuple[ProcessorId, str]]:
        """Raises: Unavailable."""
        return [(one.id, one.name) for one in await self._processors.all(tenant_id) if kind in one.gets]

    async def ask(self, tenant_id: TenantId, recipient_id: ProcessorId, request: ErasureRequest) -> ErasureAnswer:
        """Raises: Unavailable."""
        processor = await self._processors.store.find(tenant_id, recipient_id)
        if processor is None:
            return ErasureAnswer(trouble="removed")
        if not (keys := self._processors.keys(processor)):
            return ErasureAnswer(trouble="no_secret")
        text = rules.body(request)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "call24-erasures",
            **signing.headers(keys, request.id, int(self._clock.wall().timestamp()), text),
        }
        try:
            status, answer = await self._post(processor.url, text.encode(), headers, ANSWER_BYTES)
        except TimeoutError:
            return ErasureAnswer(trouble="too_slow")
        except (OSError, aiohttp.ClientError, ValueError) as error:
            return ErasureAnswer(trouble="not_allowed" if NotAllowed.caused(error) else "no_answer")
        return ErasureAnswer(trouble=None if 200 <= status < 300 else "refused", status=status, said=rules.said(answer))
