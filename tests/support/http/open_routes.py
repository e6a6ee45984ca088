"""The routes that let anybody in: every other one asks who it is."""

# What anybody may ask for without a bearer token, and why.
_CARD_BOOKS = [
    f"/carddav{one}"
    for one in ("", "/", "/principals/{user_id}", "/principals/{user_id}/", "/books/{user_id}", "/books/{user_id}/")
]
_CARD_BOOK = "/carddav/books/{user_id}/{book}"
CARDDAV = {
    *(("PROPFIND", one) for one in (*_CARD_BOOKS, "/carddav/principals", "/carddav/principals/")),
    *((method, f"{_CARD_BOOK}{end}") for method in ("PROPFIND", "REPORT") for end in ("", "/")),
    *((method, f"{_CARD_BOOK}/{{name}}") for method in ("PROPFIND", "GET", "PUT", "DELETE")),
}
"""Devices show an app password, and no token: tests/integration/carddav asks each of these without."""
_DISCOVERY = {
    *(
        (method, f"/.well-known/carddav{end}")
        for method in ("GET", "PROPFIND", "OPTIONS", "REPORT")
        for end in ("", "/")
    ),
    *(("PROPFIND", one) for one in ("/", "/principals", "/principals/")),
    *(("OPTIONS", one) for one in (*_CARD_BOOKS, _CARD_BOOK, f"{_CARD_BOOK}/", f"{_CARD_BOOK}/{{name}}")),
}
"""Where address books are: anybody may ask, and is told no more than that."""

OPEN = {
    *CARDDAV,
    *_DISCOVERY,
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("POST", "/v1/auth/login"),
    ("POST", "/v1/auth/passkey/options"),
    ("POST", "/v1/auth/passkey"),
    ("POST", "/sanctum/token"),  # the same, as Laravel's apps sign in
    ("POST", "/v1/auth/provider/begin"),  # signing in elsewhere
    ("POST", "/v1/auth/provider/complete"),  # what the provider sent back
    ("POST", "/v1/auth/provider/logout"),  # what the provider signed
    ("POST", "/v1/auth/reset"),  # who has lost the password
    ("POST", "/v1/auth/reset/complete"),  # the secret of a link
    ("POST", "/v1/auth/email/confirm"),
    ("POST", "/v1/invitations/look"),
    ("POST", "/v1/invitations/accept"),
    ("POST", "/v1/age-screen"),  # before there is an account
    ("POST", "/v1/setup"),  # its own one-time token
    ("GET", "/docs"),
    ("GET", "/openapi.json"),
    ("GET", "/problems"),
    ("GET", "/problems/{code}"),
    ("GET", "/changelog"),  # the same for everybody
    ("GET", "/changelog/{version}"),
    ("GET", "/branding/{public_id}/style.css"),  # the looks of the pages below
    ("GET", "/branding/{public_id}/logo.webp"),
    ("GET", "/branding/{public_id}/dark-logo.webp"),
    ("GET", "/policy/{public_id}"),  # who has the address; callers have no account
    ("GET", "/policy/{public_id}/{version}"),
    ("GET", "/policy/{public_id}/{version}/changes"),
    ("GET", "/policy/{public_id}/pdf"),
    ("GET", "/policy/{public_id}/{version}/pdf"),
    ("GET", "/account-deletion"),  # who has an account shows password and second factor there
    ("POST", "/account-deletion"),
    ("GET", "/unsubscribe/{token}"),  # who holds the link of an e-mail, without signing in (RFC 8058)
    ("POST", "/unsubscribe/{token}"),
    ("GET", "/rights/{public_id}"),  # callers prove their number there
    ("POST", "/rights/{public_id}/call"),
    ("POST", "/rights/{public_id}/code"),
    ("POST", "/rights/{public_id}/request"),
    ("POST", "/rights/{public_id}/leave"),
    ("GET", "/rights/{public_id}/recordings/{recording_id}"),
    ("POST", "/rights/{public_id}/consent"),
    ("GET", "/rights/{public_id}/receipts/{entry_id}"),
    ("POST", "/rights/{public_id}/file"),
    ("GET", "/rights/{public_id}/file"),
    ("GET", "/trust"),  # how to trust the authority comes before anything else
    ("GET", "/trust/call24-ca.crt"),
    ("GET", "/.well-known/call24"),  # an app for phones, before anybody signs in: no person is named
    ("GET", "/.well-known/assetlinks.json"),  # Google and Apple ask for these
    ("GET", "/.well-known/apple-app-site-association"),
    ("POST", "/v1/crm-webhooks/{token}"),  # who has the address, a CRM
    ("POST", "/v1/internal/doctor"),  # the doctor's secret
    ("DELETE", "/v1/internal/doctor/{tenant_id}"),
    ("GET", "/v1/erasure-receipts/key"),  # who checks a receipt has no account any more
    ("GET", "/v1/erasure-receipts/{receipt_id}"),  # nor has who asked for it
    ("GET", "/v1/internal/retention"),  # the secret of the operator of this machine
    ("POST", "/v1/internal/retention/confirm-time"),
    ("GET", "/v1/internal/calls/{call_id}"),  # the secret of the operator of this machine
    ("GET", "/v1/internal/sip-traces"),  # the same
    ("POST", "/v1/internal/sip-traces"),
    ("GET", "/v1/internal/sip-traces/{trace_id}"),
    ("DELETE", "/v1/internal/sip-traces/{trace_id}"),
    ("GET", "/v1/internal/status"),  # the secret of the operator of this machine
    ("GET", "/v1/internal/operators"),  # the same
    ("POST", "/v1/internal/operators"),
    ("DELETE", "/v1/internal/operators/{user_id}"),
    ("GET", "/v1/internal/sip-bans"),  # the secret of the operator of this machine
    ("DELETE", "/v1/internal/sip-bans/{address}"),
    ("GET", "/v1/internal/crash-reports"),  # the secret of the operator of this machine
    ("DELETE", "/v1/internal/crash-reports"),
    ("GET", "/v1/internal/crash-reports/{fingerprint}"),
    ("DELETE", "/v1/internal/crash-reports/{fingerprint}"),
    ("POST", "/v1/internal/organisations"),  # the same secret, for the operator of this machine
    ("GET", "/v1/internal/organisations"),
    ("PATCH", "/v1/internal/organisations/{tenant_id}"),
    ("POST", "/v1/internal/organisations/{tenant_id}/disable"),
    ("POST", "/v1/internal/organisations/{tenant_id}/enable"),
    ("POST", "/v1/internal/organisations/{tenant_id}/keys/{kind}"),
}

BY_OTHERS = {*CARDDAV, *_DISCOVERY}
"""By others' standards, which say nothing of parameters."""
