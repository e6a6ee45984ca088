"""The app in a real browser, with the real server: each test has a context of its own."""

from __future__ import annotations

from tests.support.app.browsers import (  # noqa: F401
    browser,
    browsers,
    pytest_collection_modifyitems,
    started_browsers,
)
