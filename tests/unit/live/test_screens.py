"""A screen = its snapshot + the events since, by the app's own code: for every event that a journal carries, for every
audience, whatever is lost, doubled or late on the way; and nothing of it reaches another organisation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.app import screen_stories as stories
from tests.support.app.browser_fold import BrowserFold, Json, browser_fold
from tests.support.app.screen_stories import PEOPLE, STRANGERS, TEAMS
from tests.support.app.screens import Person, Team, Told, open_screens
from tests.support.calls.bad_day import MEMBERS, bad_day
from tests.support.calls.bad_day import days as bad_days
from tests.support.calls.contact_centre import TENANT
from tests.support.properties import thorough

from call24.agents.events import AnyAgentEvent
from call24.calls.events import AnyCallEvent
from call24.journal.model import Entry
from call24.kit.ids import QueueId
from call24.toll_fraud.events import TollFraudEvent
from call24.web_push.events import PushEvent

few = settings(thorough, max_examples=max(8, thorough.max_examples // 4))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserFold]:
    with browser_fold(tmp_path_factory.mktemp("fold")) as browser:
        yield browser


class Sight:
    """What one person was shown: ``snapshots[n]`` after the first n steps, ``events[n]`` in step n."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.snapshots: list[Json] = []
        self.events: list[list[Told]] = []

    def told(self, start: int = 0, end: int | None = None) -> list[Told]:
        return [event for step in self.events[start:end] for event in step]


def lived(
    lines: Sequence[Entry], burst: int = 1, people: Sequence[Person] = PEOPLE, teams: Sequence[Team] = TEAMS
) -> list[Sight]:
    """What everybody is shown while these lines are written, so many at a time."""

    async def live() -> list[Sight]:
        async with open_screens(people, teams) as screens:
            sights = [Sight(person) for person in people]
            for sight in sights:
                sight.snapshots.append(await screens.snapshot(sight.person))
            for start in range(0, len(lines), burst):
                told = screens.told
                await screens.read(*lines[start : start + burst])
                if start % 7 == 3:
                    await screens.system_is(mongodb="away" if screens.system["mongodb"] == "ok" else "ok")
                for sight in sights:
                    sight.events.append(screens.heard(sight.person, told))
                    sight.snapshots.append(await screens.snapshot(sight.person))
            return sights

    return asyncio.run(live())


def shown(state: Json) -> Json:
    """What the screen shows, whatever the order of rows; not the figures of ended calls, which are asked for again."""
    rows = {
        part: sorted(state.get(part) or [], key=lambda row: str(row["id"])) for part in ("queues", "agents", "calls")
    }
    rows["agents"] = [{"on_hold": False, **row} for row in rows["agents"]]
    return {**rows, **{part: state[part] for part in ("system", "session", "call")}}


def same(browser: BrowserFold, script: list[Any], *wanted: Json) -> None:
    """The looks of the script show what the wanted snapshots do."""
    seen = browser.play([*script, *(["read", state] for state in wanted)])
    looks, reads = seen[: -len(wanted)], seen[-len(wanted) :]
    assert len(looks) == len(reads)
    for look, read in zip(looks, reads, strict=True):
        assert shown(look) == shown(read)


def events(told: Sequence[Told]) -> list[Any]:
    return [["event", name, body] for name, body in told]


def follows(browser: BrowserFold, sight: Sight, times: int = 1) -> None:
    """Old state + events = fresh state, after each step; also when each event comes several times."""
    script: list[Any] = [["snapshot", sight.snapshots[0]]]
    for step in sight.events:
        script += [each for event in events(step) for each in [event] * times] + [["look"]]
    same(browser, script, *sight.snapshots[1:])


@pytest.mark.parametrize("story", stories.ALL, ids=lambda story: story.name)
@pytest.mark.parametrize("burst", [1, 3])
def test_old_state_and_events_are_the_fresh_state_for_every_audience(
    browser: BrowserFold, story: stories.Story, burst: int
) -> None:
    for sight in lived(story.lines(), burst):
        follows(browser, sight)


def test_every_event_that_the_journal_can_carry_is_in_a_story() -> None:
    told = {line.type for story in stories.ALL for line in story.lines()}
    kinds = {*get_args(AnyCallEvent), *get_args(AnyAgentEvent), *TollFraudEvent.__subclasses__()}
    kinds |= set(PushEvent.__subclasses__())
    assert told == {kind.__name__ for kind in kinds}


def test_another_organisation_hears_and_sees_nothing() -> None:
    for story in stories.ALL:
        for sight in lived(story.lines(), people=(*PEOPLE, *STRANGERS)):
            if sight.person in STRANGERS:
                assert [name for name, _ in sight.told() if name != "system"] == []
                assert {repr(shown({**state, "system": None})) for state in sight.snapshots} == {
                    repr(shown({**sight.snapshots[0], "system": None}))
                }


def test_who_may_not_see_all_calls_hears_of_no_ones_but_its_own() -> None:
    for story in stories.ALL:
        for sight in lived(story.lines()):
            if sight.person.role == "agent":
                assert "live_call" not in {name for name, _ in sight.told()}
                assert not any(body.get("with") for name, body in sight.told() if name == "agent")
                assert "calls" not in sight.snapshots[-1]


@few
@given(stories.any_day(), st.integers(1, 4))
def test_any_calls_and_sessions_are_shown_as_they_are(browser: BrowserFold, lines: list[Entry], burst: int) -> None:
    for sight in lived(lines, burst):
        follows(browser, sight)


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")  # killed before it began
@few
@given(bad_days, st.integers(0, 2**32), st.integers(1, 4))
def test_what_an_engine_writes_on_a_bad_day_is_shown_as_it_is(
    browser: BrowserFold, how: dict[str, Any], seed: int, burst: int
) -> None:
    centre = asyncio.run(bad_day(how, seed, 30))
    team = (Team(QueueId(f"que_{TENANT}"), TENANT, tuple(MEMBERS)),)
    for sight in lived(centre.journal.lines, burst, teams=team):
        follows(browser, sight)


def test_a_line_that_is_written_while_an_agents_day_is_read_is_in_it() -> None:
    lines = stories.ALL[1].lines()

    async def live() -> Json:
        async with open_screens(PEOPLE, TEAMS) as screens:
            asked = asyncio.create_task(screens.snapshot(PEOPLE[0]))
            await asyncio.sleep(0)
            await screens.read(lines[0])
            await asked
            return (await screens.snapshot(PEOPLE[0]))["session"]

    session = asyncio.run(live())
    assert (lines[0].type, session["state"]) == ("AgentBecameAvailable", "available")
    assert [part["state"] for part in session["day"]] == ["available"]


# --- on the way ---


@pytest.mark.parametrize("story", stories.ALL, ids=lambda story: story.name)
def test_events_that_come_twice_change_nothing_more(browser: BrowserFold, story: stories.Story) -> None:
    for sight in lived(story.lines()):
        follows(browser, sight, times=2)


@few
@given(st.sampled_from(stories.ALL), st.data())
def test_lost_events_do_not_matter_before_a_snapshot(
    browser: BrowserFold, story: stories.Story, data: st.DataObject
) -> None:
    """The link was away: some events came before it went, others never; then a snapshot, and what comes after it."""
    for sight in lived(story.lines()):
        cut = data.draw(st.integers(0, len(sight.events)))
        before = [step for step in sight.told(0, cut) if data.draw(st.booleans())]
        script = [["snapshot", sight.snapshots[0]], *events(before), ["reconnect"], ["snapshot", sight.snapshots[cut]]]
        same(browser, [*script, *events(sight.told(cut)), ["look"]], sight.snapshots[-1])


@few
@given(st.sampled_from(stories.ALL), st.data())
def test_a_snapshot_that_is_answered_late_is_followed_by_what_it_lacks(
    browser: BrowserFold, story: stories.Story, data: st.DataObject
) -> None:
    """Asked for, then events come that it may or may not have, then the answer."""
    for sight in lived(story.lines()):
        first = data.draw(st.integers(0, len(sight.events)))
        taken = data.draw(st.integers(first, len(sight.events)))
        answered = data.draw(st.integers(taken, len(sight.events)))
        script = [["reconnect"], *events(sight.told(first, answered)), ["snapshot", sight.snapshots[taken]], ["look"]]
        same(browser, script, sight.snapshots[answered])


@few
@given(st.sampled_from(stories.ALL), st.data())
def test_an_event_that_comes_late_does_not_bring_back_what_was(
    browser: BrowserFold, story: stories.Story, data: st.DataObject
) -> None:
    """Older ones come once more among newer ones, also those from before the snapshot."""
    for sight in lived(story.lines()):
        cut = data.draw(st.integers(0, len(sight.events)))
        script = [["snapshot", sight.snapshots[cut]]]
        for number in range(cut, len(sight.events)):
            again = sight.told(data.draw(st.integers(0, number)), number)
            script += [*events(sight.events[number]), *events(once_more(again, sight.events[number])), ["look"]]
        same(browser, script, *sight.snapshots[cut + 1 :])


def once_more(earlier: list[Told], newest: list[Told]) -> list[Told]:
    """Those with an older number; of what has no line of its own (system) the newest alone is true."""
    return [(name, body) for name, body in earlier if name != "system"]
