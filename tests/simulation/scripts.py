"""Scripts that the model and the real Asterisk both play; what each shows must be the same.

A script says what it saw by `see`: statuses, and which events came for a channel, in their order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from call24.asterisk.client import AriReply

AGENT, OUTSIDE, NUMBER = "agent", "outside", "+441514960024"
LISTED = ("C24_CALL", "C24_TENANT", "C24_DIALLED", "C24_RECORDING")


class Rig(Protocol):
    """Asterisk, real or not, with its people."""

    heard: list[dict[str, Any]]

    async def request(
        self, method: str, path: str, params: dict[str, str] | None = None, body: Any = None
    ) -> AriReply: ...

    async def dial(self) -> None:
        """A customer calls; its channel is the next in StasisStart."""

    async def customer_hangs_up(self) -> None: ...

    async def customer_presses(self, key: str) -> None: ...

    async def phone(self) -> str:
        """A registered phone's name."""

    async def outside(self, manner: str) -> str:
        """A customer who can be rung, NUMBER@TRUNK, and is `busy`, or rings until somebody takes it (`ring`)."""

    async def picks_up(self) -> None:
        """The phone that rings, the latest of several."""

    async def declines(self) -> None: ...

    async def redirects(self) -> None:
        """The phone that rings answers 302, and names one of Asterisk's own endpoints."""


class Play:
    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.seen: list[object] = []
        self.phone = ""

    def see(self, what: object) -> None:
        self.seen.append(what)

    async def ask(self, method: str, path: str, params: dict[str, str] | None = None, body: Any = None) -> AriReply:
        reply = await self.rig.request(method, path, params, body)
        self.see(f"{method} {reply.status}")
        return reply

    async def event(self, kind: str, thing: str = "", within_s: float = 8.0, times: int = 1) -> dict[str, Any]:
        """The first such event about this channel, playback, recording or digit; the second with `times` = 2."""
        loop = asyncio.get_running_loop()
        until = loop.time() + within_s
        while loop.time() < until:
            found = [x for x in self.rig.heard if x["type"] == kind and (not thing or thing in names(x))]
            if len(found) >= times:
                return found[times - 1]
            await asyncio.sleep(0.01)
        raise AssertionError(f"no {kind} {thing}; heard {[(x['type'], names(x)) for x in self.rig.heard]}")

    def see_events(self, channel: str) -> None:
        self.see([told(event) for event in self.rig.heard if channel in names(event)])

    async def caller(self) -> str:
        """A customer's channel in the application, followed and answered."""
        await self.rig.dial()
        leg = str((await self.event("StasisStart"))["channel"]["id"])
        await self.ask("POST", "/applications/call24/subscription", {"eventSource": f"channel:{leg}"})
        await self.ask("POST", f"/channels/{leg}/answer")
        return leg

    async def agent(self, leg: str = "leg_agent", timeout: int = 20) -> str:
        """A phone that rings."""
        self.phone = await self.rig.phone()
        await self.made(self.phone, leg)
        await self.ask("POST", f"/channels/{leg}/dial", {"timeout": str(timeout)})
        await self.event("ChannelStateChange", leg)
        return leg

    async def made(self, address: str, leg: str, args: str = AGENT) -> None:
        """A channel that can be dialled."""
        await self.ask("POST", "/channels/create", body=create(address, leg, args))
        await self.event("StasisStart", leg)

    async def answered(self, leg: str) -> None:
        """One that rings is picked up."""
        await self.rig.picks_up()
        await self.event("ChannelStateChange", leg, times=2)

    async def rung_outside(self, manner: str, leg: str = "leg_outside", timeout: int = 20) -> str:
        await self.made(await self.rig.outside(manner), leg, OUTSIDE)
        await self.ask("POST", f"/channels/{leg}/dial", {"timeout": str(timeout)})
        return leg

    async def bridged(self, bridge: str, *legs: str) -> None:
        await self.ask("POST", f"/bridges/{bridge}", {"type": "mixing"})
        await self.ask("POST", f"/bridges/{bridge}/addChannel", {"channel": ",".join(legs)})
        for leg in legs:
            await self.event("ChannelEnteredBridge", leg)

    async def see_channels(self, *legs: str) -> None:
        """What a listing says of these, in the fields that Call24 reads; None: it is not in it."""
        rows = {row["id"]: row for row in (await self.ask("GET", "/channels")).body}
        self.see([listed(rows[leg]) if leg in rows else None for leg in legs])

    async def see_bridges(self, *bridges: str) -> None:
        rows = {row["id"]: row for row in (await self.ask("GET", "/bridges")).body}
        self.see([len(rows[bridge]["channels"]) if bridge in rows else None for bridge in bridges])

    async def see_bridge_gone(self, bridge: str, within_s: float = 2.0) -> None:
        """Asterisk answers that it is destroyed a moment before it is out of the list."""
        loop = asyncio.get_running_loop()
        until = loop.time() + within_s
        while loop.time() < until:
            reply = await self.rig.request("GET", "/bridges", None, None)
            if bridge not in [row["id"] for row in reply.body]:
                break
            await asyncio.sleep(0.02)
        await self.see_bridges(bridge)

    async def ended(self, leg: str) -> None:
        self.see(f"cause {(await self.event('ChannelDestroyed', leg))['cause']}")


def names(event: dict[str, Any]) -> list[str]:
    found = [event.get("channel", {}).get("id"), event.get("playback", {}).get("id"), event.get("digit")]
    found += [event.get(kind, {}).get("target_uri", "").partition(":")[2] for kind in ("playback", "recording")]
    return [name for name in found if name]


def told(event: dict[str, Any]) -> str:
    kind = str(event["type"])
    if kind == "StasisStart":
        return f"{kind} {event['args'][0]}"
    if kind == "ChannelDtmfReceived":
        return f"{kind} {event['digit']}"
    return f"{kind} {event['channel']['state']}" if kind == "ChannelStateChange" else kind


def listed(row: dict[str, Any]) -> list[object]:
    """The trunk or phone that its name begins with is the rig's own."""
    name = row["name"].partition("/")[0]
    variables = row.get("channelvars") or {}
    application = row["dialplan"]["app_name"] == "Stasis"
    return [row["state"], name, row["caller"]["number"], application, [variables.get(x) or "" for x in LISTED]]


def create(address: str, leg: str, args: str = AGENT) -> dict[str, Any]:
    return {
        "endpoint": f"PJSIP/{address}",
        "channelId": leg,
        "app": "call24",
        "appArgs": args,
        "variables": {"CALLERID(all)": '"X" <1>', "C24_CALL": "call_1", "C24_TENANT": "ten_1"},
    }


# --- the scripts ---


async def a_caller_is_answered_hears_music_and_is_hung_up(p: Play) -> None:
    leg = await p.caller()
    await p.ask("POST", f"/channels/{leg}/variable", {"variable": "C24_CALL", "value": "call_1"})
    p.see((await p.ask("GET", f"/channels/{leg}/variable", {"variable": "C24_CALL"})).body["value"])
    await p.ask("POST", f"/channels/{leg}/moh", {"mohClass": "default"})
    await p.ask("DELETE", f"/channels/{leg}/moh")
    await p.ask("DELETE", f"/channels/{leg}", {"reason_code": "16"})
    await p.ended(leg)
    p.see_events(leg)


async def a_caller_hangs_up_and_requests_about_it_say_that_it_is_gone(p: Play) -> None:
    leg = await p.caller()
    await p.rig.customer_hangs_up()
    await p.event("ChannelDestroyed", leg)
    for method, rest in (("GET", ""), ("DELETE", ""), ("POST", "/answer"), ("POST", "/moh"), ("DELETE", "/mute")):
        await p.ask(method, f"/channels/{leg}{rest}")
    await p.ask("POST", f"/channels/{leg}/play/x", body={"media": ["sound:call24/goodbye"]})
    await p.ask("POST", "/applications/call24/subscription", {"eventSource": f"channel:{leg}"})
    p.see_events(leg)


async def a_phone_is_rung_and_answers(p: Play) -> None:
    leg = await p.agent()
    p.see(sorted({told(event) for event in p.rig.heard}))
    await p.answered(leg)
    await p.ask("POST", "/channels/create", body=create(p.phone, leg))
    await p.ask("POST", f"/channels/{leg}/dial", {"timeout": "5"})
    await p.ask("DELETE", f"/channels/{leg}", {"reason_code": "26"})
    await p.event("ChannelDestroyed", leg)
    p.see_events(leg)


async def a_phone_that_nobody_picks_up_ends(p: Play) -> None:
    leg = await p.agent(timeout=1)
    await p.event("ChannelDestroyed", leg)
    p.see_events(leg)


async def a_phone_that_declines_says_so(p: Play) -> None:
    leg = await p.agent()
    await p.rig.declines()
    await p.ended(leg)
    p.see_events(leg)


async def a_phone_that_names_another_ends_and_no_channel_is_made(p: Play) -> None:
    leg = await p.agent()
    await p.rig.redirects()
    await p.ended(leg)
    p.see_events(leg)
    p.see((await p.rig.request("GET", "/channels", None, None)).body)


async def a_phone_is_hung_up_before_it_is_dialled(p: Play) -> None:
    p.phone = await p.rig.phone()
    await p.made(p.phone, "leg_agent")
    await p.see_channels("leg_agent")
    await p.ask("DELETE", "/channels/leg_agent", {"reason_code": "26"})
    await p.ended("leg_agent")
    await p.ask("POST", "/channels/leg_agent/dial", {"timeout": "5"})
    p.see_events("leg_agent")


async def a_phone_that_is_not_there_cannot_be_rung(p: Play) -> None:
    p.see((await p.rig.request("POST", "/channels/create", body=create("ten_1.dev_nobody", "leg_none"))).ok)
    await p.ask("GET", "/channels/leg_none")
    await p.ask("POST", "/channels/leg_none/dial", {"timeout": "5"})


async def two_are_bridged_and_one_leaves(p: Play) -> None:
    caller, agent = await p.caller(), await p.agent()
    await p.answered(agent)
    await p.ask("POST", "/bridges/brg-1", {"type": "mixing"})
    await p.ask("POST", "/bridges/brg-1", {"type": "mixing"})
    await p.ask("POST", "/bridges/brg-1/addChannel", {"channel": f"{caller},{agent}"})
    await p.event("ChannelEnteredBridge", agent)
    inside = (await p.ask("GET", "/bridges/brg-1")).body["channels"]
    p.see([leg in inside for leg in (caller, agent, "leg_none")])
    await p.ask("POST", "/bridges/brg-1/addChannel", {"channel": "leg_none"})
    await p.ask("POST", "/bridges/brg-1/removeChannel", {"channel": agent})
    await p.event("ChannelLeftBridge", agent)
    await p.ask("POST", "/bridges/brg-1/removeChannel", {"channel": agent})
    p.see_events(agent)
    await p.ask("DELETE", f"/channels/{agent}")
    await p.ask("DELETE", "/bridges/brg-1")


async def a_bridge_is_deleted_with_its_members(p: Play) -> None:
    caller = await p.caller()
    await p.ask("POST", "/bridges/brg-2", {"type": "mixing"})
    await p.ask("POST", "/bridges/brg-2/addChannel", {"channel": caller})
    await p.event("ChannelEnteredBridge", caller)
    await p.ask("DELETE", "/bridges/brg-2")
    await p.event("ChannelLeftBridge", caller)
    await p.ask("DELETE", "/bridges/brg-2")
    await p.ask("POST", "/bridges/brg-2/addChannel", {"channel": caller})
    p.see_events(caller)


async def a_sound_is_played_and_stopped(p: Play) -> None:
    leg = await p.caller()
    sound = {"media": ["sound:call24/greeting", "sound:call24/greeting"]}
    await p.ask("POST", f"/channels/{leg}/play/pb1", body=sound)
    await p.ask("GET", "/playbacks/pb1")
    await p.ask("DELETE", "/playbacks/pb1")
    await p.event("PlaybackFinished", "pb1")
    await p.ask("GET", "/playbacks/pb1")
    await p.ask("DELETE", "/playbacks/pb1")
    await p.ask("POST", f"/channels/{leg}/play/pb2", body={"media": ["sound:call24/no-such-sound"]})
    await p.event("PlaybackFinished", "pb2")
    for _ in range(2):  # the same name twice: one after the other
        await p.ask("POST", f"/channels/{leg}/play/pb3", body=sound)
    await p.ask("DELETE", "/playbacks/pb3")
    await p.event("PlaybackFinished", "pb3")
    await p.ask("GET", "/playbacks/pb3")
    await p.ask("DELETE", "/playbacks/pb3")
    await p.event("PlaybackFinished", "pb3", times=2)
    await p.ask("GET", "/playbacks/pb3")
    p.see_events(leg)


async def who_hears_a_sound_joins_a_bridge_after_it(p: Play) -> None:
    leg = await p.caller()
    await p.ask("POST", "/bridges/brg-3", {"type": "mixing"})
    await p.ask("POST", f"/channels/{leg}/play/pb3", body={"media": ["sound:call24/goodbye"]})
    await p.ask("POST", "/bridges/brg-3/addChannel", {"channel": leg})
    await p.event("ChannelEnteredBridge", leg)
    p.see_events(leg)
    await p.ask("DELETE", "/bridges/brg-3")


async def a_message_is_recorded_until_the_caller_hangs_up(p: Play) -> None:
    leg = await p.caller()
    message = {"name": "ten_1/msg1", "format": "wav", "ifExists": "overwrite", "maxDurationSeconds": "30"}
    await p.ask("POST", f"/channels/{leg}/record", message)
    await p.ask("GET", "/recordings/live/ten_1%2Fmsg1")
    await p.rig.customer_hangs_up()
    await p.event("ChannelDestroyed", leg)
    await p.ask("GET", "/recordings/live/ten_1%2Fmsg1")
    p.see([told(event) for event in p.rig.heard if leg in names(event) and "Playback" not in event["type"]])


async def a_leg_hops_through_the_dialplan_to_its_recorder(p: Play) -> None:
    leg = await p.caller()
    stamps = {"variable": "ARRAY(C24_CALL,C24_TENANT)", "value": "call_1,ten_1"}  # without them it is refused
    await p.ask("POST", f"/channels/{leg}/variable", stamps)
    place = {"context": "call24-record", "extension": "rec_1", "priority": "1"}
    await p.ask("POST", f"/channels/{leg}/continue", place)
    p.rig.heard[:] = [
        event for event in p.rig.heard if event["type"] != "StasisStart" or event["args"][0] == "recorded"
    ]
    await p.event("StasisStart", leg)
    p.see((await p.ask("GET", f"/channels/{leg}/variable", {"variable": "C24_RECORDING"})).body["value"])
    await p.ask("DELETE", f"/channels/{leg}")
    await p.event("ChannelDestroyed", leg)
    p.see_events(leg)


async def who_listens_ends_with_whom_it_hears(p: Play) -> None:
    leg = await p.caller()
    way = {"spy": "both", "app": "call24", "appArgs": "snoop"}
    await p.ask("POST", f"/channels/{leg}/snoop/snp-1", way)
    await p.event("StasisStart", "snp-1")
    await p.ask("POST", f"/channels/{leg}/snoop/snp-1", way)
    await p.ask("POST", "/applications/call24/subscription", {"eventSource": "channel:snp-1"})
    await p.rig.customer_hangs_up()
    await p.event("ChannelDestroyed", "snp-1")
    p.see_events("snp-1")


async def all_channels_and_bridges_are_listed(p: Play) -> None:
    caller, agent = await p.caller(), await p.agent()
    stamps = {"variable": "ARRAY(C24_CALL,C24_TENANT)", "value": "call_1,ten_1"}
    await p.see_channels(caller, agent)
    await p.ask("POST", f"/channels/{caller}/variable", stamps)
    await p.answered(agent)
    await p.bridged("brg-4", caller, agent)
    await p.see_channels(caller, agent, "leg_none")
    await p.see_bridges("brg-4", "brg-none")
    await p.rig.customer_hangs_up()
    await p.event("ChannelDestroyed", caller)
    await p.see_channels(caller, agent)
    await p.see_bridges("brg-4")
    await p.ask("DELETE", f"/channels/{agent}")
    await p.event("ChannelDestroyed", agent)
    await p.see_bridges("brg-4")
    await p.ask("DELETE", "/bridges/brg-4")
    await p.see_bridge_gone("brg-4")


async def a_customer_who_is_busy_is_rung_over_a_trunk(p: Play) -> None:
    leg = await p.rung_outside("busy")
    await p.ended(leg)
    p.see_events(leg)
    await p.see_channels(leg)


async def a_customer_who_does_not_answer_is_given_up(p: Play) -> None:
    leg = await p.rung_outside("ring", timeout=1)
    await p.event("ChannelStateChange", leg)
    await p.see_channels(leg)
    await p.ask("POST", f"/channels/{leg}/moh", {"mohClass": "default"})
    await p.ended(leg)
    p.see_events(leg)
    p.see((await p.rig.request("POST", "/channels/create", body=create(f"{NUMBER}@trk_none", "leg_2", OUTSIDE))).ok)


async def a_customer_who_was_rung_answers_and_presses_keys(p: Play) -> None:
    caller = await p.caller()
    leg = await p.rung_outside("ring")
    await p.event("ChannelStateChange", leg)
    await p.answered(leg)
    await p.see_channels(leg)
    await p.rig.customer_presses("5")
    await p.event("ChannelDtmfReceived", "5")
    p.see_events(caller)
    await p.ask("DELETE", f"/channels/{leg}")
    await p.ended(leg)
    p.see_events(leg)
    agent = await p.agent()  # between two plain legs Asterisk passes keys on unseen
    await p.answered(agent)
    await p.bridged("brg-5", agent, caller)
    await p.rig.customer_presses("#")
    await p.event("ChannelDtmfReceived", "#")
    p.see_events(caller)
    await p.ask("DELETE", f"/channels/{agent}")
    await p.ask("DELETE", "/bridges/brg-5")


async def a_leg_is_muted_and_digits_are_sent_to_it(p: Play) -> None:
    caller, agent = await p.caller(), await p.agent()
    for method, rest, params in (
        ("POST", "mute", {"direction": "in"}),
        ("DELETE", "mute", {"direction": "in"}),
        ("POST", "dtmf", {"dtmf": "12#"}),
    ):
        for leg in (caller, agent, "leg_none"):
            await p.ask(method, f"/channels/{leg}/{rest}", params)
    await p.answered(agent)
    await p.bridged("brg-6", caller, agent)
    await p.ask("POST", f"/channels/{agent}/mute", {"direction": "in"})
    await p.ask("POST", f"/channels/{agent}/mute", {"direction": "in"})
    await p.ask("POST", f"/channels/{caller}/dtmf", {"dtmf": "1"})
    await p.ask("DELETE", f"/channels/{agent}/mute", {"direction": "in"})
    p.see_events(agent)
    p.see_events(caller)
    await p.ask("DELETE", f"/channels/{agent}")
    await p.ask("DELETE", "/bridges/brg-6")


async def a_bridge_is_played_a_sound(p: Play) -> None:
    caller = await p.caller()
    sound = {"media": ["sound:call24/goodbye"]}
    await p.ask("POST", "/bridges/brg-none/play/pb4", body=sound)
    await p.ask("POST", "/bridges/brg-7", {"type": "mixing"})
    await p.ask("POST", "/bridges/brg-7/addChannel", {"channel": caller})
    await p.event("ChannelEnteredBridge", caller)
    await p.ask("POST", "/bridges/brg-7/play/pb5", body=sound)
    await p.ask("GET", "/playbacks/pb5")
    p.see((await p.event("PlaybackFinished", "pb5"))["playback"]["target_uri"])
    await p.ask("GET", "/playbacks/pb5")
    await p.ask("POST", "/bridges/brg-7/play/pb6", body=sound)
    await p.ask("DELETE", "/playbacks/pb6")
    await p.event("PlaybackFinished", "pb6")
    await p.see_bridges("brg-7")
    p.see_events(caller)
    await p.ask("DELETE", "/bridges/brg-7")


async def two_phones_of_one_agent_ring_and_one_is_taken(p: Play) -> None:
    first, second = await p.agent("leg_first"), await p.agent("leg_second")
    await p.answered(second)
    await p.ask("DELETE", f"/channels/{first}", {"reason_code": "26"})
    await p.ended(first)
    await p.see_channels(first, second)
    p.see_events(first)
    p.see_events(second)
    await p.ask("DELETE", f"/channels/{second}")
    await p.ended(second)


SCRIPTS: tuple[Callable[[Play], Awaitable[None]], ...] = (
    a_caller_is_answered_hears_music_and_is_hung_up,
    a_caller_hangs_up_and_requests_about_it_say_that_it_is_gone,
    a_phone_is_rung_and_answers,
    a_phone_that_nobody_picks_up_ends,
    a_phone_that_declines_says_so,
    a_phone_that_names_another_ends_and_no_channel_is_made,
    a_phone_is_hung_up_before_it_is_dialled,
    a_phone_that_is_not_there_cannot_be_rung,
    two_are_bridged_and_one_leaves,
    a_bridge_is_deleted_with_its_members,
    a_sound_is_played_and_stopped,
    who_hears_a_sound_joins_a_bridge_after_it,
    a_message_is_recorded_until_the_caller_hangs_up,
    a_leg_hops_through_the_dialplan_to_its_recorder,
    who_listens_ends_with_whom_it_hears,
    all_channels_and_bridges_are_listed,
    a_customer_who_is_busy_is_rung_over_a_trunk,
    a_customer_who_does_not_answer_is_given_up,
    a_customer_who_was_rung_answers_and_presses_keys,
    a_leg_is_muted_and_digits_are_sent_to_it,
    a_bridge_is_played_a_sound,
    two_phones_of_one_agent_ring_and_one_is_taken,
)
