"""What people ask of the engine: an agent about its own call, a new call, a supervisor about anybody's.

Each is checked here for who may ask it at all; what it means for the call is decided by the call's table.
"""

from __future__ import annotations

from call24.agents import machine as agents
from call24.agents.model import AgentSession, AgentState
from call24.agents.transitions import disposition_missing
from call24.calls import signals as s
from call24.calls.evolution import begin
from call24.calls.model import Call, CallState, OfferLeg, OfferOutcome, QueueRules
from call24.calls.preconditions import concerns
from call24.engine import call_openings
from call24.engine.call_task import CallTask
from call24.engine.desk import SessionRequest
from call24.engine.engine import Engine
from call24.engine.liveness import Phones
from call24.engine.ports import RUNG_MAX, Caller
from call24.engine.reach import Reach
from call24.kit.errors import Conflict, Invalid, NotFound, Refused, Unavailable
from call24.kit.ids import CallId, ContactId, DeviceId, LegId, NumberId, OfferId, TenantId, UserId, new_id
from call24.kit.phone import parse_e164
from call24.toll_fraud.model import Denied

NO_NUMBER = "No number of the organisation is verified yet: ring it once from any phone, and it is"
HEARD = frozenset({CallState.CONNECTED, CallState.HELD, CallState.CONSULTING, CallState.CONFERENCE})


class Requests:
    def __init__(self, engine: Engine, phones: Phones) -> None:
        self._engine = engine
        self.reach = Reach(engine, phones)

    # --- of agents ---

    def request(self, tenant_id: TenantId, agent_id: UserId, call_id: CallId, signal: s.AgentRequest) -> None:
        """About a call that the agent has, is offered, or is consulted in. Raises: NotFound for any other call."""
        task = self._engine.find(tenant_id, call_id)
        if task is None or not concerns(task.call, agent_id):
            raise NotFound
        task.tell(signal)

    def outside(self, tenant_id: TenantId, user_id: UserId, number: str) -> ContactId:
        """The contact that stands for an outside number, if it may be called. Raises: Invalid, Refused."""
        return self._dialled(tenant_id, user_id, number)[1]

    def _dialled(self, tenant_id: TenantId, user_id: UserId, number: str) -> tuple[Caller, ContactId]:
        caller = self._engine.callers.identify(tenant_id, number, "")
        if caller.contact_id is None or parse_e164(caller.number, None) is None:
            raise Invalid(errors=[("number", "a phone number, best in international form: +442079460123")])
        verdict = self._engine.fence.ask(tenant_id, user_id, caller.number, self._engine.clock.now())
        if isinstance(verdict, Denied):
            raise Refused(verdict.text, code=verdict.code)
        return caller, caller.contact_id

    async def place(
        self,
        tenant_id: TenantId,
        user_id: UserId,
        *,
        number: str | None = None,
        colleague_id: UserId | None = None,
        number_id: NumberId | None = None,
        device_id: DeviceId | None = None,
    ) -> CallId:
        """Call a number, or a colleague: the agent's own phone first, which answers by itself.

        ``device_id``: which of its devices; None: all. Raises: Invalid, NotFound, Refused, Conflict, Unavailable.
        """
        call_id, offer_id = CallId(new_id("call")), OfferId(new_id("off"))
        if (number is None) == (colleague_id is None):
            raise Invalid(errors=[("to", "a number or a colleague")])
        if number is not None:
            caller, contact_id = self._dialled(tenant_id, user_id, number)
            if self._engine.directory.shown(tenant_id, number_id) is None:
                raise Conflict(NO_NUMBER, code="no_number_to_show")
        else:
            caller, contact_id = self._colleague(tenant_id, user_id, colleague_id), None
        self._has_line(tenant_id)
        directory = self._engine.directory
        chosen = self._own_phone(tenant_id, user_id, offer_id, device_id)
        await self.reach.own_phone(tenant_id, user_id, device_id)
        if colleague_id is not None:
            await self.reach.colleague(tenant_id, colleague_id)
        event = call_openings.placed(
            call_id,
            user_id,
            self._engine.directory.rules(tenant_id),
            contact_id=contact_id,
            colleague_id=colleague_id,
            number_id=number_id,
            queue=self._queue(tenant_id, number_id),
            not_recorded=None if contact_id is None else directory.plan(tenant_id).not_recorded((contact_id,)),
        )
        started = agents.OwnCallStarted(at=self._engine.clock.now(), call_id=call_id, offer_id=offer_id)
        session = await self._engine.wish(tenant_id, user_id, started)
        if session.offer_id != offer_id:
            raise _busy(session)
        task = self._engine.open(begin(tenant_id, event, self._engine.clock.now()), caller, event)
        task.tell(s.AgentChosen(at=self._engine.clock.now(), offers=(chosen,)))
        return call_id

    def _has_line(self, tenant_id: TenantId) -> None:
        """Raises: Conflict. A transfer or a consultation is refused when it is dialled: it may free a line first."""
        if self._engine.quota.refuses(tenant_id, self._engine.all_live(), 1) is not None:
            raise Conflict("Your organisation has reached its number of concurrent calls", code="no_line_free")

    def _queue(self, tenant_id: TenantId, number_id: NumberId | None) -> QueueRules | None:
        """The rules of the queue that answers the shown number hold for calls that show it, too."""
        directory = self._engine.directory
        queue_id = directory.queue_of_number(tenant_id, number_id) if number_id is not None else None
        return directory.plan(tenant_id).queue(queue_id) if queue_id is not None else None

    def _colleague(self, tenant_id: TenantId, user_id: UserId, colleague_id: UserId | None) -> Caller:
        """The colleague sees who calls."""
        known = colleague_id is not None and self._engine.directory.name(tenant_id, colleague_id) is not None
        if not known:
            raise NotFound
        if colleague_id == user_id:
            raise Invalid(errors=[("to", "somebody else")])
        return Caller(contact_id=None, number="", name=self._engine.directory.name(tenant_id, user_id) or "")

    def _own_phone(
        self, tenant_id: TenantId, user_id: UserId, offer_id: OfferId, device_id: DeviceId | None
    ) -> s.Chosen:
        if not self._engine.pbx_here:
            raise Unavailable("No phone can be rung at the moment", code="network_away", retry_after_s=2)
        devices = self._engine.directory.devices(tenant_id, user_id)
        devices = devices[:RUNG_MAX] if device_id is None else tuple(one for one in devices if one == device_id)
        if not devices:
            raise Conflict("You are not signed in on a device with a phone", code="no_phone")
        legs = tuple(OfferLeg(leg=LegId(new_id("leg")), device_id=device) for device in devices)
        return s.Chosen(offer_id=offer_id, agent_id=user_id, legs=legs)

    # --- of supervisors ---

    def monitor(
        self,
        tenant_id: TenantId,
        user_id: UserId,
        call_id: CallId,
        mode: str,
        reason: str,
        device_id: DeviceId | None = None,
    ) -> None:
        """Hear a call, or hear it in another way. Raises: as `heard`, and Unavailable, Conflict (no_phone)."""
        task = self.heard(tenant_id, user_id, call_id)
        devices = self._engine.directory.devices(tenant_id, user_id)
        chosen = self._own_phone(tenant_id, user_id, OfferId(new_id("off")), device_id or next(iter(devices), None))
        task.tell(
            s.MonitorRequested(at=self._engine.clock.now(), user_id=user_id, mode=mode, reason=reason, chosen=chosen)
        )

    def heard(self, tenant_id: TenantId, user_id: UserId, call_id: CallId) -> CallTask:
        """The call, if this user can listen to it now.

        Raises: NotFound, Conflict (not_connected, own_call, monitoring_objected, agent_busy, disposition_required).
        """
        task = self._live(tenant_id, call_id)
        call = task.call
        if concerns(call, user_id):
            raise Conflict("You are in this call and cannot monitor it", code="own_call")
        if call.state not in HEARD or call.agent_leg is None:
            raise Conflict("Nobody is talking in this call at the moment", code="not_connected")
        self._check_agents_agree(call)
        known = any(each.user_id == user_id for each in call.monitors)
        session = self._engine.desk(tenant_id).session(user_id)
        elsewhere = any(self._hears(other, user_id) for other in self._engine.live_calls(tenant_id))
        if not known and (session.state in {AgentState.OFFERED, AgentState.ON_CALL} or elsewhere):
            raise _busy(session)
        return task

    def _check_agents_agree(self, call: Call) -> None:
        """Raises: Conflict (monitoring_objected)."""
        plan, party = self._engine.directory.plan(call.tenant_id), call.consult_party
        heard = (call.agent_id, party.agent_id if party is not None else None)
        if any(one is not None and plan.objects_to_monitoring(one) for one in heard):
            raise Conflict("The agent objected to being listened to", code="monitoring_objected")

    def _hears(self, call: Call, user_id: UserId) -> bool:
        return any(each.user_id == user_id for each in call.monitors)

    def monitor_end(self, tenant_id: TenantId, user_id: UserId, call_id: CallId) -> None:
        """Raises: NotFound for a call that this user does not hear."""
        task = self._live(tenant_id, call_id)
        if not self._hears(task.call, user_id):
            raise NotFound
        task.tell(s.MonitorEndRequested(at=self._engine.clock.now(), user_id=user_id))

    def take_over(self, tenant_id: TenantId, user_id: UserId, call_id: CallId, reason: str) -> None:
        """Raises: NotFound, Conflict unless the supervisor hears the call already and has no other in hand."""
        task = self._live(tenant_id, call_id)
        if not any(each.user_id == user_id and each.leg is not None for each in task.call.monitors):
            raise Conflict("Start listening to the call first", code="not_listening")
        if task.call.state is CallState.CONSULTING:
            raise Conflict("The agent is in another call now", code="consulting")
        session = self._engine.desk(tenant_id).session(user_id)
        if session.state in {AgentState.OFFERED, AgentState.ON_CALL} or disposition_missing(session):
            raise _busy(session)
        task.tell(s.TakeOverRequested(at=self._engine.clock.now(), user_id=user_id, reason=reason))

    def end(self, tenant_id: TenantId, user_id: UserId, call_id: CallId, reason: str) -> None:
        """End anybody's call, or take a callback off the list. Raises: NotFound."""
        task = self._live(tenant_id, call_id)
        task.tell(s.EndRequested(at=self._engine.clock.now(), user_id=user_id, reason=reason))

    def end_offer(self, tenant_id: TenantId, user_id: UserId, agent_id: UserId) -> None:
        """End an offer that is stuck: the agent is free again, the caller goes on to the next.

        Raises: Conflict (not_offered) unless the agent is rung.
        """
        desk, now = self._engine.desk(tenant_id), self._engine.clock.now()
        session = desk.session(agent_id)
        if session.state is not AgentState.OFFERED or session.call_id is None or session.offer_id is None:
            raise Conflict("This agent's phone is not ringing for this call", code="not_offered")
        task = self._engine.find(tenant_id, session.call_id)
        if task is not None and task.call.holds(session.offer_id):
            task.tell(s.DeclineRequested(at=now, agent_id=agent_id, by=user_id))
        else:  # no call knows of it any more: it is only the session that hangs on to it
            over = agents.OfferOver(at=now, offer_id=session.offer_id, outcome=OfferOutcome.WITHDRAWN)
            desk.tell(SessionRequest(agent_id, over))

    def _live(self, tenant_id: TenantId, call_id: CallId) -> CallTask:
        task = self._engine.find(tenant_id, call_id)
        if task is None:
            raise NotFound
        return task


def _busy(session: AgentSession) -> Conflict:
    if session.state is AgentState.WRAP_UP:
        return Conflict("Set the disposition of your last call first", code="disposition_required")
    return Conflict("You are on a call, or a call is ringing", code="agent_busy")
