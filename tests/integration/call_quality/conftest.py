"""The whole API, with calls that are told by their events."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.support.http.api import Api, Organisation
from tests.support.http.front_office import FrontOffice, front_office


@pytest.fixture
async def office(api: Api) -> AsyncIterator[FrontOffice]:
    async with front_office(api) as office:
        api.client = office.http
        yield office


@pytest.fixture
def acme(office: FrontOffice) -> Organisation:
    return office.org
