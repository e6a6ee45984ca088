"""`/metrics`, for the Prometheus of whoever runs the installation: by a token of its own, that of the data folder.

No organisation's token opens it, whatever its permissions; nor does the operator's secret, which may change things.
"""

from __future__ import annotations

import hmac

from fastapi import Request, Response

from call24.http.router import Router
from call24.kit.errors import Unauthenticated
from call24.metrics.dependencies import MetricsDep

router = Router(prefix="/metrics", tags=["internal"], include_in_schema=False)


@router.get("", operation_id="metrics_read")
async def read(request: Request, metrics: MetricsDep) -> Response:
    """Raises: Unauthenticated."""
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    known = metrics.token and hmac.compare_digest(shown.strip().encode(), metrics.token.encode())
    if scheme.lower() != "bearer" or not known:
        raise Unauthenticated("Show the token of the file secrets/metrics in the data folder, as a bearer token")
    body, media_type = await metrics.exposition(request.headers.get("accept", ""))
    return Response(body, media_type=media_type, headers={"Cache-Control": "no-store"})
