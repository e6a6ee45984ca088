"""Who may read `/metrics`: who has the token of the data folder, and nobody else."""

from __future__ import annotations

import pytest
from tests.support.http.api import DOCTOR, OPERATOR, Api


def token(api: Api) -> str:
    file = api.settings.secrets / "metrics"
    assert file.stat().st_mode & 0o777 == 0o600
    return file.read_text().strip()


async def test_the_token_of_the_data_folder_opens_it(api: Api) -> None:
    answer = await api.call("GET", "/metrics", bearer=token(api))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert "process_resident_memory_bytes" in answer.text


async def test_nobody_else_is_let_in(api: Api) -> None:
    acme = await api.organisation()
    for bearer in (None, "nonsense", DOCTOR, OPERATOR, *acme.bearers.values(), token(api)[:-1], token(api) + "x"):
        answer = await api.call("GET", "/metrics", bearer=bearer)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), bearer
        assert "secrets/metrics" in answer.json()["detail"]
        assert "call24_" not in answer.text and "process_" not in answer.text


@pytest.mark.parametrize("header", ["X-Call24-Operator", "X-Call24-Doctor"])
async def test_the_secrets_of_other_tools_open_nothing_here(api: Api, header: str) -> None:
    secret = OPERATOR if header == "X-Call24-Operator" else DOCTOR
    assert (await api.call("GET", "/metrics", headers={header: secret})).status_code == 401


async def test_it_is_a_bearer_token(api: Api) -> None:
    for header in (f"Basic {token(api)}", token(api), f"Token {token(api)}"):
        assert (await api.call("GET", "/metrics", headers={"Authorization": header})).status_code == 401


async def test_the_token_opens_nothing_else(api: Api) -> None:
    for place in ("/v1/me", "/v1/users", "/v1/tokens"):
        assert (await api.call("GET", place, bearer=token(api))).status_code == 401
    for header in ("X-Call24-Operator", "X-Call24-Doctor"):
        answer = await api.call("GET", "/v1/internal/retention", headers={header: token(api)})
        assert answer.status_code == 403


async def test_nothing_is_written_there_and_other_pages_cannot_read_it(api: Api) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert (await api.call(method, "/metrics", bearer=token(api))).status_code == 405
    headers = {"Origin": "https://elsewhere.example"}
    answer = await api.call("GET", "/metrics", bearer=token(api), headers=headers)
    assert "access-control-allow-origin" not in answer.headers


async def test_an_installation_without_a_token_lets_nobody_in(api: Api) -> None:
    from call24.metrics.exposition import Metrics

    api.services.there.get(Metrics).token = ""
    for bearer in ("", " ", "x"):
        assert (await api.call("GET", "/metrics", headers={"Authorization": f"Bearer {bearer}"})).status_code == 401
