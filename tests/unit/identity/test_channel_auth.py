"""Who gets a signature for a channel, and which signatures still count."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from tests.support.clock import StillClock
from tests.support.realtime.hub import session

from call24.identity.channel_auth import FRESH, ChannelGrants, channels_of, sign, tenant_channel, user_channel
from call24.kit.errors import Refused, Unauthenticated
from call24.kit.secrets import AppKey

KEY = AppKey(b"k" * 32).realtime()
SOCKET = "123.456"


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def auth(clock: StillClock) -> ChannelGrants:
    return ChannelGrants(KEY, clock)


def test_the_signature_is_the_one_that_pusher_documents() -> None:
    expected = hmac.new(KEY.secret.encode(), b"1.2:private-tenant.ten_x.user.usr_x", hashlib.sha256).hexdigest()
    assert sign(KEY, "1.2", "private-tenant.ten_x.user.usr_x") == f"{KEY.key}:{expected}"


def test_a_session_may_hear_its_user_and_its_organisation(auth: ChannelGrants) -> None:
    who = session()
    auth.authorised(SOCKET, who)
    for channel in (user_channel(who.user_id, who.tenant_id), tenant_channel(who.tenant_id)):
        grant = auth.redeem(SOCKET, channel, sign(KEY, SOCKET, channel))
        assert grant is not None
        assert grant.token_id == who.token_id


def test_a_right_signature_for_a_colleagues_channel_is_refused(auth: ChannelGrants) -> None:
    who = session()
    colleague = session(who.tenant_id)
    auth.authorised(SOCKET, who)
    channel = user_channel(colleague.user_id, colleague.tenant_id)
    assert auth.redeem(SOCKET, channel, sign(KEY, SOCKET, channel)) is None


def test_a_right_signature_for_another_organisations_channel_is_refused(auth: ChannelGrants) -> None:
    who, stranger = session(), session()
    auth.authorised(SOCKET, who)
    for channel in (
        tenant_channel(stranger.tenant_id),
        user_channel(stranger.user_id, stranger.tenant_id),
        user_channel(stranger.user_id, who.tenant_id),
        user_channel(who.user_id, stranger.tenant_id),
    ):
        assert auth.redeem(SOCKET, channel, sign(KEY, SOCKET, channel)) is None


def test_the_organisation_is_in_the_name_of_each_channel() -> None:
    who = session()
    assert user_channel(who.user_id, who.tenant_id) == f"private-tenant.{who.tenant_id}.user.{who.user_id}"
    for channel in channels_of(who.user_id, who.tenant_id):
        assert channel.split(".")[:2] == ["private-tenant", who.tenant_id]


def test_a_forged_signature_is_refused(auth: ChannelGrants) -> None:
    who = session()
    auth.authorised(SOCKET, who)
    channel = user_channel(who.user_id, who.tenant_id)
    right = sign(KEY, SOCKET, channel)
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    for forged in (wrong, "", right[:-1], right.upper(), f"other:{right.split(':')[1]}", "é\udcff"):
        assert auth.redeem(SOCKET, channel, forged) is None
    assert auth.redeem(SOCKET, channel, right) is not None


def test_a_signature_for_another_socket_is_refused(auth: ChannelGrants) -> None:
    who = session()
    auth.authorised(SOCKET, who)
    auth.authorised("9.9", session())
    channel = user_channel(who.user_id, who.tenant_id)
    assert auth.redeem("9.9", channel, sign(KEY, SOCKET, channel)) is None
    assert auth.redeem("9.9", channel, sign(KEY, "9.9", channel)) is None


def test_a_right_signature_that_nobody_asked_for_is_refused(auth: ChannelGrants) -> None:
    who = session()
    channel = user_channel(who.user_id, who.tenant_id)
    assert auth.redeem(SOCKET, channel, sign(KEY, SOCKET, channel)) is None


def test_an_outdated_signature_is_refused(auth: ChannelGrants, clock: StillClock) -> None:
    who = session()
    auth.authorised(SOCKET, who)
    channel = user_channel(who.user_id, who.tenant_id)
    clock.advance(seconds=FRESH.total_seconds() - 1)
    assert auth.redeem(SOCKET, channel, sign(KEY, SOCKET, channel)) is not None
    clock.advance(seconds=1)
    assert auth.redeem(SOCKET, channel, sign(KEY, SOCKET, channel)) is None


def test_two_sessions_cannot_share_a_socket(auth: ChannelGrants) -> None:
    who = session()
    auth.authorised(SOCKET, who)
    auth.authorised(SOCKET, who)
    with pytest.raises(Refused):
        auth.authorised(SOCKET, session(who.tenant_id, who.user_id))


@pytest.mark.parametrize("by", ["token_id", "user_id"])
def test_what_was_signed_before_a_revocation_is_worth_nothing(auth: ChannelGrants, by: str) -> None:
    who, other = session(), session()
    auth.authorised(SOCKET, who)
    auth.authorised("9.9", other)
    auth.revoke(getattr(who, by))
    channel, others = user_channel(who.user_id, who.tenant_id), user_channel(other.user_id, other.tenant_id)
    assert auth.redeem(SOCKET, channel, sign(KEY, SOCKET, channel)) is None
    assert auth.redeem("9.9", others, sign(KEY, "9.9", others)) is not None


def test_a_request_that_was_let_in_just_before_a_revocation_gets_no_signature(auth: ChannelGrants) -> None:
    who = session()
    auth.revoke(who.token_id)
    with pytest.raises(Unauthenticated):
        auth.authorised(SOCKET, who)


def test_memory_is_bounded(auth: ChannelGrants, clock: StillClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("call24.identity.channel_auth.GRANTS_MAX", 10)
    for number in range(100):
        auth.authorised(f"1.{number}", session())
    assert len(auth._grants) == 10
    for _ in range(100):
        auth.revoke(session().token_id)
    clock.advance(seconds=61)
    auth.authorised(SOCKET, session())
    assert (len(auth._grants), len(auth._revoked)) == (1, 0)
