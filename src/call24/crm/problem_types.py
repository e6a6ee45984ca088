"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import ProblemType

PROBLEM_TYPES = (
    ProblemType(
        "crm_trouble",
        409,
        "The CRM could not be read",
        "Read the detail: it names the address, the credentials or the member that is not what it must be",
    ),
    ProblemType("crm_off", 409, "The connection to the CRM is off", "Switch it on (`wish`: on), then try again"),
    ProblemType(
        "crm_linked",
        409,
        "Records at the connection's former address, path, account or database are linked to people",
        "Add another connection for the new one, and delete this one",
    ),
    ProblemType(
        "crm_erasing",
        409,
        "The CRM has not erased yet what was erased here",
        "Have the CRM answer (`POST /v1/crm-connections/{id}/retry`), then delete the connection",
    ),
)
