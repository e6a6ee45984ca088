"""The organisation's identity provider."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.identity.answers.fields import RoleId
from call24.identity.oidc.model import ProviderFault


class ProviderRedirect(TypedDict):
    """Where to send the browser so that its user signs in at the identity provider."""

    url: str
    browser: Annotated[str, Field(description="Keep it in this browser, and send it when the browser is back")]


class ProviderLink(TypedDict):
    """Whether the user's account is linked to the organisation's identity provider."""

    offered: Annotated[bool, Field(description="The organisation has an identity provider")]
    bound: Annotated[bool, Field(description="The account is linked to it")]


class ProviderSettings(TypedDict):
    """An organisation's identity provider (OpenID Connect). The client secret is never answered."""

    short_name: Annotated[str, Field(description="What users type to sign in this way")]
    issuer: str
    client_id: str
    domains: Annotated[list[str], Field(description="E-mail domains whose users may sign in this way")]
    findable: Annotated[
        list[str], Field(description="Those of `domains` that users may type instead of the short name")
    ]
    makes_users: Annotated[bool, Field(description="Who signs in without an account gets one, with `role`")]
    role: RoleId
    required: Annotated[bool, Field(description="Only the owner may still sign in with a password")]
    country: Annotated[str, Field(description="ISO 3166 code of where the provider is; empty: not stated")]
    enabled: bool


class IdentityProvider(TypedDict):
    """An organisation's identity provider, and what to enter there."""

    provider: Annotated[ProviderSettings | None, Field(description="Null if there is none")]
    redirect_uri: Annotated[str, Field(description="Enter it at the provider as the redirect URI")]
    logout_uri: Annotated[str, Field(description="Enter it at the provider as the back-channel logout URI")]


class IdentityProviderTest(TypedDict):
    """Whether the identity provider answers and accepts our client."""

    ok: bool
    problem: Annotated[
        ProviderFault | None,
        Field(
            description="`unreachable`; `no_provider`: its answer is not that of an OpenID provider; `other_issuer`: "
            "it names another issuer; `no_keys`: its signing keys cannot be read; `client_refused`: it does not "
            "accept the client id or secret. Null if all is well"
        ),
    ]
