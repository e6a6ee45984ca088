"""Signs a request to an S3-compatible store (AWS Signature Version 4). Pure.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

from __future__ import annotations

import hashlib
import hmac
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, kw_only=True)
class StoreLogin:
    """Who Call24 is to the store. `region`: the bucket's, as the store calls it, such as eu-central-1."""

    key_id: str
    secret: str = field(repr=False)
    region: str


@dataclass(frozen=True, kw_only=True)
class StoreRequest:
    """`path`: as it is sent, percent-encoded; `query`: not encoded yet."""

    method: str
    host: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def signed(request: StoreRequest, login: StoreLogin, at: datetime) -> dict[str, str]:
    """The headers to send. `at`: aware; the store takes what is at most a quarter of an hour from its own time."""
    stamp, day = at.strftime("%Y%m%dT%H%M%SZ"), at.strftime("%Y%m%d")
    digest = hashlib.sha256(request.body).hexdigest()
    headers = {**request.headers, "host": request.host, "x-amz-content-sha256": digest, "x-amz-date": stamp}
    low = {name.lower(): " ".join(value.split()) for name, value in headers.items()}
    names = ";".join(sorted(low))
    lines = "".join(f"{name}:{low[name]}\n" for name in sorted(low))
    canonical = "\n".join((request.method, request.path, query_of(request.query), lines, names, digest))
    scope = f"{day}/{login.region}/s3/aws4_request"
    text = "\n".join((_ALGORITHM, stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    key = f"AWS4{login.secret}".encode()
    for part in (day, login.region, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.new(key, text.encode(), "sha256").hexdigest()
    said = f"{_ALGORITHM} Credential={login.key_id}/{scope},SignedHeaders={names},Signature={signature}"
    return {**headers, "Authorization": said}


def query_of(query: Mapping[str, str]) -> str:
    """As it is signed and sent: sorted, everything but unreserved characters encoded."""
    return "&".join(f"{_quoted(name)}={_quoted(query[name])}" for name in sorted(query))


def _quoted(text: str) -> str:
    return urllib.parse.quote(text, safe="-_.~")
