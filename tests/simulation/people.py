"""What people do all day: callers, agents with their phones and apps, a supervisor, strangers who are rung.

Each has a stream of chance of its own. Nobody knows what Call24 believes: people act on telephones; an agent's app
shows the session, as the real one does.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from random import Random

from tests.simulation.asterisk import Asterisk, Channel
from tests.simulation.life import Life
from tests.simulation.link import Owners
from tests.simulation.organisation import Organisation
from tests.simulation.world import World

from call24.agents import machine as agents
from call24.agents.model import AgentState
from call24.calls import signals as s
from call24.kit.errors import Conflict, NotFound, Refused, Unavailable
from call24.kit.ids import ContactId, LegId, UserId, new_id

BUSY = 17
STAYS_S = (0.01, 0.3, 2, 8, 20, 45, 90, 150)


class People:
    """Of one organisation. ``life``: Call24, when it is there to be asked. ``obedient``: all take what rings and talk
    until they are told to stop (the probe at the day's end)."""

    def __init__(
        self,
        world: World,
        asterisk: Asterisk,
        owners: Owners,
        it: Organisation,
        life: Callable[[], Life | None],
        callers: int,
    ) -> None:
        self.world = world
        self.asterisk = asterisk
        self.owners = owners
        self.it = it
        self.life = life
        self.arrivals: list[Channel] = []
        self.obedient = False
        self._chance = {name: world.random(f"{name} of {it.tenant_id}") for name in ("callers", *it.everybody)}
        self._mobiles = world.random(f"mobile phones of {it.tenant_id}")
        self._outside = world.random(f"strangers of {it.tenant_id}")
        self._owner = {it.phone(device): user for user, devices in it.devices.items() for device in devices}
        self._strangers: dict[str, tuple[float, float, float]] = {}
        self._dialled = 0
        for _ in range(callers):
            self._plan_a_caller()

    # --- callers ---

    def _plan_a_caller(self) -> None:
        chance = self._chance["callers"]
        at, stays = chance.uniform(2, 200), chance.choice(STAYS_S) * chance.uniform(0.7, 1.3)
        keys = [(chance.uniform(0, 25), chance.choice("123451")) for _ in range(chance.randint(0, 3))]
        self.world.after(at, lambda: self._arrives(stays, keys))

    def _arrives(self, stays: float, keys: list[tuple[float, str]]) -> None:
        if not self.asterisk.up:
            return
        channel = self.dial(self.it.number)
        self.world.after(stays, lambda: self.asterisk.hang_up(channel))
        for after, digit in keys:
            self.world.after(after, lambda digit=digit: self.asterisk.press(channel, digit))  # type: ignore[misc]

    def dial(self, number: str) -> Channel:
        self._dialled += 1
        caller = f"+4477009{ord(self.it.tenant_id[-1])}{self._dialled:03}"
        self.owners.learn(f"sim-{caller}", self.it.tenant_id)
        channel = self.asterisk.invite(number, caller, "trk_1")
        self.world.say(f"{channel.id} calls {self.it.tenant_id}")
        self.arrivals.append(channel)
        return channel

    # --- telephones that ring ---

    def rings(self, channel: Channel) -> None:
        owner = self._owner.get(channel.rings)
        if owner is None:
            self._rings_outside(channel)
        elif "PJSIP_HEADER(add,X-Call24-Answer)" in channel.variables or self.obedient:
            self.world.after(0.05, lambda: self.asterisk.pick_up(channel))
        else:
            self._rings_an_agent(channel, self._chance[owner])

    def _rings_an_agent(self, channel: Channel, chance: Random) -> None:
        does, after = chance.random(), chance.choice((0.0, 0.5, 2, 5))
        if does < 0.75:
            self.world.after(after, lambda: self.asterisk.pick_up(channel))
        elif does < 0.87:
            self.world.after(after, lambda: None if channel.state == "Up" else self.asterisk.hang_up(channel, BUSY))

    def refuses(self, channel: Channel) -> int | None:
        """A stranger who is busy may say so before it rings."""
        if channel.rings in self._owner:
            return None
        chance = self._outside
        does, after, stays = chance.random(), chance.uniform(0.2, 5), chance.uniform(1, 60)
        self._strangers[channel.id] = does, after, stays
        return BUSY if 0.7 <= does < 0.85 and after < 2 and not self.obedient else None

    def _rings_a_mobile(self, channel: Channel) -> None:
        """A pocket: it is answered, by a mailbox too, and the key is pressed, another one, or none."""
        chance = self._mobiles
        does, after, stays = chance.random(), chance.uniform(0.2, 6), chance.uniform(1, 60)
        pressed, key = chance.uniform(0.2, 20), chance.choice("1114")
        if does < 0.8 or self.obedient:
            self.world.after(after, lambda: self.asterisk.pick_up(channel))
            self.world.after(after + stays, lambda: self.asterisk.hang_up(channel))
            if does < 0.6 or self.obedient:
                self.world.after(after + pressed, lambda: self.asterisk.press(channel, key))
        elif does < 0.9:
            self.world.after(after, lambda: None if channel.state == "Up" else self.asterisk.hang_up(channel, BUSY))

    def _rings_outside(self, channel: Channel) -> None:
        if channel.rings.split("@")[0] in self.it.mobiles.values():
            self._rings_a_mobile(channel)
            return
        does, after, stays = self._strangers.pop(channel.id)
        if does < 0.7 or self.obedient:
            self.world.after(after, lambda: self.asterisk.pick_up(channel))
            self.world.after(after + stays, lambda: self.asterisk.hang_up(channel))
        elif does < 0.85:
            self.world.after(after, lambda: None if channel.state == "Up" else self.asterisk.hang_up(channel, BUSY))

    # --- the app ---

    def at_work(self, until: float) -> None:
        for member in self.it.members:
            self._next(member, self._agent_acts, until, 0.2)
        self._next(self.it.supervisor, self._supervisor_acts, until, 5)

    def _next(self, user: UserId, act: Callable[[UserId, Random], None], until: float, most: float) -> None:
        def soon() -> None:
            if self.world.loop.passed < until:
                chance = Random(self._chance[user].random())  # the same number of draws, whatever is done
                if self.life() is not None:
                    with contextlib.suppress(Conflict, NotFound, Refused, Unavailable):
                        act(user, chance)
                self._next(user, act, until, 9)

        self.world.after(self._chance[user].uniform(0.1, most), soon)

    def wish(self, user: UserId, kind: type[agents.AgentSignal], **more: object) -> None:
        life = self.life()
        assert life is not None
        self.world.say(f"{user} wishes {kind.__name__}")
        wished = kind(at=life.clock.now(), **more)  # type: ignore[arg-type]
        life.spawn(life.engine.wish(self.it.tenant_id, user, wished))

    def _agent_acts(self, user: UserId, chance: Random) -> None:
        life = self.life()
        assert life is not None
        session = life.engine.desk(self.it.tenant_id).session(user)
        does = chance.random()
        match session.state:
            case AgentState.OFFLINE | AgentState.PAUSED:
                if does < 0.7:
                    self.wish(user, agents.AvailableWished)
            case AgentState.AVAILABLE:
                self._free_agent_acts(user, does, chance)
            case AgentState.WRAP_UP if does < 0.3:
                self.wish(user, agents.AvailableWished)
            case AgentState.OFFERED if does < 0.15 and session.call_id is not None:
                self._ask(user, s.DeclineRequested)
            case AgentState.ON_CALL:
                if does < 0.06:
                    self._phone_hangs_up(user)
                else:
                    self._ask_about_call(user, chance)

    def _free_agent_acts(self, user: UserId, does: float, chance: Random) -> None:
        life = self.life()
        assert life is not None
        if does < 0.06:
            self.wish(user, agents.PauseWished, reason="lunch")
        elif does < 0.10:
            self.wish(user, agents.OfflineWished)
        elif does < 0.14:
            life.spawn(life.requests.place(self.it.tenant_id, user, number=self.it.outside))
        elif does < 0.17:
            colleague = chance.choice([x for x in self.it.members if x != user])
            life.spawn(life.requests.place(self.it.tenant_id, user, colleague_id=colleague))
        elif does < 0.19:
            self._phone_goes(user, chance)

    def _phone_goes(self, user: UserId, chance: Random) -> None:
        phone = self.it.phone(chance.choice(self.it.devices[user]))
        self.asterisk.registered.discard(phone)
        self.world.after(chance.uniform(5, 30), lambda: self.asterisk.register(phone))

    def _phone_hangs_up(self, user: UserId) -> None:
        for channel in list(self.asterisk.channels.values()):
            if self._owner.get(channel.rings) == user and channel.state == "Up":
                self.asterisk.hang_up(channel)

    _PLAIN: tuple[type[s.AgentRequest], ...] = (
        *(s.HoldRequested, s.ResumeRequested, s.SwapRequested, s.CompleteRequested, s.ConferenceRequested),
        *(s.CancelRequested, s.DropRequested, s.RecordRequested, s.PauseRecordingRequested),
        *(s.ResumeRecordingRequested, s.HangUpRequested, s.CompleteRequested, s.ConferenceRequested),
    )

    def _ask_about_call(self, user: UserId, chance: Random) -> None:
        does = chance.random()
        if does < 0.6:
            self._ask(user, chance.choice(self._PLAIN))
        elif does < 0.8:
            self._ask(user, s.ConsultRequested, to=self._target(user, chance, whole=False))
        elif does < 0.9:
            self._ask(user, s.TransferRequested, to=self._target(user, chance, whole=True))
        elif does < 0.94:
            self._ask(user, s.MuteRequested, on=chance.random() < 0.5)
        elif does < 0.97:
            self._ask(user, s.ReattachRequested, device_id=self.it.devices[user][0], leg=LegId(new_id("leg")))
        else:
            self._ask(user, s.DigitsRequested, digits="12")

    def _target(self, user: UserId, chance: Random, *, whole: bool) -> s.TransferTarget:
        does = chance.random()
        if whole and does < 0.3:
            return s.TransferTarget(queue_id=self.it.queue_id)
        if does < 0.65:
            return s.TransferTarget(agent_id=chance.choice([x for x in self.it.members if x != user]))
        return s.TransferTarget(contact_id=ContactId(f"ctc_{self.it.outside.strip('+')}"))

    def _ask(self, user: UserId, kind: type[s.AgentRequest], **more: object) -> None:
        life = self.life()
        assert life is not None
        call_id = life.engine.desk(self.it.tenant_id).session(user).call_id
        if call_id is not None:
            self.world.say(f"{user} asks {kind.__name__} {more or ''}")
            asked = kind(at=life.clock.now(), agent_id=user, **more)  # type: ignore[arg-type]
            life.requests.request(self.it.tenant_id, user, call_id, asked)

    def _supervisor_acts(self, user: UserId, chance: Random) -> None:
        life = self.life()
        assert life is not None
        calls = life.engine.live_calls(self.it.tenant_id)
        if not calls:
            return
        call, does = calls[chance.randrange(len(calls))], chance.random()
        if does < 0.6:
            mode = chance.choice(("listen", "whisper", "barge"))
            life.requests.monitor(self.it.tenant_id, user, call.id, mode, "coaching")
        elif does < 0.75:
            life.requests.take_over(self.it.tenant_id, user, call.id, "complaint")
        elif does < 0.9:
            life.requests.monitor_end(self.it.tenant_id, user, call.id)
        elif does < 0.95:
            life.requests.end(self.it.tenant_id, user, call.id, "closing")
        else:
            self._phone_hangs_up(user)
