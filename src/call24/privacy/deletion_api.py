"""The public page on which users delete their account without the app: `/account-deletion`, as the app stores ask.

Who deletes shows password and second factor, and is counted and refused as at signing in. It opens no session.
"""

from __future__ import annotations

from urllib.parse import parse_qs

from fastapi import Request
from fastapi.responses import HTMLResponse

from call24.flows.dependencies import FlowsDep
from call24.http.access import client_address, turn
from call24.http.middleware.audit import on_behalf
from call24.http.router import Router
from call24.identity.api.known_device import device_secret
from call24.identity.dependencies import AccountsDep
from call24.identity.signing_in import SignInRequest
from call24.kit.errors import Call24Error, Conflict, Invalid, NotFound, TooMany, Unauthenticated
from call24.privacy.deletion_page import CONFIRMED, PATH, done_page, form_page
from call24.privacy.dependencies import PersonsDep
from call24.queues.rules import check_unused

public = Router(include_in_schema=False)

_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
_GONE = "The e-mail address or the password is wrong"
_WORDS = {
    "mfa_required": "Type the code of your second factor too.",
    "wrong_code": "The code is wrong.",
    "provider_required": "You sign in with your organisation: ask an administrator to delete your account.",
    "last_owner": "You are the only owner of your organisation: make somebody else owner in the app (People), or close "
    "the organisation (Me, Close organisation). Then all of it is deleted, with your account.",
    "user_on_call": "You are on a call: wait until it is over, and try again.",
    "user_in_use": "Calls are still led to you by a flow: ask an administrator to change it, and try again.",
    "legal_hold": "Your organisation has to keep your account for now: ask the contact in its privacy policy.",
}


@public.get(PATH, operation_id="account_deletion_page")
async def page() -> HTMLResponse:
    return HTMLResponse(form_page(), headers=_PRIVATE)


@public.post(PATH, operation_id="account_deletion_delete")
async def delete(request: Request, accounts: AccountsDep, persons: PersonsDep, flows: FlowsDep) -> HTMLResponse:
    form = await _form(request)
    email = form.get("email", "")[:254]
    if form.get("confirm") != CONFIRMED:
        return _refused(email, Invalid(errors=[("confirm", "tick the box")]), "Tick the box to delete your account.")
    wish = SignInRequest(
        email=email,
        password=form.get("password", "")[:1000],
        device_name="Account deletion",
        address=client_address(request),
        code=form.get("code", "")[:40],
        way=f"POST {PATH}",
        secret=device_secret(request),
    )
    try:
        user, _ = await accounts.signing_in.proven(wish)
        on_behalf(request, user.tenant_id, user.id, None)
        async with turn(user.tenant_id):
            check_unused(flows.users_of(user.tenant_id, user.id), "user_in_use")
            _, receipt = await persons.erase(user.tenant_id, user.id, "asked")
    except NotFound:  # another request was first
        return _refused(email, Unauthenticated(_GONE, code="invalid_credentials"), _GONE)
    except (Unauthenticated, TooMany, Conflict) as problem:
        return _refused(email, problem, _WORDS.get(problem.code, problem.detail))
    return HTMLResponse(done_page(receipt), headers={**_PRIVATE, "Clear-Site-Data": '"storage"'})


async def _form(request: Request) -> dict[str, str]:
    """Raises: Invalid."""
    try:
        found = parse_qs((await request.body()).decode("latin-1"), max_num_fields=10, errors="replace")
    except ValueError:
        raise Invalid(errors=[("body", "a form")]) from None
    return {name: values[0] for name, values in found.items()}


def _refused(email: str, problem: Call24Error, words: str) -> HTMLResponse:
    wait = {} if problem.retry_after_s is None else {"Retry-After": str(problem.retry_after_s)}
    return HTMLResponse(form_page(email, words), problem.status, headers={**_PRIVATE, **wait})
