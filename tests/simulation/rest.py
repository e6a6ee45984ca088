"""ARI's requests on the model of Asterisk: those that Call24 makes, with the answers that the real one gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.simulation.asterisk import APP, SOUND_S, Asterisk, Bridge, Channel, Playback

Answer = tuple[int, Any]
DONE: Answer = (204, None)
MESSAGE_S = 8.0
AFTER_ANSWER = {"answer", "continue", "moh", "mute", "dtmf"}
"""What is refused of a channel that we made, until it has answered."""


def variables_of(params: Mapping[str, str]) -> dict[str, str]:
    """What is set: one variable, or with ARRAY(a,b) several."""
    name, value = params["variable"], params["value"]
    if name.startswith("ARRAY("):
        return dict(zip(name[6:-1].split(","), value.split(","), strict=True))
    return {name: value}


def _no(status: int, message: str) -> Answer:
    return status, {"message": message}


class Rest:
    def __init__(self, asterisk: Asterisk) -> None:
        self._asterisk = asterisk

    def request(self, method: str, path: str, params: Mapping[str, str], body: Any) -> Answer:
        words = path.strip("/").split("/")
        match method, words:
            case "POST", ["channels", "create"]:
                return self._create(body)
            case "GET", ["channels"]:
                return 200, [self._asterisk.row(channel) for channel in self._asterisk.channels.values()]
            case _, ["channels", channel_id, *rest]:
                channel = self._asterisk.channels.get(channel_id)
                return (
                    _no(404, "Channel not found")
                    if channel is None
                    else self._channel(method, channel, rest, params, body)
                )
            case "GET", ["bridges"]:
                return 200, [{"id": x.id, "channels": list(x.channels)} for x in self._asterisk.bridges.values()]
            case _, ["bridges", bridge_id, *rest]:
                return self._bridge(method, bridge_id, rest, params, body)
            case _, ["playbacks", playback_id]:
                return self._playback(method, playback_id)
            case _:
                return self._other(method, words, params)

    def _other(self, method: str, words: list[str], params: Mapping[str, str]) -> Answer:
        match words:
            case ["endpoints", "PJSIP", name]:
                online = name in self._asterisk.registered | self._asterisk.trunks
                return 200, {"state": "online" if online else "offline"}
            case ["applications", _, "subscription"]:
                channel = self._asterisk.channels.get(params["eventSource"].removeprefix("channel:"))
                if channel is None:
                    return _no(422, "Event source does not exist")
                channel.followed = True
                return 200, {"name": APP}
            case ["asterisk", "info"]:
                return 200, {"status": {"startup_time": self._asterisk.moment(self._asterisk.began_at)}}
            case ["recordings", "live", name]:
                live = name.replace("%2F", "/") in self._asterisk.recordings
                return (200, {"name": name}) if live else _no(404, "Recording not found")
        return _no(404, "Resource not found")

    # --- channels ---

    def _create(self, body: Mapping[str, Any]) -> Answer:
        asterisk, channel_id = self._asterisk, body["channelId"]
        address = body["endpoint"].removeprefix("PJSIP/")
        trunk = address.partition("@")[2]
        if not (trunk in asterisk.trunks if trunk else address in asterisk.registered):
            return _no(500, "Allocation failed")
        if channel_id in asterisk.channels:
            return _no(409, "Channel with given unique ID already exists")
        channel = asterisk.add(channel_id, f"PJSIP/{trunk or address}-{len(asterisk.channels):08x}", "Down")
        channel.variables = dict(body["variables"])
        if shown := channel.variables.pop("CALLERID(all)", None):
            channel.caller_name, channel.number = re.fullmatch(r'"(.*)" <(.*)>', shown).groups()  # type: ignore[union-attr]
        channel.followed, channel.args, channel.rings = True, [body["appArgs"]], address
        asterisk.world.loop.call_soon(lambda: asterisk.enter(channel))
        return 200, asterisk.row(channel)

    def _too_early(self, channel: Channel, rest: list[str]) -> Answer | None:
        if channel.place != "stasis":
            return _no(409, "Channel not in Stasis application")
        made = channel.state in ("Down", "Ringing")
        return _no(412, "Channel in invalid state") if made and AFTER_ANSWER & set(rest) else None

    def _taken(self, channel: Channel, what: str, params: Mapping[str, str]) -> Answer:
        if what == "answer":
            self._asterisk.answer(channel)
            return DONE
        if channel.state != "Down" or not channel.rings:
            return _no(409, "Channel is not in the 'Down' state")
        self._asterisk.ring(channel, float(params["timeout"]))
        return DONE

    def _channel(self, method: str, channel: Channel, rest: list[str], params: Mapping[str, str], body: Any) -> Answer:
        asterisk = self._asterisk
        match method, rest:
            case "GET", []:
                return 200, asterisk.row(channel)
            case "DELETE", []:
                cause = int(params.get("reason_code", "16"))
                asterisk.world.loop.call_soon(lambda: asterisk.hang_up(channel, cause))
                return DONE
            case "POST", ["variable"]:
                channel.variables |= variables_of(params)
                return DONE
            case "GET", ["variable"]:
                value = channel.variables.get(params["variable"])
                return _no(404, "Provided variable was not found") if value is None else (200, {"value": value})
            case "POST", ["snoop", snoop_id]:
                return self._snoop(channel, snoop_id)
            case _ if (refusal := self._too_early(channel, rest)) is not None:
                return refusal
            case "POST", ["dial" | "answer" as what]:
                return self._taken(channel, what, params)
            case "POST", ["play", playback_id]:
                return self._play(playback_id, f"channel:{channel.id}", channel, params, body)
            case "POST", ["continue"]:
                asterisk.hop(channel, params["extension"])
                return DONE
            case "POST", ["record"]:
                return self._record(channel, params)
            case _, ["moh" | "mute" | "dtmf"]:
                return DONE
        return _no(404, "Resource not found")

    def _snoop(self, channel: Channel, snoop_id: str) -> Answer:
        if snoop_id in self._asterisk.channels:
            return _no(500, "Snoop channel creation failed")
        snoop = self._asterisk.add(snoop_id, f"Snoop/{channel.id}", "Up")
        snoop.snoops, snoop.args = channel.id, ["snoop"]
        self._asterisk.enter(snoop)
        return 200, self._asterisk.row(snoop)

    def _record(self, channel: Channel, params: Mapping[str, str]) -> Answer:
        name = params["name"]
        if channel.bridge is not None:
            return _no(409, "Channel is currently in other bridge")
        if name in self._asterisk.recordings:
            return _no(409, "Recording with the same name is in progress")
        self._asterisk.recordings.add(name)
        channel.message = name
        self._asterisk.world.after(MESSAGE_S, lambda: self._asterisk.stop_message(channel))
        return 201, {"name": name}

    # --- sounds ---

    def _play(
        self, playback_id: str, target: str, channel: Channel | None, params: Mapping[str, str], body: Any
    ) -> Answer:
        media = [params["media"]] if "media" in params else list(body["media"])
        length = None if media[0].startswith("tone:") else SOUND_S * len(media)
        if any(re.search("no-such", each) for each in media):
            length = 0.0
        self._asterisk.play(Playback(playback_id, target, length, channel))
        return 201, {"id": playback_id}

    def _playback(self, method: str, playback_id: str) -> Answer:
        playback = self._asterisk.playback(playback_id)
        if playback is None:
            return _no(404, "Playback not found")
        if method == "DELETE":
            self._asterisk.world.loop.call_soon(lambda: self._asterisk.end_playback(playback))
            return DONE
        return 200, {"id": playback_id}

    # --- bridges ---

    def _bridge(self, method: str, bridge_id: str, rest: list[str], params: Mapping[str, str], body: Any) -> Answer:
        asterisk = self._asterisk
        if method == "POST" and not rest:
            if bridge_id in asterisk.bridges:
                return _no(409, "Bridge with id already exists")
            asterisk.bridges[bridge_id] = Bridge(bridge_id)
            return 200, {"id": bridge_id}
        bridge = asterisk.bridges.get(bridge_id)
        if bridge is None:
            return _no(404, "Bridge not found")
        match method, rest:
            case "GET", []:
                return 200, {"id": bridge_id, "channels": list(bridge.channels)}
            case "DELETE", []:
                asterisk.destroy(bridge)
                return DONE
            case "POST", ["addChannel" | "removeChannel" as what]:
                return self._move(bridge, what, params["channel"].split(","))
            case "POST", ["play", playback_id]:
                return self._play(playback_id, f"bridge:{bridge_id}", None, params, body)
        return _no(404, "Resource not found")

    def _move(self, bridge: Bridge, what: str, ids: list[str]) -> Answer:
        channels = [self._asterisk.channels.get(channel_id) for channel_id in ids]
        there = [channel for channel in channels if channel is not None]
        if len(there) < len(ids):
            return _no(400, "Channel not found")
        if any(channel.place != "stasis" for channel in there):
            return _no(422, "Channel not in Stasis application")
        if what == "removeChannel":
            if any(channel.bridge != bridge.id for channel in there):
                return _no(422, "Channel not in this bridge")
            for channel in there:
                self._asterisk.leave_bridge(channel)
            return DONE
        if any(channel.message is not None for channel in there):
            return _no(409, "Channel currently recording")
        for channel in there:
            self._asterisk.join(channel, bridge.id)
        return DONE


def manager(asterisk: Asterisk, action: Mapping[str, str]) -> str:
    """What the manager interface says to an action about a recorder."""
    channel = asterisk.channels.get(action.get("channel", ""))
    if action["action"] in ("Login", "Logoff"):
        return "Response: Success"
    if channel is None:
        return "Response: Error\nMessage: No such channel"
    match action["action"]:
        case "MixMonitor":
            channel.recorded = True
        case "StopMixMonitor":
            channel.recorded = False
        case _ if not channel.recorded:
            return "Response: Error"
    return "Response: Success"
