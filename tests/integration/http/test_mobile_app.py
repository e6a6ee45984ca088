"""What an app for phones is told before anybody signs in."""

from __future__ import annotations

from dataclasses import replace

import httpx
from tests.support.http.api import Api

from call24.kit.settings import Settings
from call24.server.api.mobile_app import MobileApps
from call24.server.http_app import create_app

KEY = ":".join(["AB"] * 32)


def served(api: Api, settings: Settings) -> httpx.AsyncClient:
    app = create_app(replace(api.services, mobile_apps=MobileApps.of(settings)))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://call24.test")


async def test_any_page_may_ask_whether_it_is_a_call24(api: Api) -> None:
    async with served(api, Settings()) as http:
        told = await http.get("/.well-known/call24", headers={"Origin": "capacitor://localhost"})
    assert told.json() == {"product": "call24"}
    assert told.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in told.headers and "Access-Control-Allow-Credentials" not in told.headers


async def test_an_installation_without_an_app_of_its_own_names_none(api: Api) -> None:
    async with served(api, Settings()) as http:
        for name in ("assetlinks.json", "apple-app-site-association"):
            answer = await http.get(f"/.well-known/{name}")
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_links_open_the_app_that_the_operator_named(api: Api) -> None:
    settings = Settings(android_app=f"org.example.desk={KEY.lower()},{KEY}", apple_app="ABCDE12345.org.example.desk")
    async with served(api, settings.checked()) as http:
        google = await http.get("/.well-known/assetlinks.json")
        apple = await http.get("/.well-known/apple-app-site-association")
    assert google.json() == [
        {
            "relation": ["delegate_permission/common.handle_all_urls"],
            "target": {
                "namespace": "android_app",
                "package_name": "org.example.desk",
                "sha256_cert_fingerprints": [KEY, KEY],
            },
        }
    ]
    details = [{"appIDs": ["ABCDE12345.org.example.desk"], "components": [{"/": "/"}]}]
    assert apple.json() == {"applinks": {"details": details}}
    for told in (google, apple):
        assert told.headers["Content-Type"] == "application/json"
        assert "Access-Control-Allow-Origin" not in told.headers
