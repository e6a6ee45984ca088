"""What this room holds of persons: accounts and what belongs to them, sessions, devices, links; and of
organisations: its caches.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from call24.data_map import (
    STATE,
    AsAgreed,
    Browser,
    Category,
    ChangedByRoom,
    Closing,
    DeletedByAddress,
    Fact,
    GivenTo,
    KeptById,
    Memory,
    Place,
    Recipient,
    Trace,
    Until,
    UntilSignOut,
    of_caller,
    of_user,
)
from call24.identity.avatars.model import Picture
from call24.identity.model import (
    Authenticator,
    Device,
    EmailLink,
    Invitation,
    KnownDevice,
    Passkey,
    ResetWish,
    Token,
    User,
)
from call24.identity.oidc.model import AuthorizationRequest, LinkedAccount
from call24.identity.recovery import Recovery
from call24.identity.roles import Roles
from call24.identity.service import IdentityService
from call24.identity.throttle import Attempts
from call24.kit.holdings import Holdings, Keeper, Stage

_WISH = of_user(Category.BEHAVIOR, "keeping how the user set up the app")
_OWN_BROWSER = KeptById("in the user's own browser, which forgets it when the server refuses it")
_THEIRS = "it is in the user's own browser"
_FORGET = Until("the account is deleted", "with the organisation")


def _in_browser(key: str, what: str, fact: Fact, more: Mapping[str, Fact] = MappingProxyType({})) -> Place:
    """The app forgets it by itself (web/src/links/kept.ts)."""
    return Place(
        where=Browser("sessionStorage" if key == "call24.visit" else "localStorage", key),
        what={what: fact, **more},
        kept=UntilSignOut(),
        closing=Closing.STAYS,
        why="the server refuses the session, and the app then forgets all",
        account=_OWN_BROWSER,
        untold=_THEIRS,
    )


HOLDS = Holdings(
    room="identity",
    places=(
        _in_browser("call24.token", "the session", of_user(Category.CREDENTIALS, "staying signed in")),
        _in_browser("call24.device", "this browser's id", of_user(Category.DEVICE, "telling browsers apart")),
        _in_browser(
            "call24.visit",
            "a visit to a sign-in provider",
            of_user(Category.CREDENTIALS, "signing in"),
            {"the number of a link opened before it": of_caller(Category.PHONE, "calling it after the sign-in")},
        ),
        _in_browser("call24.theme", "light or dark", _WISH),
        _in_browser("call24.letter-keys", "whether letters are shortcuts", _WISH),
        _in_browser("call24.sound", "whether the microphone's sound is cleaned", _WISH),
        _in_browser("call24.microphone", "the browser's id of the microphone that calls use", _WISH),
        _in_browser("call24.speaker", "the browser's id of the speaker that calls use", _WISH),
        _in_browser("call24.ringing", "the browser's id of the device that rings", _WISH),
        Place(
            where=Browser("cookie", "__Host-call24-device"),
            what={
                "that this browser has signed in": of_user(
                    Category.DEVICE, "letting a known device sign in while others guess passwords"
                )
            },
            kept=Until("the user deletes it", "180 days"),
            closing=Closing.STAYS,
            why="it signs nobody in, and says nothing without the document that is deleted",
            account=KeptById("it says nothing without `known_devices`, which is deleted"),
            untold="`known_devices` is told",
        ),
        Place(
            where=Browser("cookie", "__Host-call24-screen"),
            what={"that this browser may not create an account; the same for everybody, without a date": STATE},
            kept=Until("the browser's session ends", "the browser is closed"),
            closing=Closing.STAYS,
            why="it is in the browser of somebody who has no account",
        ),
        Place(
            where=Browser("localStorage", "call24.language"),
            what={"the language that the app was last shown in here; it says nothing of who chose it": STATE},
            kept=Until("another one is chosen", "the data of the site are deleted in the browser"),
            closing=Closing.STAYS,
            why="it is of the browser: the sign-in comes in the language that is read here",
        ),
        Place(
            where=Memory(IdentityService),
            what={
                "users and their names": of_user(Category.NAME, "answering requests quickly"),
                "their addresses": of_user(Category.EMAIL, "answering requests quickly"),
            },
            kept=_FORGET,
            closing=Closing.ROOM,
            account=ChangedByRoom("forgotten with the account"),
            untold="copies of what `profile` has",
        ),
        Place(
            where=Memory(Attempts),
            what={
                "addresses at which somebody signs in": of_user(Category.EMAIL, "stopping the guessing of passwords"),
                "from where": of_user(Category.IP_ADDRESS, "stopping the guessing of passwords"),
            },
            kept=Until("a minute is over and others try", "the server is started again"),
            closing=Closing.STAYS,
            why="asked before anybody knows whose the address is",
            account=KeptById("until others try"),
            untold="in memory alone",
        ),
        Place(
            where=GivenTo(Recipient.IDENTITY_PROVIDER),
            what={"that somebody signs in": of_user(Category.BEHAVIOR, "signing in by the organisation's provider")},
            kept=AsAgreed("the organisation's contract with the provider"),
        ),
    ),
    traces=(
        Trace(struct=Token, fields=("user_id",), file="sessions_and_tokens"),
        Trace(struct=Device, fields=("user_id",), file="devices"),
        Trace(struct=KnownDevice, fields=("user_id",), file="known_devices"),
        Trace(struct=Authenticator, fields=("id",), file="authenticator"),
        Trace(struct=Passkey, fields=("user_id",), file="passkeys"),
        Trace(struct=Picture, fields=("id",), file="picture"),
        Trace(struct=LinkedAccount, fields=("user_id",), file="sign_in_providers"),
        Trace(struct=AuthorizationRequest, fields=("user_id",), untold="secrets alone, for ten minutes"),
        Trace(struct=EmailLink, fields=("user_id",), file="links"),
        Trace(struct=User, fields=("id",), file="profile"),
        Trace(struct=Invitation, erase=DeletedByAddress("email"), untold="gone by itself within a day or two"),
        Trace(struct=ResetWish, erase=ChangedByRoom("goes by its address"), untold="looked at within seconds"),
    ),
    keepers=(
        Keeper(of=Recovery, forget_person=Recovery.forget_user),
        Keeper(
            of=IdentityService,
            forget_organisation=IdentityService.forget_tenant,
            stage=Stage.ACCOUNTS,
        ),
        Keeper(of=Roles, forget_organisation=Roles.forget_tenant),
    ),
)
