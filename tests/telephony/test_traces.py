"""What a working organisation leaves outside its own documents: no number, no name; and nothing when it is erased."""

from __future__ import annotations

import time
from pathlib import Path

from pymongo import MongoClient
from tests.support.database.database import collections
from tests.support.product.people import AGENT_HZ, LINE_HZ
from tests.support.product.system import Organisation, System
from tests.support.telephony.hearing import hear
from tests.support.wait import wait_until

from call24.kit.settings import DATABASE
from call24.testphones.rtp import Tone

CALLER, CALLER_NAME = "+442079467011", "Zebulon"
THIRD, BACK = "+442079467012", "+442079467013"
WORDS = "Welcome to the house of Wombleton"
AGENT_NAME = "Ermintrude"


def documents(system: System) -> list[tuple[str, str]]:
    """Every document in the database, as text, with its collection."""
    with MongoClient(system.settings.mongodb_uri()) as mongo:
        database = mongo.get_database(DATABASE)
        names = collections(database)
        return [(name, str(one)) for name in names for one in database.get_collection(name).find({})]


def files(system: System) -> list[Path]:
    """All but the database's own."""
    data = system.settings.data
    return [path for path in data.rglob("*") if path.is_file() and not path.is_relative_to(data / "mongodb")]


async def work(system: System, org: Organisation) -> list[str]:
    """Calls of every kind, a message, a call-back that waits, a flow with a prompt, a fence: the ids that it made."""
    anna = await org.agent(AGENT_NAME)
    anna.answers_by_itself(AGENT_HZ)
    await org.prompt("Tone", 900)
    spoken = await org.post("/v1/prompts", {"name": "Words", "text": WORDS})
    nodes = {
        "say": {"type": "announce", "prompt": spoken["id"], "next": "in"},
        "in": {"type": "queue", "queue_id": org.queue_id, "exits": {}},
    }
    flow = await org.flow("say", nodes)
    await org.post("/v1/dispositions", {"name": "Sold"})
    await org.post("/v1/pause-reasons", {"name": "Chess"})
    await org.post("/v1/hours", {"name": "Day", "weekly": []})
    third, back = await org.line("ring", LINE_HZ, THIRD), await org.line("ring", LINE_HZ, BACK)
    await anna.be("available")
    call = await org.customer(CALLER, CALLER_NAME).dial(org.number, Tone(1000))
    offer = await anna.rings()
    await offer.answer(AGENT_HZ)
    await hear({call: AGENT_HZ})
    await anna.does(offer.call_id, "consult", to={"number": THIRD})
    outside = await third.rings()
    outside.answer(LINE_HZ)
    await hear({outside: AGENT_HZ})
    await anna.does(offer.call_id, "conference")
    await hear({call: (AGENT_HZ, LINE_HZ)})
    call.hang_up()
    [record] = await org.ended()
    recording = record["recording"]["id"]
    assert (await anna.http.get(f"/v1/recordings/{recording}/audio")).status_code == 200
    await anna.becomes("available")
    await anna.place(THIRD)
    (await third.rings()).answer(LINE_HZ)
    await anna.call_is("connected")
    for _ in range(5):
        assert (await anna.http.post("/v1/calls", json={"to": {"number": "+449098790001"}})).status_code == 403
    own = await anna.call()
    assert own is not None
    await anna.does(own["id"], "hangup")
    await anna.becomes("available")
    await anna.be("paused")
    waiting = await org.customer(BACK, CALLER_NAME).dial(org.number, Tone(1000))
    await waiting.answered(5)
    await wait_until(org.waiting, 15)
    waiting.press("1")
    await waiting.ended(15)
    assert not back.calls
    policy = (await org.http.get("/v1/fence")).json()
    wanted = {key: policy[key] for key in ("countries", "user", "organisation")}
    assert (await org.http.put("/v1/fence", json=wanted)).status_code == 200
    return [org.tenant_id, org.queue_id, flow, spoken["id"], anna.user_id, str(recording), record["id"]]


async def test_no_number_and_no_name_gets_into_the_journal_or_a_log_and_an_erased_organisation_leaves_nothing(
    system: System,
) -> None:
    personal = [number.lstrip("+") for number in (CALLER, THIRD, BACK)] + [CALLER_NAME, AGENT_NAME, "Wombleton"]
    async with system.organisation("Vanishing", callback=True, record="always") as acme:
        ids = await work(system, acme)
        journal = [text for name, text in documents(system) if name == "journal"]
        assert len([line for line in journal if acme.tenant_id in line]) > 30
        for what in personal:
            assert not [line for line in journal if what in line], what
        for name in ("server", "mongod", "asterisk", "sip_edge", "ready"):
            found = [what for what in personal if what in system.log(name)]
            assert not found, (name, found)
        written = system.output.read_text()
        assert not [what for what in personal if what in written]

        began = time.time()
        await erase(system, acme)
        assert time.time() - began < 30
        assert not told(system, [*ids, *personal])
        for path in files(system):
            assert not [what for what in [*ids, *personal[:3]] if what in str(path)], path
            if path.suffix != ".log":  # ids are written there, and looked for above is what must not be
                found = [what for what in [*ids, *personal] if what.encode() in path.read_bytes()]
                assert not found, (path, found)
        channels = await system.pbx.channels(acme.tenant_id)
        assert not channels
        acme.agents.clear()
    async with system.organisation("After") as after:
        [bert] = await after.crew("Bert")
        talk = await after.talk(bert)
        talk.call.hang_up()
        await after.ended()
    assert not told(system, [*ids, *personal]), "nothing comes back with what happens later"


def told(system: System, words: list[str]) -> list[tuple[str, str]]:
    """Where the database has any of them."""
    return [(name, word) for name, text in documents(system) for word in words if word in text]


async def erase(system: System, org: Organisation) -> None:
    """As the doctor's organisation is erased."""
    with MongoClient(system.settings.mongodb_uri()) as mongo:
        tenants = mongo.get_database(DATABASE).get_collection("tenants")
        changed = tenants.update_one({"_id": org.tenant_id}, {"$set": {"temporary": True}})
        assert changed.modified_count == 1
    secret = (system.settings.secrets / "doctor").read_text().strip()
    answer = await org.http.delete(
        f"/v1/internal/doctor/{org.tenant_id}", headers={"X-Call24-Doctor": secret}, timeout=60
    )
    assert answer.status_code == 204, answer.text
