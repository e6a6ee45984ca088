"""The public page on which users delete their account without the app, as HTML. It knows nobody by itself."""

from __future__ import annotations

import json
from html import escape

from call24.http.pages import page
from call24.privacy.model import ErasureReceipt
from call24.privacy.receipt import shown

PATH = "/account-deletion"
CONFIRMED = "yes"
_TITLE = "Delete your Call24 account"


def form_page(email: str = "", problem: str = "") -> str:
    said = f'<p role="alert"><strong>{escape(problem)}</strong></p>' if problem else ""
    return page(
        _TITLE,
        f"{said}<p>Your account and all that is kept with it are deleted at once: name, e-mail address, sessions, "
        "devices, second factors, picture and settings. It cannot be undone.</p>"
        "<p>Your organisation keeps call records, recordings and the audit log for as long as it has set, with an id "
        "that no longer leads to you. You get a signed receipt.</p>"
        "<p>To have a copy of your data first, sign in to the app: Me, My data and rights.</p>"
        f'<form method="post" action="{PATH}">{_fields(email)}</form>'
        '<p>Forgot the password? <a href="/#/lost">Set a new one</a> first. If you sign in with your '
        "organisation, or cannot sign in, ask an administrator of your organisation, or write to the contact in its "
        "privacy policy.</p>"
        "<h2>Owners</h2><p>An organisation keeps an owner. If you are its only one, make somebody else owner in the "
        "app (People), or close the organisation (Me, Close organisation): then all of it is deleted, with your "
        "account.</p>",
    )


def done_page(receipt: ErasureReceipt) -> str:
    text = json.dumps(shown(receipt), indent=2)
    return page(
        "Your Call24 account is deleted",
        "<p>Your account is deleted, and all your sessions have ended. This is the signed receipt. It names nobody, so "
        f"keep it or its id: {escape(receipt.id)}. It can be downloaded again at "
        f'<a href="/v1/erasure-receipts/{escape(receipt.id)}">/v1/erasure-receipts/{escape(receipt.id)}</a>.</p>'
        f"<pre>{escape(text)}</pre>",
    )


def _fields(email: str) -> str:
    return (
        '<p><label>E-mail address<br><input name="email" type="email" autocomplete="username" maxlength="254" required '
        f'value="{escape(email, quote=True)}"></label></p>'
        '<p><label>Password<br><input name="password" type="password" autocomplete="current-password" maxlength="1000" '
        "required></label></p>"
        '<p><label>Code of your second factor, or a recovery code, if your account has one<br><input name="code" '
        'inputmode="text" autocomplete="one-time-code" maxlength="40"></label></p>'
        '<p><label><input name="confirm" type="checkbox" value="yes" required> Delete my account for good</label></p>'
        "<p><button>Delete my account</button></p>"
    )
