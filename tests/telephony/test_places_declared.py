"""The data map and the data folder of an installation that has worked: what lies there is declared, file by file."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from pymongo import MongoClient
from tests.support.product.composed import files_with
from tests.support.product.organisation import Organisation
from tests.support.product.system import System
from tests.support.wait import PATIENCE_S, wait_until

from call24.data_map import Closing, Files
from call24.kit.settings import DATABASE
from call24.server.rooms import HOLDINGS

PLACES = [place for room in HOLDINGS for place in room.places if isinstance(place.where, Files)]
DECLARED = [place.where for place in PLACES if isinstance(place.where, Files)]


def lying(data: Path) -> Iterator[PurePosixPath]:
    """Each file, link and socket below the data folder, without following links."""
    for folder, folders, files in os.walk(data):
        links = [name for name in folders if Path(folder, name).is_symlink()]
        for name in (*files, *links):
            yield PurePosixPath(Path(folder, name).relative_to(data))


def unmapped(paths: Collection[PurePosixPath], declared: Collection[Files]) -> list[str]:
    return sorted(str(path) for path in paths if not any(files.holds(path) for files in declared))


async def test_every_file_is_in_the_data_map_and_so_is_what_a_closed_organisation_leaves(
    system: System,
) -> None:
    async with system.organisation("Mapped", record="always") as acme:
        await acme.prompt("Welcome", 440, 0.5)
        [anna] = await acme.crew("Anna")
        talk = await acme.talk(anna)
        data = system.settings.data
        for folder in ("recordings/pending", f"asterisk/var/spool/recording/{acme.tenant_id}"):
            await wait_until(lambda: list(data.glob(f"{folder}/*")), PATIENCE_S)  # noqa: B023
        while_talking = set(lying(data))
        talk.call.hang_up()
        # A segment goes as soon as all in it is in MongoDB and the next begins.
        segments = await wait_until(lambda: list(data.glob("spool/journal/*.segment")), PATIENCE_S)
        while_talking |= {PurePosixPath(path.relative_to(data)) for path in segments}
        [call] = await acme.ended()
        day = call["at"][:10]
        wish = {"kind": "calls", "format": "csv", "from": day, "to": day}
        export = (await acme.http.post("/v1/exports", json=wish)).json()
        await wait_until(lambda: list(data.glob(f"exports/{acme.tenant_id}/{export['id']}.csv")), PATIENCE_S)
        paths = while_talking | set(lying(data))
        assert unmapped(paths, DECLARED) == []
        needed = {files.path for files in DECLARED if unmapped(paths, [one for one in DECLARED if one != files])}
        assert needed >= {
            "asterisk/var/log/cel/channels*.csv",
            "asterisk/var/log/messages*",
            "asterisk/var/spool/prompts/{tenant_id}/*",
            "asterisk/var/spool/recording/{tenant_id}/*",
            "audit/lines.*",
            "exports/{tenant_id}/**",
            "log/*",
            "mongodb/db/**",
            "recordings/pending/*",
            "recordings/{tenant_id}/*",
            "secrets/*",
            "spool/journal/*.segment",
        }
        assert "audit/lines.jsonl" in files_with(data, acme.tenant_id)
        await _closed(system, acme)
        people = [customer.number for customer in acme.customers] + [anna.email, "Mapped", acme.number]
        named = files_with(data, *people)
        assert named <= {"asterisk/var/log/messages"}, "a name or a number is where only requests that were refused are"
        for path in files_with(data, acme.tenant_id, anna.user_id, call["id"]) | named:
            [place] = [place for place in PLACES if place.where.holds(PurePosixPath(path))]
            assert place.closing is Closing.STAYS and place.why, f"{path}: is left, and the map does not say so"


async def _closed(system: System, acme: Organisation) -> None:
    with MongoClient[dict[str, Any]](system.settings.mongodb_uri()) as client:
        client[DATABASE]["tenants"].update_one({"_id": acme.tenant_id}, {"$set": {"temporary": True}})
    secret = (system.settings.secrets / "doctor").read_text().strip()
    closed = await acme.http.delete(
        f"/v1/internal/doctor/{acme.tenant_id}", headers={"X-Call24-Doctor": secret}, timeout=30
    )
    assert closed.status_code == 204, closed.text
    acme.agents.clear()
