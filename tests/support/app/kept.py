"""What a browser has kept of the app: looked up in the browser itself, and which of it the data map has not."""

from __future__ import annotations

from playwright.async_api import Page

from call24.data_map import Browser
from call24.server.rooms import HOLDINGS

DECLARED = [place.where for room in HOLDINGS for place in room.places if isinstance(place.where, Browser)]
_ALL = """async () => [
    ...Object.keys(localStorage).map((key) => ['localStorage', key]),
    ...Object.keys(sessionStorage).map((key) => ['sessionStorage', key]),
    ...(await caches.keys()).map((key) => ['cache', key]),
    ...(await indexedDB.databases()).map((one) => ['indexedDB', one.name]),
    ...(await navigator.serviceWorker.getRegistrations())
        .map((one) => one.active ?? one.waiting ?? one.installing)
        .filter((worker) => worker !== null)  // on its way
        .map((worker) => ['service worker', new URL(worker.scriptURL).pathname]),
]"""


async def kept_by(page: Page) -> set[tuple[str, str]]:
    """Pairs of a store and a key in it."""
    found = {(store, key) for store, key in await page.evaluate(_ALL)}
    return found | {("cookie", cookie["name"]) for cookie in await page.context.cookies()}  # type: ignore[typeddict-item]


def undeclared(found: set[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted((store, key) for store, key in found if not any(one.holds(store, key) for one in DECLARED))
