"""`python -m tests.data_folders.keep NAME`: the data folder that this version writes, for later versions' tests."""

from __future__ import annotations

import asyncio
import gzip
import json
import shutil
import sys
from pathlib import Path

from bson import json_util
from pymongo import MongoClient
from tests.support.product.organisation import Organisation
from tests.support.product.system import PASSWORD, System, running_system
from tests.support.wait import wait_until

from call24.kit.settings import DATABASE

PARTS = ("register", "audit", "recordings", "spool")
TITLES = ("Ring Батаа about the invoice", "Order headsets", "Send the contract to Léa")


async def keep(system: System, to: Path) -> None:
    """A call, a missed call with its task, and three tasks of a user, one of them done."""
    async with system.organisation("Acme") as acme:
        [anna] = await acme.crew("Anna")
        (await acme.talk(anna)).call.hang_up()
        await acme.ended(1)
        made = []
        for title in TITLES:
            answer = await anna.http.post("/v1/tasks", json={"title": title, "queue_id": acme.queue_id})
            made.append(answer.json())
        change = {"state": "done", "version": made[1]["version"]}
        await anna.http.patch(f"/v1/tasks/{made[1]['id']}", json=change)
        call = await acme.dial()
        await wait_until(lambda: call.stream.sent > 300, 15)
        call.hang_up()
        await acme.ended(2)

        async def missed() -> bool:
            return bool((await anna.http.get("/v1/tasks", params={"kind": "missed_call"})).json()["items"])

        await wait_until(missed)
        about = {"tenant_id": acme.tenant_id, "queue_id": acme.queue_id, "anna": anna.email, "password": PASSWORD}
        _write(system, acme, to)
        (to / "about.json").write_text(json.dumps(about))


def _write(system: System, acme: Organisation, to: Path) -> None:
    to.mkdir(parents=True)
    data = system.settings.data
    with MongoClient(system.settings.mongodb_uri()) as client, gzip.open(to / "database.jsonl.gz", "wt") as file:
        database = client[DATABASE]
        for name in sorted(one for one in database.list_collection_names() if not one.startswith("system.")):
            indexes = {key: rule for key, rule in database[name].index_information().items() if key != "_id_"}
            own = {"$or": [{"tenant_id": acme.tenant_id}, {"tenant_id": {"$exists": False}}]}
            row = {"collection": name, "indexes": indexes, "documents": list(database[name].find(own))}
            file.write(json_util.dumps(row) + "\n")
    for part in PARTS:
        if (data / part).exists():
            shutil.copytree(data / part, to / "data" / part, ignore=shutil.ignore_patterns("lock"))
    (to / "data" / "secrets").mkdir()
    shutil.copy(data / "secrets" / "app.key", to / "data" / "secrets" / "app.key")
    if (data / "schema.json").exists():
        shutil.copy(data / "schema.json", to / "data" / "schema.json")


def main() -> None:
    with running_system(from_nothing=True) as system:
        asyncio.run(keep(system, Path(__file__).parent / sys.argv[1]))


if __name__ == "__main__":
    main()
