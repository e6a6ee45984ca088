"""What the verbs of the operator share: asking the running installation as its operator, and saying what went wrong.

What is asked for, and what an answer means, is each verb's own.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from call24.installer.api_client import Api, ApiAnswer
from call24.kit.package import COMMAND
from call24.kit.settings import Settings

ORGANISATIONS = "/v1/internal/organisations"


def ask(settings: Settings, method: str, path: str, body: Mapping[str, Any] | None = None) -> ApiAnswer:
    """With the operator's secret of the data folder, where it can be found."""
    secret = settings.secrets / "operator"
    headers = {"X-Call24-Operator": secret.read_text().strip()} if secret.exists() else {}
    return Api(settings).ask_now(method, path, body, headers)


def failed(answer: ApiAnswer) -> bool:
    """Whether it was refused or nobody answered, and then why, on standard error."""
    if answer.status == 0:
        print(
            f"call24: Call24 is not running on this data folder: start it with {COMMAND} up and repeat the command",
            file=sys.stderr,
        )
    elif not answer.ok:
        errors = answer.body.get("errors", "") if isinstance(answer.body, dict) else ""
        print(f"call24: {answer.trouble} {errors}".rstrip(), file=sys.stderr)
    return not answer.ok
