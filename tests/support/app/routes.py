"""The addresses of the app's screens, as its router names them."""

from __future__ import annotations

import re

from tests.support.product.stack import CHECKOUT

ROUTER = CHECKOUT / "web" / "src" / "rooms" / "route.svelte.ts"


def routes() -> set[str]:
    return set(re.findall(r"\{ name: '([a-z-]+)'", ROUTER.read_text().partition("type Name")[0]))
