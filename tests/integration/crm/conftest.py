"""The whole API, with the rooms that tell CRMs of what happens."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office


@pytest.fixture
async def office(api: Api) -> AsyncIterator[FrontOffice]:
    async with front_office(api) as office:
        yield office
