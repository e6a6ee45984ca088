"""How the app behaves with calls in hand, own calls, supervision and work: a real browser, a stage as its server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.support.app import scene
from tests.support.app import scene_calls as calls
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.pictures_calls import owner, supervisor
from tests.support.app.scene_people import PeopleScene
from tests.support.app.stage import problem
from tests.support.wait import PATIENCE_S, wait_until

CALL = "/v1/calls/call_live"
BATBOLD = calls.BATBOLD["id"]


def bodies(app: App, method: str, path: str) -> list[Any]:
    return [asked[2] for asked in app.stage.asked if asked[:2] == (method, path)]


async def in_hand(app: App, state: str = "connected", seq: int = 21, **more: Any) -> None:
    """The agent's call is in this state, as the server says it."""
    shown = calls.in_hand(state, **more)
    app.stage.live = scene.live(seq=seq, call=shown, session=scene.session("on_call", call_id="call_live"))
    app.stage.tell("call", {**shown, "seq": seq})


async def test_a_call_goes_on_while_its_agent_changes_their_name_and_then_loses_what_it_is_shown_by(app: App) -> None:
    await app.open()
    await app.answer_a_call()
    await app.page.evaluate("location.hash = '#/me'")
    await app.page.locator("[data-testid=in-call] button").first.click()
    await app["profile-name"].fill("Saraa Other")
    await app["profile-save"].click()
    await app["profile-done"].wait_for()
    assert await app.page.evaluate("window.__call24.phone().call") == "call_live"
    app.stage.me = {**app.stage.me, "permissions": [one for one in app.stage.me["permissions"] if one != "live.read"]}
    app.stage.fail["/v1/live"] = (403, {**problem(403, "forbidden"), "permission": "live.read"})
    app.stage.tell("session", {**scene.session("on_call"), "seq": 31})
    await app["tab-live"].wait_for(state="detached")
    await app["call-bar"].click()
    await app.page.locator("[data-testid=in-call][data-state=talking]").wait_for()
    assert await app["hold"].is_enabled()
    assert await app.page.evaluate("window.__call24.phone().call") == "call_live"


async def listens(app: App) -> None:
    supervisor(app.stage)
    await app.open("#/live")
    await app.phone_ready()
    await app.follows()
    await app.page.locator("[data-call=call_t1]").click()
    await app["reason-quality"].click()
    await app["monitor-start"].click()
    await app["call-sheet"].wait_for(state="detached")
    app.stage.invite("call_t1", auto=True, purpose="monitor")
    await app.page.locator("[data-testid=watch-bar][data-hearing=true]").wait_for()


async def test_mute_is_told_to_the_server_and_is_there_after_a_reload(app: App) -> None:
    await app.open()
    await app.answer_a_call()
    await app["mute"].click()
    await wait_until(lambda: app.stage.was_asked("POST", f"{CALL}/mute") == 1, PATIENCE_S)
    await in_hand(app, muted=True)
    await app.page.reload()
    await app.page.locator("[data-testid=mute][aria-pressed=true]:not([disabled])").wait_for()
    await app["mute"].click()
    await wait_until(lambda: app.stage.was_asked("POST", f"{CALL}/unmute") == 1, PATIENCE_S)


@pytest.mark.long("test_mute_is_told_to_the_server_and_is_there_after_a_reload")
async def test_mute_holds_here_also_while_the_server_is_away(app: App) -> None:
    await app.open()
    await app.answer_a_call()
    app.stage.fail[f"{CALL}/mute"] = (503, problem(503, "unavailable"))
    await app["mute"].click()
    await app.page.locator("[data-testid=mute][aria-pressed=true]:not([disabled])").wait_for()
    await app["call-problem"].wait_for()


@pytest.mark.long("test_mute_is_told_to_the_server_and_is_there_after_a_reload")
async def test_who_could_not_be_unmuted_is_still_shown_as_muted(app: App) -> None:
    await app.open()
    await app.answer_a_call()
    await app["mute"].click()
    await in_hand(app, muted=True)
    app.stage.fail[f"{CALL}/unmute"] = (503, problem(503, "unavailable"))
    await app.page.locator("[data-testid=mute][aria-pressed=true]:not([disabled])").click()
    await app["call-problem"].wait_for()
    await app.page.locator("[data-testid=mute][aria-pressed=true]:not([disabled])").wait_for()


@pytest.mark.long("test_mute_is_told_to_the_server_and_is_there_after_a_reload")
async def test_who_is_asked_is_muted_here_alone(app: App) -> None:
    await app.open()
    await app.answer_a_call()
    await in_hand(app, "consulting", part="third", purpose="consult", third=calls.third(), **{"from": scene.ANNA})
    await app["call-name"].get_by_text("Anna Keller").wait_for()
    assert await app["transfer"].count() == 0
    await app["mute"].click()
    await app.page.locator("[data-testid=mute][aria-pressed=true]").wait_for()
    assert app.stage.was_asked("POST", f"{CALL}/mute") == 0


async def test_keys_reach_the_server_in_their_order(app: App) -> None:
    await app.open()
    await app.answer_a_call()
    await app["keypad"].click()
    for key in ("1", "2", "0", "star", "3", "hash"):
        await app[f"key-{key}"].click()
    await wait_until(
        lambda: "".join(b["digits"] for b in bodies(app, "POST", f"{CALL}/digits")) == "120*3#", PATIENCE_S
    )


async def test_a_refused_consultation_says_why_and_leaves_the_choice_open(app: App) -> None:
    await app.open()
    await app.answer_a_call()
    app.stage.fail[f"{CALL}/consult"] = (403, problem(403, "premium_denied"))
    await app["add"].click()
    await app["target-search"].fill("+44 909 879 0001")
    await app["ask-first"].first.click()
    await app["transfer-problem"].get_by_text("This is a premium-rate number").wait_for()
    del app.stage.fail[f"{CALL}/consult"]
    await app["ask-first"].first.click()
    await app["transfer-sheet"].wait_for(state="detached")
    assert bodies(app, "POST", f"{CALL}/consult")[-1] == {"to": {"number": "+449098790001"}}


@pytest.mark.parametrize(
    "opens",
    [
        "transfer",
        pytest.param("add", marks=pytest.mark.long("test_who_is_in_the_call_is_never_among_those_it_can_go_to")),
    ],
)
async def test_who_is_in_the_call_is_never_among_those_it_can_go_to(app: App, opens: str) -> None:
    """Өнөрбаяр Төмөр calls now, and has called before."""
    earlier = scene.row("z", 3, scene.CARD["name"], scene.CARD["number"], scene.SUPPORT, "answered", [("talk", 60)])
    app.stage.rows = [earlier, *scene.ROWS]
    await app.open()
    await app.answer_a_call()
    await app[opens].click()
    await app.page.locator("[data-testid=target][data-id='+97688110000']").wait_for()
    assert await app.page.locator(f"[data-testid=target][data-id='{scene.CARD['number']}']").count() == 0
    for typed in ("+976 9911 0718", "9911 0718"):
        await app["target-search"].fill(typed)
        await app["transfer-sheet"].get_by_text("This is who you are talking with").wait_for()
        assert await app["target"].count() == 0


async def test_busy_colleagues_cannot_be_chosen_and_queues_cannot_be_asked(app: App) -> None:
    await app.open()
    await app.answer_a_call()
    await app["transfer"].click()
    busy = app.page.locator(f"[data-testid=target][data-id={BATBOLD}]")
    assert await busy.get_by_test_id("transfer-now").is_disabled()
    queue = app.page.locator("[data-testid=target][data-kind=queue]").first
    assert await queue.get_by_test_id("ask-first").count() == 0
    passed = {"at": scene.ago(seconds=0), "by": scene.SARAA, "kind": "blind", "to": "queue", "to_id": "que_support"}
    app.stage.details["call_live"] = {
        **agents_of_call((scene.SARAA, "offer")),
        "transfers": [{**passed, "reached": True}],
    }
    await queue.get_by_test_id("transfer-now").click()
    await app["transfer-sheet"].wait_for(state="detached")
    assert bodies(app, "POST", f"{CALL}/transfer") == [{"to": {"queue_id": "que_support"}}]
    app.stage.live = scene.live(seq=30)
    app.stage.tell("call", {"id": "call_live", "state": "ended", "seq": 30})
    app.stage.hang_up()
    await app["transferred"].get_by_text("The call is in the queue").wait_for()


async def test_what_can_be_done_follows_the_call(app: App) -> None:
    await app.open()
    await app.answer_a_call()
    await in_hand(app, "consulting", third=calls.third("ringing"))
    await app["third-state"].get_by_text("Ringing").wait_for()
    assert await app["conference"].is_disabled()
    assert await app["hold"].count() == 0
    await in_hand(app, "consulting", 22, third=calls.third("talking"))
    await app["conference"].click()
    await in_hand(app, "conference", 23, third=calls.third("talking"))
    await app["drop"].click()
    await wait_until(lambda: app.stage.was_asked("POST", f"{CALL}/drop") == 1, PATIENCE_S)
    await in_hand(app, "connected", 24)
    await app["third"].wait_for(state="detached")
    await app.page.locator("[data-testid=hold]:not([disabled])").wait_for()


async def test_a_recording_that_did_not_pause_is_said_loudly(app: App) -> None:
    await app.open()
    await app.answer_a_call()
    await in_hand(app, recording={**calls.recording("on"), "trouble": "pause"})
    await app["recording-trouble"].get_by_text("It is still recording.").wait_for()
    await app["recording-on"].wait_for()
    await in_hand(app, "connected", 22, recording=calls.recording("paused", resumes_at=scene.ahead(seconds=90)))
    await app["recording-paused"].wait_for()
    await app["recording-trouble"].wait_for(state="detached")
    await app["recording-resume"].click()
    await wait_until(lambda: app.stage.was_asked("POST", f"{CALL}/recording/resume") == 1, PATIENCE_S)


async def test_a_recording_on_demand_begins_with_its_button(app: App) -> None:
    await app.open()
    await app.answer_a_call()
    await in_hand(app, recording=calls.recording("off", on_demand=True))
    await app["record"].get_by_text("Record", exact=True).wait_for()
    assert await app["recording-on"].count() == 0
    await app["record"].click()
    await wait_until(lambda: bodies(app, "POST", f"{CALL}/recording/start") != [], PATIENCE_S)
    await in_hand(app, "connected", 22, recording=calls.recording("on", on_demand=True))
    await app["recording-on"].wait_for()


async def test_an_own_call_is_there_without_ringing(app: App) -> None:
    await app.open("#/dial")
    await app.phone_ready()
    await app["dial-number"].fill("+976 7700 1234")
    await app["dial-call"].click()
    await wait_until(lambda: app.stage.was_asked("POST", "/v1/calls") == 1, PATIENCE_S)
    assert bodies(app, "POST", "/v1/calls") == [{"to": {"number": "+97677001234"}, "from": "num_1"}]
    app.stage.invite("call_own", auto=True, purpose="own_call")
    await app.page.locator("[data-testid=in-call][data-call=call_own][data-state=dialling]").wait_for()
    assert await app["ringing"].count() == 0


async def test_a_call_in_hand_is_not_disturbed_by_a_monitoring(app: App) -> None:
    await app.open()
    await app.answer_a_call()
    app.stage.invite("call_t1", auto=True, purpose="monitor")
    await app["mute"].click()
    await wait_until(lambda: app.stage.was_asked("POST", f"{CALL}/mute") == 1, PATIENCE_S)
    told = await app.page.evaluate("__call24.phone()")
    assert (told["call"], told["watched"]) == ("call_live", None)


async def test_who_listens_is_rung_all_the_same_and_answering_ends_the_listening(app: App) -> None:
    await listens(app)
    app.stage.invite("call_live")
    await app["answer"].click()
    await app["in-call"].wait_for()
    assert (await app.page.evaluate("__call24.phone()"))["watched"] is None
    await app["watch-bar"].wait_for(state="detached")


async def test_a_page_that_listened_and_is_loaded_anew_lets_go(app: App) -> None:
    await listens(app)
    await app.page.reload()
    await wait_until(lambda: app.stage.was_asked("DELETE", "/v1/calls/call_t1/monitor") == 1, PATIENCE_S)
    assert await app["watch-bar"].count() == 0
    await app["watch-lost"].get_by_text("You no longer hear the call.").wait_for()
    await app["watch-lost-ok"].click()
    await app["watch-lost"].wait_for(state="detached")


async def test_each_way_of_listening_is_asked_for_with_the_reason_that_was_given(app: App) -> None:
    await listens(app)
    await app["watch-whisper"].click()
    await app.page.locator("[data-testid=watch-bar][data-mode=whisper]").wait_for()
    await app["watch-stop"].click()
    await app["watch-bar"].wait_for(state="detached")
    assert bodies(app, "POST", "/v1/calls/call_t1/monitor") == [
        {"mode": "listen", "reason": "quality"},
        {"mode": "whisper", "reason": "quality"},
    ]
    assert app.stage.was_asked("DELETE", "/v1/calls/call_t1/monitor") == 1


def agents_of_call(*came: tuple[dict[str, str], str]) -> dict[str, Any]:
    """The record of the call in hand while it goes on."""
    parts = [{"agent": who, "came": how, "answered_at": scene.ago(seconds=9)} for who, how in came]
    return {**scene.ROWS[0], "id": "call_live", "ended_at": None, "outcome": "open", "agents": parts, "timeline": []}


async def test_who_loses_a_call_to_a_supervisor_is_told_who_took_it(app: App) -> None:
    await app.open()
    await app.answer_a_call()
    app.stage.details["call_live"] = agents_of_call((scene.SARAA, "offer"), (calls.DULMAA, "take_over"))
    wrapped = scene.session("wrap_up", call_id="call_live", wrap_up_until=scene.ahead(seconds=30))
    app.stage.live = scene.live(seq=30, session=wrapped)
    app.stage.tell("call", {"id": "call_live", "state": "ended", "seq": 30})
    app.stage.hang_up()
    await app["taken-over"].get_by_text("Дулмаа Мөнх took this call over.").wait_for()
    await app["taken-over"].get_by_text("They go on with Өнөрбаяр Төмөр").wait_for()
    assert await barriers(app.page) == []
    await app["taken-over-ok"].click()
    await app["taken-over"].wait_for(state="detached")


@pytest.mark.long("test_who_loses_a_call_to_a_supervisor_is_told_who_took_it")
async def test_a_call_that_ends_or_is_handed_over_is_not_said_to_be_taken(app: App) -> None:
    await app.open()
    await app.answer_a_call()
    app.stage.details["call_live"] = {**agents_of_call((scene.SARAA, "offer")), "ended_at": scene.ago(seconds=0)}
    app.stage.live = scene.live(seq=30)
    app.stage.tell("call", {"id": "call_live", "state": "ended", "seq": 30})
    app.stage.hang_up()
    await wait_until(lambda: app.stage.was_asked("GET", "/v1/calls/call_live") == 1, PATIENCE_S)
    assert await app["taken-over"].count() == 0


@pytest.mark.long("test_who_loses_a_call_to_a_supervisor_is_told_who_took_it")
async def test_who_takes_a_call_over_is_told_from_whom(app: App) -> None:
    await listens(app)
    await app["take-over"].click()
    await app["reason-complaint"].click()
    await app["take-over-start"].click()
    await app["call-sheet"].wait_for(state="detached")
    shown = calls.in_hand("connected", id="call_t1", purpose="monitor", device_id="dev_1")
    app.stage.live = scene.live(seq=40, call=shown, session=scene.session("on_call", call_id="call_t1"))
    app.stage.tell("call", {**shown, "seq": 40})
    await app["taken-from"].get_by_text("You took this call over: Цэцэг Отгон is out of it.").wait_for()


async def test_the_list_of_calls_follows_and_a_stuck_one_is_ended_only_after_a_second_word(app: App) -> None:
    supervisor(app.stage)
    await app.open("#/live")
    await app.follows()
    new = calls.live_call("new", "connected", calls.BATBOLD, [("talk", 5)])
    app.stage.tell("live_call", {**new, "seq": 30})
    await app.page.locator("[data-call=call_new]").click()
    await app["end-call"].click()
    assert app.stage.was_asked("POST", "/v1/calls/call_new/end") == 0
    await app["end-call-sure"].click()
    await wait_until(lambda: app.stage.was_asked("POST", "/v1/calls/call_new/end") == 1, PATIENCE_S)
    app.stage.tell("live_call", {"id": "call_new", "state": "ended", "seq": 31})
    await app.page.locator("[data-call=call_new]").wait_for(state="detached")


async def test_an_agent_is_corrected_with_a_reason(app: App) -> None:
    supervisor(app.stage)
    await app.open("#/live")
    await app.page.locator("[data-agent=usr_anna]").get_by_test_id("agent-open").click()
    assert await app["correct-paused"].is_disabled()
    await app["reason-away"].click()
    await app["correct-paused"].click()
    await app["agent-sheet"].wait_for(state="detached")
    assert bodies(app, "PUT", "/v1/agents/usr_anna/session") == [{"state": "paused", "reason": "away"}]
    await app.page.locator("[data-agent=usr_batbold]").get_by_test_id("agent-open").click()
    await app["offer-end"].click()
    await app["agent-sheet"].wait_for(state="detached")
    assert app.stage.was_asked("DELETE", "/v1/agents/usr_batbold/offer") == 1


async def test_an_agent_sees_neither_the_calls_of_others_nor_what_supervisors_do(app: App) -> None:
    await app.open("#/live")
    await app["agent-row"].first.wait_for()
    assert await app["live-call"].count() == 0
    assert await app["agent-open"].count() == 0
    assert await app["callback-cancel"].count() == 0


async def test_the_next_call_waits_for_the_disposition(app: App) -> None:
    wrapped = scene.session(
        "wrap_up",
        call_id="call_a",
        since=scene.ago(seconds=12),
        wrap_up_until=scene.ahead(seconds=30),
        disposition_due="call_a",
        disposition_required=True,
    )
    app.stage.live = scene.live(session=wrapped)
    await app.open()
    await app.follows()  # the stage's state does not follow: one that is read after the answer would take it back
    assert await app["wrap-up-done"].is_disabled()
    assert await app["state-available"].is_disabled()
    await app.page.locator("[data-testid=disposition][data-id=dsp_2]").click()
    await app.page.locator("[data-testid=disposition][data-id=dsp_2][aria-pressed=true]").wait_for()
    assert await app["wrap-up-done"].is_enabled()
    assert bodies(app, "POST", "/v1/calls/call_a/disposition") == [{"disposition_id": "dsp_2"}]


async def wraps_up(app: App, **more: Any) -> None:
    """The call of row a, which Болормаа Дорж made, is over."""
    session = scene.session("wrap_up", call_id="call_a", wrap_up_until=scene.ahead(seconds=30), **more)
    app.stage.live = scene.live(session=session)
    await app.open()
    await app["wrap-up"].wait_for()


async def test_call_back_later_offers_a_time_makes_a_task_and_says_so(app: App) -> None:
    await wraps_up(app, disposition_due="call_a")
    assert await app["later-soon"].count() == 0
    await app.page.locator("[data-testid=disposition]").filter(has_text="Call again").click()
    await app["later-hours"].click()
    await app["later-made"].get_by_text("It is under Work").wait_for()
    [made] = bodies(app, "POST", "/v1/tasks")
    due = datetime.fromisoformat(made.pop("due_at"))
    assert due - datetime.fromisoformat(made.pop("remind_at")) == timedelta(minutes=5)
    assert made == {"title": "Call back", "kind": "callback", "call_id": "call_a"}
    # The app counts by the server's clock, which the stage set when this run began.
    earliest, latest = scene.NOW - timedelta(seconds=1), datetime.now(UTC) + timedelta(seconds=1)
    assert earliest <= due - timedelta(hours=2) <= latest
    assert await barriers(app.page) == []


async def test_a_time_can_be_chosen_after_the_wrap_up_is_over_and_without_an_outcome(app: App) -> None:
    await wraps_up(app)
    await app["later-open"].click()
    await app.follows()
    app.stage.live = scene.live(seq=30)
    app.stage.tell("session", {**scene.session("available"), "seq": 30})
    await app["wrap-up"].wait_for(state="detached")
    await app["later-own"].fill("2020-01-01T09:00")
    assert await app["later-own-save"].is_disabled(), "it is past"
    await app["later-own"].fill("2099-01-02T09:30")
    await app["later-own-save"].click()
    await wait_until(lambda: len(bodies(app, "POST", "/v1/tasks")) == 1, PATIENCE_S)
    assert bodies(app, "POST", "/v1/tasks")[0]["due_at"].startswith("2099-01-02T")
    await app["later-own"].wait_for(state="detached")


async def test_what_was_promised_shows_on_the_first_page_when_it_is_due_and_can_be_called(app: App) -> None:
    promise = {"title": "Call back", "assignee": scene.SARAA}
    app.stage.tasks = [
        calls.task("p", "manual", 90, "Болормаа Дорж", "+97699110718", due_at=scene.ago(seconds=5), **promise),
        calls.task("q", "manual", 90, "Oliver Hughes", "+442079460123", due_at=scene.ahead(hours=3), **promise),
    ]
    await app.open()
    await app["due-now"].get_by_text("Call back: Болормаа Дорж").wait_for()
    assert await app["due-call"].count() == 1
    assert await barriers(app.page) == []
    await app["due-call"].click()
    await wait_until(
        lambda: [b["to"] for b in bodies(app, "POST", "/v1/calls")] == [{"number": "+97699110718"}], PATIENCE_S
    )


async def test_what_is_done_leaves_the_list_and_the_count(app: App) -> None:
    await app.open("#/work")
    await app["task"].first.wait_for()
    assert (await app["task-count"].inner_text()).split() == ["4", "to", "do"]
    first = app.page.locator("[data-testid=task][data-id=tsk_b]")
    await first.get_by_test_id("task-assign").click()
    await wait_until(
        lambda: bodies(app, "PATCH", "/v1/tasks/tsk_b")[:1] == [{"assignee_id": "usr_saraa", "version": 1}], PATIENCE_S
    )
    await first.get_by_test_id("task-done").click()
    await first.wait_for(state="detached")
    assert (await app["task-count"].inner_text()).split() == ["3", "to", "do"]


async def test_a_call_back_is_taken_off_the_list_only_after_a_second_word(app: App) -> None:
    supervisor(app.stage)
    await app.open("#/live")
    await app["callback-cancel"].click()
    assert app.stage.was_asked("DELETE", "/v1/callbacks/call_cb1") == 0
    await app["callback-cancel-sure"].click()
    await app["callback"].wait_for(state="detached")
    assert app.stage.was_asked("DELETE", "/v1/callbacks/call_cb1") == 1


async def test_a_queue_is_saved_by_what_differs(app: App) -> None:
    owner(app.stage)
    await app.open("#/administration")
    await app["open-queues"].click()
    await app["queue-row"].first.click()
    assert await app["queue-save"].is_disabled()
    await app["queue-wrap_up_s"].fill("45")
    await app["queue-record"].select_option("on_demand")
    await app["queue-max_waiting"].fill("12")
    await app["queue-save"].click()
    await app["queue-save"].get_by_text("Saved").wait_for()
    path = "/v1/queues/que_support"
    assert bodies(app, "PATCH", path) == [{"wrap_up_s": 45, "record": "on_demand", "max_waiting": 12}]


async def test_a_queue_that_records_every_call_is_announced_or_says_why_not(app: App) -> None:
    owner(app.stage)
    await app.open("#/queues/que_support")
    assert await app["queue-not_announced_because"].count() == 0
    await app["queue-record_announcement"].uncheck(force=True)
    await app["queue-not_announced_because"].fill("Callers agree to it in their contract")
    await app["queue-save"].click()
    await app["queue-save"].get_by_text("Saved").wait_for()
    wish = {"record_announcement": False, "not_announced_because": "Callers agree to it in their contract"}
    assert bodies(app, "PATCH", "/v1/queues/que_support") == [wish]
    await app["queue-record"].select_option("never")
    await app["queue-not_announced_because"].wait_for(state="detached")


@pytest.mark.long("test_a_queue_that_records_every_call_is_announced_or_says_why_not")
async def test_a_queue_says_which_law_asks_for_recordings_that_stay_longer_than_call_records(app: App) -> None:
    owner(app.stage)
    await app.open("#/queues/que_support")
    assert await app["queue-recording_days_reason"].count() == 0
    await app["queue-recording_days"].fill("3650")
    await app["queue-recording_days_reason"].fill("Securities act, section 18")
    await app["queue-save"].click()
    await app["queue-save"].get_by_text("Saved").wait_for()
    wish = {"recording_days": 3650, "recording_days_reason": "Securities act, section 18"}
    assert bodies(app, "PATCH", "/v1/queues/que_support") == [wish]
    await app["queue-recording_days"].fill("")
    await app["queue-recording_days_reason"].wait_for(state="detached")


async def test_a_pause_counts_down_to_its_limit_and_says_when_it_is_over(app: App) -> None:
    paused = scene.session("paused", reason="psr_lunch", pause_limit_at=scene.ahead(minutes=11))
    app.stage.live = scene.live(session=paused)
    await app.open()
    await app["pause-limit"].get_by_text("left of this pause").wait_for()
    assert "Lunch" in await app["state-paused"].inner_text()
    await app.follows()
    app.stage.tell("session", {**paused, "pause_limit_at": scene.ago(minutes=2), "overdue": True, "seq": 11})
    await app.page.locator("[data-testid=pause-limit][data-over=true]").wait_for()


async def test_wrap_up_is_seen_from_every_screen(app: App) -> None:
    wrapped = scene.session(
        "wrap_up", call_id="call_a", since=scene.ago(seconds=2), wrap_up_until=scene.ahead(seconds=60)
    )
    app.stage.live = scene.live(session=wrapped)
    await app.open("#/history")
    await app["wrap-up-bar"].click()
    await app["wrap-up"].wait_for()
    assert await app["wrap-up-bar"].count() == 0


async def test_a_call_that_ended_without_a_goodbye_leaves_the_phone_free_for_the_next(app: App) -> None:
    await app.open()
    await app.answer_a_call()
    app.stage.live = scene.live(seq=30, call=None, session=scene.session("available"))
    app.stage.tell("call", {"id": "call_live", "state": "ended", "seq": 30})
    await wait_until(lambda: app.page.evaluate("__call24.phone().call === null"), 6)
    app.stage.invite("call_next")
    await app.page.locator("[data-testid=ringing][data-call=call_next]").wait_for()


async def test_who_is_asked_and_loads_the_page_anew_is_told_that_it_hears_nothing(app: App) -> None:
    await app.open()
    await app.answer_a_call()
    await in_hand(app, "consulting", part="third", purpose="consult", third=calls.third(), **{"from": scene.ANNA})
    await app.page.reload()
    await app.phone_ready()
    await app["asked-deaf"].get_by_text("Anna Keller can ask you again").wait_for()
    assert app.stage.was_asked("POST", f"{CALL}/reattach") == 0


@pytest.mark.long("e2e/test_browser_hand.py::test_a_dialled_customer_and_the_browser_hear_each_other")
async def test_what_stood_against_a_number_goes_when_another_is_written(app: App) -> None:
    await app.open("#/dial")
    await app.phone_ready()
    app.stage.fail["/v1/calls"] = (403, problem(403, "premium_denied"))
    await app["dial-number"].fill("+44 909 879 0001")
    await app["dial-call"].click()
    await app["dial-problem"].wait_for()
    await app["dial-number"].fill("+44 909 879 000")
    await app["dial-problem"].wait_for(state="detached")


async def test_closing_a_dialog_gives_the_focus_back_to_what_opened_it(app: App) -> None:
    await app.open()
    await app.answer_a_call()
    focused = "document.activeElement.dataset.testid ?? document.activeElement.tagName"
    for opens in ("transfer", "add"):
        await app[opens].focus()
        await app.page.keyboard.press("Enter")
        await app["transfer-sheet"].wait_for()
        await app.page.keyboard.press("Escape")
        await app["transfer-sheet"].wait_for(state="detached")
        await wait_until(lambda opens=opens: _is(app, focused, opens), PATIENCE_S)
    await app.page.evaluate("document.activeElement.blur()")
    await app.page.keyboard.press("t")
    await app["transfer-sheet"].wait_for()
    await app["transfer-sheet"].get_by_role("button", name="Close").click()
    await app["transfer-sheet"].wait_for(state="detached")
    await wait_until(lambda: _is(app, focused, "transfer"), PATIENCE_S)


async def _is(app: App, expression: str, wanted: str) -> bool:
    return bool(await app.page.evaluate(expression) == wanted)


async def test_letter_keys_can_be_switched_off_and_stay_off(app: App) -> None:
    await app.open("#/me")
    await app["letter-keys"].locator("xpath=..").click()
    assert not await app["letter-keys"].is_checked()
    await app.page.reload()
    await app["letter-keys"].wait_for(state="attached")
    assert not await app["letter-keys"].is_checked()
    await app.answer_a_call()
    await app.page.locator("[data-testid=mute]:not([aria-keyshortcuts])").wait_for()
    for key in ("m", "h", "t"):
        await app.page.keyboard.press(key)
    assert app.stage.was_asked("POST", f"{CALL}/mute") == app.stage.was_asked("POST", f"{CALL}/hold") == 0
    assert await app["transfer-sheet"].count() == 0
    if await app.page.locator("[aria-label='Hide the call screen']").is_visible():
        await app.page.locator("[aria-label='Hide the call screen']").click()
    await app["letter-keys"].locator("xpath=..").click()
    await app.page.evaluate("document.activeElement.blur()")
    await app.page.keyboard.press("m")
    await wait_until(lambda: app.stage.was_asked("POST", f"{CALL}/mute") == 1, PATIENCE_S)


async def test_the_card_says_why_it_has_its_name_while_it_rings_and_in_the_call(app: App) -> None:
    await app.open()
    await app.phone_ready()
    await app.follows()
    app.stage.live = scene.live(seq=19, call=scene.call("offered"))
    app.stage.tell("call", {**scene.call("offered"), "seq": 19})
    app.stage.invite("call_live")
    await app["ringing"].wait_for()
    people = app["card-people"]
    await people.get_by_text("2 contacts have this number").wait_for()
    assert await app["card-person"].all_inner_texts() == [
        "Өнөрбаяр Төмөр · mobile · Northern Lights",
        "Сараа Төмөр · home",
    ]
    await app["card-tasks"].get_by_text("Send the offer · Missed call").wait_for()
    await app["card-refused"].get_by_text("Recording of calls").wait_for()
    assert await barriers(app.page) == []
    await app["answer"].click()
    app.stage.tell("call", {**scene.call("connected"), "seq": 20})
    await app["in-call"].wait_for()
    await app["card-calls"].get_by_role("listitem").first.wait_for()
    assert await app["card-person"].count() == 2
    assert app.stage.was_asked("GET", "/v1/live/caller") == 1, "once for a call"
    assert await barriers(app.page) == []
    await app["card-person"].first.get_by_role("link").click()
    await app.page.wait_for_function("location.hash === '#/contacts/per_1'")


@pytest.mark.long("test_crm_records_that_do_not_come_are_given_up_and_the_customer_is_shown_without")
async def test_a_call_is_answered_while_what_stands_beside_it_does_not_come(app: App) -> None:
    app.stage.fail["/v1/live/caller"] = (503, problem(503, "unavailable"))
    await app.open()
    await app.answer_a_call()
    assert await app["card-person"].count() == 2, "the card came with the call"
    assert await app["card-tasks"].count() == 0


async def test_crm_records_that_do_not_come_are_given_up_and_the_customer_is_shown_without(app: App) -> None:
    app.stage.more = (PeopleScene(),)
    app.stage.me = {**scene.ME, **scene.allowed("agent")}
    await app.page.route("**/v1/crm-records**", lambda route: None)  # it is never answered
    async with app.page.expect_event("requestfailed", lambda one: "/v1/crm-records" in one.url):
        await app.open()
        await app.answer_a_call()
    assert "Өнөрбаяр" in await app["customer-name"].first.inner_text()
    assert await app["customer-crm"].count() == 0
