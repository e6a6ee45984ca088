"""What an app for Android and iOS asks the server before anybody signs in: whether it is a Call24, and whose app it is.

The files of the app are there only where the operator named an app of their own: it is that app which opens the
server's links. Nothing here is of a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi.responses import JSONResponse

from call24.http.provided import provided
from call24.http.router import Router
from call24.kit.errors import NotFound
from call24.kit.settings import Settings
from call24.kit.settings_types import AndroidApp

router = Router(include_in_schema=False)

_FOR_EVERYBODY = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache"}
_KEPT = {"Cache-Control": "public, max-age=3600"}


@dataclass(frozen=True)
class MobileApps:
    """`android`, `apple`: the operator's apps; `apple` is TEAM.bundle.id, empty without one."""

    android: AndroidApp | None = None
    apple: str = ""

    @classmethod
    def of(cls, settings: Settings) -> MobileApps:
        android = None if settings.android_app is None else AndroidApp.read(settings.android_app)
        return cls(android, settings.apple_app)


MobileAppsDep = Annotated[MobileApps, provided(MobileApps)]


@router.get("/.well-known/call24", operation_id="mobile_server")
async def server() -> JSONResponse:
    """Any page may read it: the first page of the app is of an origin of its own, and this names no person."""
    return JSONResponse({"product": "call24"}, headers=_FOR_EVERYBODY)


@router.get("/.well-known/assetlinks.json", operation_id="mobile_android")
async def android(apps: MobileAppsDep) -> JSONResponse:
    """Source: developers.google.com/digital-asset-links/v1/statements. Raises: NotFound."""
    if apps.android is None:
        raise NotFound("The operator of this installation has no Android app")
    target = {
        "namespace": "android_app",
        "package_name": apps.android.package,
        "sha256_cert_fingerprints": list(apps.android.fingerprints),
    }
    statement = {"relation": ["delegate_permission/common.handle_all_urls"], "target": target}
    return JSONResponse([statement], headers=_KEPT)


@router.get("/.well-known/apple-app-site-association", operation_id="mobile_apple")
async def apple(apps: MobileAppsDep) -> JSONResponse:
    """The app opens the app's own page and no other: policies and pages of rights are read in a browser.

    Source: developer.apple.com, Supporting associated domains. Raises: NotFound.
    """
    if not apps.apple:
        raise NotFound("The operator of this installation has no iOS app")
    details: dict[str, Any] = {"appIDs": [apps.apple], "components": [{"/": "/"}]}
    return JSONResponse({"applinks": {"details": [details]}}, headers=_KEPT)
