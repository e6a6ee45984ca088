"""What the server itself says of the installation (`./call24 status`): all that it does not call well."""

from __future__ import annotations

from call24.doctor.report import CheckResult, Failed
from call24.installer.api_client import Api
from call24.kit.settings import Settings


async def look(api: Api, settings: Settings, found: CheckResult) -> None:
    """Raises: Failed."""
    secret = settings.secrets / "operator"
    headers = {"X-Call24-Operator": secret.read_text().strip()} if secret.exists() else {}
    answer = await api.ask("GET", "/v1/internal/status", headers=headers)
    if not answer.ok:
        raise Failed(answer.trouble, "see the server check above")
    found.seen = f"Call24 {answer.body['version']} since {answer.body['started_at']}"
    trouble = [part for part in answer.body["parts"] if part["state"] in ("look", "wrong")]
    if trouble:
        shown = "; ".join(f"{part['name'].replace('_', ' ')}: {part['seen']}" for part in trouble)
        advice = "; ".join(dict.fromkeys(part["advice"] for part in trouble if part["advice"]))
        wrong = any(part["state"] == "wrong" for part in trouble)
        raise Failed(shown, advice, "fail" if wrong else "warn")
