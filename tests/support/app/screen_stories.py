"""Stories that contain every event a journal can carry, and the people who look on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from hypothesis import strategies as st
from tests.support.app.screens import Person, Team, numbered
from tests.support.calls import told as t
from tests.support.calls.told import Told
from tests.support.clock import START

from call24.agents import events as a
from call24.agents.model import AgentState, Next
from call24.calls import events as e
from call24.calls.model import MOBILE
from call24.journal.model import Entry
from call24.kit.ids import CallId, DispositionId, LegId, OfferId, QueueId, TenantId, TrunkId, UserId
from call24.toll_fraud import events as f
from call24.web_push import events as w

OTHER = TenantId("ten_b")
OWEN, EVE, EVA = UserId("usr_owen"), UserId("usr_eve"), UserId("usr_eva")
PEOPLE = (
    *(Person(agent, t.TENANT, "agent") for agent in t.AGENTS),
    Person(t.SUE, t.TENANT, "supervisor"),
    Person(OWEN, t.TENANT, "owner"),
)
STRANGERS = (Person(EVE, OTHER, "agent"), Person(EVA, OTHER, "owner"))
TEAMS = (
    Team(t.HELP, t.TENANT, (t.ANN, t.BOB)),
    Team(t.SALES, t.TENANT, (t.BOB, t.CY)),
    Team(QueueId("que_theirs"), OTHER, (EVE,)),
)
SOLD = DispositionId("dsp_sold")


@dataclass(frozen=True)
class Story:
    name: str
    tell: Callable[[], Sequence[Told]]

    def lines(self) -> list[Entry]:
        return numbered(line for told in self.tell() for line in told.entries)


def _flow() -> Sequence[Told]:
    told = Told().arrives().after(1).say(e.FlowStarted(flow=t.FLOW), e.NodeEntered(node_id="n1", kind="menu"))
    told.after(3).say(e.MenuFailed(node_id="n1", why="timeout"), e.MenuAnswered(node_id="n1", answer="2")).joins()
    told.say(e.RecordingAnnounced(queue_id=t.HELP)).after(60)
    told.say(e.QueueLeft(queue_id=t.HELP, reason="max_wait"), e.SentToVoicemail(reason="max_wait"))
    told.say(e.MessageStarted(recording_id=t.RECORDING)).after(9).ends()
    left = Told(CallId("call_2"), 2).arrives().say(e.FlowStarted(flow=t.FLOW))
    left.say(e.NodeEntered(node_id="n2", kind="task"), e.TaskRequested(node_id="n2", queue_id=t.HELP)).after(1).ends()
    return [told, left]


def _one_after_the_other() -> Sequence[Told]:
    """Callers who wait, ring, are refused, talk, are held and recorded; and what the agents' sessions say of it."""
    first, second, third = Told(CallId("call_1")), Told(CallId("call_2"), 1), Told(CallId("call_3"), 2)
    first.agent_says(a.AgentBecameAvailable(agent_id=t.ANN), a.AgentPaused(agent_id=t.BOB, reason="lunch"))
    for told in (first, second, third):
        told.arrives().after(1).joins()
    _offered(first, t.ANN)
    first.say(e.OfferRinging(offer_id=first.told.offers[0].offer_id, leg=first.told.offers[0].legs[0].leg)).after(9)
    first.refused_by(t.ANN).agent_says(a.AgentBecameAvailable(agent_id=t.ANN, missed=1)).after(1)
    until = first.now + timedelta(seconds=30)
    first.agent_says(a.AgentPhoneAwaited(agent_id=t.ANN, until=until, unreached=1)).after(1)
    first.agent_says(a.AgentPhoneReady(agent_id=t.ANN)).after(1)
    _offered(first, t.BOB)
    _offered(first, t.CY)
    first.say(e.OfferLegLost(offer_id=first.told.offers[1].offer_id, leg=first.told.offers[1].legs[0].leg)).after(2)
    first.answered_by(t.BOB).agent_says(_took(first, t.BOB))
    first.agent_says(a.AgentWentOffline(agent_id=t.CY)).after(4)
    first.say(e.RecordingStarted(recording_id=t.RECORDING, agent_id=t.BOB)).after(1)
    first.say(e.RecordingPaused(agent_id=t.BOB)).after(2).say(e.RecordingResumed(agent_id=None)).after(1)
    first.say(e.RecordingFailed(what="pause"), e.AgentMuted(agent_id=t.BOB)).after(1)
    first.say(e.AgentUnmuted(agent_id=t.BOB), e.CallHeld(agent_id=t.BOB)).after(3)
    first.say(e.RecordingStopped(by="key", recorded="keep")).after(1)
    first.agent_says(a.AgentNextChosen(agent_id=t.BOB, next=Next(state=AgentState.PAUSED, reason="lunch")))
    first.say(e.CallResumed(agent_id=t.BOB)).after(8).ends()
    first.agent_says(
        a.AgentWrapUpStarted(
            agent_id=t.BOB, call_id=first.id, until=first.now + timedelta(seconds=9), disposition="required"
        )
    ).after(9)
    first.agent_says(a.AgentWrapUpOverran(agent_id=t.BOB, call_id=first.id)).after(2)
    first.agent_says(
        a.AgentDispositionGiven(agent_id=t.BOB, call_id=first.id, disposition_id=SOLD),
        a.AgentWrapUpEnded(agent_id=t.BOB, call_id=first.id),
        a.AgentPaused(agent_id=t.BOB, reason="lunch", limit_at=first.now + timedelta(seconds=30)),
    ).after(30)
    first.agent_says(a.AgentPauseOverran(agent_id=t.BOB, reason="lunch")).after(5)
    first.agent_says(a.AgentCorrected(agent_id=t.BOB, by=t.SUE, state=AgentState.AVAILABLE, reason="forgotten"))
    first.agent_says(a.AgentBecameAvailable(agent_id=t.BOB))
    second.after(7).ends()
    third.after(8).say(e.QueueLeft(queue_id=t.HELP, reason="full")).joins(t.SALES, since_s=5).after(3).ends()
    return [first, second, third]


def _offered(told: Told, agent_id: UserId) -> None:
    told.offered_to(agent_id).agent_says(
        a.AgentOffered(agent_id=agent_id, call_id=told.id, offer_id=OfferId(f"off_{told.offered}"))
    )


def _took(told: Told, agent_id: UserId) -> a.AgentTookCall:
    offer_id = told.told.offer_id
    assert offer_id is not None
    return a.AgentTookCall(agent_id=agent_id, call_id=told.id, offer_id=offer_id, taken=1)


def _consult_parties() -> Sequence[Told]:
    """Consulting, swapping, a conference, leaving the two alone; then listening, whispering and taking over."""
    told = Told().talks()
    told.agent_says(_took(told, t.ANN)).after(2).say(e.ConsultStarted(agent_id=t.ANN, contact_id=t.OTHER_PARTY))
    told.dials("third", t.OTHER_PARTY).after(1).say(e.ConsultEnded(reason="cancelled")).after(1).consults()
    party = told.told.consult_party
    assert party is not None and party.offer is not None
    told.say(e.ConsultRinging(leg=party.offer.legs[0].leg), e.ConsultLegLost(leg=party.offer.legs[0].leg))
    told.say(e.ConsultEnded(reason="unreachable", colleague_id=t.BOB)).after(1).consults().after(2).colleague_answers()
    told.say(e.ConsultSwapped(agent_id=t.ANN, to="customer")).after(2).say(e.ConsultSwapped(agent_id=t.ANN, to="third"))
    told.after(2).monitored_by().say(e.MonitorModeChanged(user_id=t.SUE, mode="whisper", reason="quality")).after(1)
    told.say(e.ConferenceStarted(agent_id=t.ANN)).after(3).completes().after(2)
    told.say(e.MonitorStopped(user_id=t.SUE)).after(1).monitored_by(reason="complaint")
    monitor = told.told.monitors[0]
    assert monitor.leg is not None and monitor.device_id is not None and told.told.agent_id is not None
    told.say(
        e.CallTakenOver(
            agent_id=told.told.agent_id,
            user_id=t.SUE,
            offer_id=monitor.offer_id,
            leg=monitor.leg,
            device_id=monitor.device_id,
            reason="complaint",
        )
    )
    return [told.after(3).passed_to(t.CY).after(2).ends()]


def _away() -> Sequence[Told]:
    """The agent's page is loaded anew; the line to it breaks; it comes back."""
    told = Told().talks()
    again = t.leg_of(OfferId("off_again"))
    told.after(1).say(e.ReattachStarted(leg=again.leg, device_id=again.device_id), e.ReattachFailed(leg=again.leg))
    told.after(1).say(e.ReattachStarted(leg=again.leg, device_id=again.device_id))
    assert told.told.agent_leg is not None
    told.say(e.AgentLegLost(leg=told.told.agent_leg), e.AgentReattached(leg=again.leg, device_id=again.device_id))
    return [told.after(4).ends()]


def _outside() -> Sequence[Told]:
    """Own calls, one that leads away from us, one to a colleague, and a call-back that is tried twice."""
    placed = Told(CallId("call_1")).placed(queue=t.HELP).offered_to(t.ANN).after(1)
    placed.say(e.RecordingDeclined(reason="objected"))
    placed.own_phone_up().dials().after(1).say(e.OutsideRinging(leg=_dialled(placed))).after(3).customer_answers()
    placed.agent_says(_took(placed, t.ANN)).after(4).say(
        e.CallTransferred(agent_id=t.ANN, contact_id=t.OTHER_PARTY)
    ).dials("forward", t.OTHER_PARTY)
    placed.after(2).say(e.CallForwarded(leg=_dialled(placed))).after(3).ends()
    inside = Told(CallId("call_2"), 100).placed_inside().offered_to(t.ANN).after(1).own_phone_up().consults().after(2)
    inside.colleague_answers().after(3).ends()
    back = Told(CallId("call_3"), 10).promised().after(1).offered_to(t.CY).after(2).own_phone_up(t.CY).dials().after(2)
    back.say(e.OutsideFailed(leg=_dialled(back), cause=17))
    back.say(e.CallbackTried(agent_id=t.CY, reached=False, not_before=back.now + timedelta(seconds=60))).after(60)
    back.offered_to(t.CY).after(2).own_phone_up(t.CY).dials().after(2).customer_answers().after(3).ends()
    asking = Told(CallId("call_4"), 5).arrives().joins().after(2)
    asking.say(e.QueueLeft(queue_id=t.HELP, reason="callback"), e.CallbackAccepted(queue_id=t.HELP))
    asking.say(e.CallClosing(reason="callback")).after(2).ends()
    return [placed, inside, back, asking]


def _dialled(told: Told) -> LegId:
    assert told.told.dial is not None
    return told.told.dial.leg


def _two_at_once() -> Sequence[Told]:
    """A supervisor listens to a call, has another besides, and goes back to the first."""
    heard, own = Told(CallId("call_1")), Told(CallId("call_2"), 20)
    heard.talks().after(1).monitored_by().after(60).ends()
    own.placed(by=t.SUE).offered_to(t.SUE).after(1).own_phone_up(t.SUE).dials().after(2).customer_answers()
    own.agent_says(_took(own, t.SUE)).after(1).agent_says(a.AgentBecameAvailable(agent_id=t.SUE)).after(1).ends()
    return [heard, own]


def _pushed() -> Sequence[Told]:
    """A call whose ringing was sent to browsers too: the screens stay as they are."""
    told = Told().arrives().after(1).joins()
    _offered(told, t.ANN)
    offer_id = told.told.offers[0].offer_id
    told.also(w.OfferPushed(agent_id=t.ANN, offer_id=offer_id, browsers=1), t.ANN).after(1)
    told.also(w.OfferPushEnded(agent_id=t.ANN, offer_id=offer_id, outcome="accepted", after_ms=80), t.ANN)
    return [told.answered_by(t.ANN).agent_says(_took(told, t.ANN)).after(3).ends()]


def _mobile() -> Sequence[Told]:
    """Two agents whose phones are silent: one takes the call at the mobile number, the other at a phone after all."""
    told, trunk = Told().arrives().after(1).joins(), TrunkId("trk_1")
    _offered(told, t.ANN)
    ann, ann_leg = told.told.offers[0].offer_id, LegId("leg_mobile_1")
    told.after(6).say(e.OfferMobileDialled(offer_id=ann, agent_id=t.ANN, leg=ann_leg, trunk_id=trunk)).after(4)
    told.say(e.OfferMobileAnswered(offer_id=ann, agent_id=t.ANN, leg=ann_leg)).after(3)
    told.say(e.OfferMobileAccepted(offer_id=ann, agent_id=t.ANN, leg=ann_leg))
    told.say(e.CallConnected(offer_id=ann, agent_id=t.ANN, leg=ann_leg, device_id=MOBILE, recording_id=None))
    told.agent_says(_took(told, t.ANN)).after(3).ends()
    late = Told(CallId("call_2"), 40).arrives().joins()
    _offered(late, t.BOB)
    bob, bob_leg = late.told.offers[0].offer_id, LegId("leg_mobile_2")
    late.after(6).say(e.OfferMobileDialled(offer_id=bob, agent_id=t.BOB, leg=bob_leg, trunk_id=trunk)).after(2)
    late.say(e.OfferRungAgain(offer_id=bob, legs=(t.leg_of(bob),))).after(1)
    late.say(e.OfferMobileDeclined(offer_id=bob, agent_id=t.BOB, leg=bob_leg, reason="no_answer")).after(1)
    late.answered_by(t.BOB).agent_says(_took(late, t.BOB)).after(2).ends()
    return [told, late]


def _fence() -> Sequence[Told]:
    """Lines that no screen shows."""
    told = Told().talks()
    for event in (f.OutboundFrozen(agent_id=t.ANN, reason="denials"), f.OutboundUnfrozen(agent_id=t.ANN, by=OWEN)):
        told.after(1).beside(event, t.ANN)
    return [told.after(1).ends()]


ALL = (
    Story("menu and message", _flow),
    Story("one after the other", _one_after_the_other),
    Story("colleagues and supervisors", _consult_parties),
    Story("loaded anew", _away),
    Story("to the outside", _outside),
    Story("two at once", _two_at_once),
    Story("what no screen shows", _fence),
    Story("sent to browsers", _pushed),
    Story("mobile numbers", _mobile),
)


# --- at random ---

_SAID: tuple[Callable[[UserId, CallId], a.AgentEvent], ...] = (
    lambda who, call: a.AgentBecameAvailable(agent_id=who),
    lambda who, call: a.AgentPaused(agent_id=who, reason="lunch", limit_at=START + timedelta(hours=1)),
    lambda who, call: a.AgentWentOffline(agent_id=who),
    lambda who, call: a.AgentPhoneAwaited(agent_id=who, until=START + timedelta(minutes=1)),
    lambda who, call: a.AgentPhoneReady(agent_id=who),
    lambda who, call: a.AgentOffered(agent_id=who, call_id=call, offer_id=OfferId("off_1")),
    lambda who, call: a.AgentTookCall(agent_id=who, call_id=call, offer_id=OfferId("off_1"), taken=2),
    lambda who, call: a.AgentWrapUpStarted(agent_id=who, call_id=call, until=START, disposition="required"),
    lambda who, call: a.AgentWrapUpEnded(agent_id=who, call_id=call),
    lambda who, call: a.AgentNextChosen(agent_id=who, next=Next(state=AgentState.OFFLINE)),
)


@st.composite
def any_day(draw: st.DrawFn) -> list[Entry]:
    """Calls of any kind one beside the other, and agents' sessions that say anything at any time."""
    calls = [draw(t.told_calls(CallId(f"call_{number}"), draw(st.integers(0, 60)))) for number in range(1, 4)]
    sessions = Told(at_s=0)
    said = st.tuples(
        st.sampled_from(_SAID), st.sampled_from((*t.AGENTS, t.SUE)), st.sampled_from(calls), st.integers(0, 20)
    )
    for what, who, call, pause_s in draw(st.lists(said, max_size=15)):
        sessions.after(pause_s).agent_says(what(who, call.id))
    return numbered(line for told in (*calls, sessions) for line in told.entries)
