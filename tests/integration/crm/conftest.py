"""The whole API, with the rooms that tell CRMs of what happens."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office

from call24.crm.conformance.fake import FakeCrm
from call24.crm.conformance.stand_in import serving


@pytest.fixture
async def office(api: Api) -> AsyncIterator[FrontOffice]:
    async with front_office(api) as office:
        yield office


@pytest.fixture
async def crm(api: Api) -> AsyncIterator[FakeCrm]:
    """A faulty CRM on this machine; tests of another kind of CRM have one of their own."""
    crm = FakeCrm()
    crm.now = api.clock.now
    async with serving(crm):
        yield crm
    assert crm.wrong == []
