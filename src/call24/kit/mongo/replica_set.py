"""Sets up the embedded MongoDB: a replica set of one node, its two users and their passwords. It knows no collections.

Source: MongoDB manual, "Localhost exception" (the first user is made without a login).
"""

from __future__ import annotations

import time
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from call24.kit.errors import Unavailable

_Client = MongoClient[dict[str, Any]]


def set_up(
    member: str, name: str, admin: tuple[str, str], user: tuple[str, str], database: str, timeout_s: float = 20.0
) -> None:
    """Make the replica set `name` of the one node `member` ("host:port"), its administrator, and `database`'s owner.

    Harmless when done already. After the port changed the set is told its node's new name. Raises: Unavailable.
    """
    end = time.monotonic() + timeout_s
    try:
        if _administrator_exists(member, admin, end):
            with _client(member, admin) as client:
                _become_primary(client, member, name, end)
                _make_user(client, user, {"role": "dbOwner", "db": database})
            return
        with _client(member) as client:
            _become_primary(client, member, name, end)
            _make_user(client, admin, "root")
        with _client(member, admin) as client:
            _make_user(client, user, {"role": "dbOwner", "db": database})
    except PyMongoError as error:
        raise Unavailable(f"MongoDB could not be set up: {error}") from error


def change_password(member: str, admin: tuple[str, str], user: str, password: str, timeout_s: float = 20.0) -> None:
    """Who is connected stays so. Waits for the election of a node that has just started. Raises: Unavailable."""
    end = time.monotonic() + timeout_s
    try:
        with _client(member, admin) as client:
            _until_primary(client, end)
            client.admin.command("updateUser", user, pwd=password)
    except PyMongoError as error:
        raise Unavailable(f"MongoDB did not take a new password: {error}") from error


def lets_in(member: str, login: tuple[str, str]) -> bool:
    """Whether this user has this password. Raises: Unavailable."""
    try:
        with _client(member, login) as client:
            client.admin.command("ping")
    except OperationFailure as error:
        if error.code == 18:  # AuthenticationFailed
            return False
        raise Unavailable(f"MongoDB cannot say who is let in: {error}") from error
    except PyMongoError as error:
        raise Unavailable(f"MongoDB does not answer: {error}") from error
    return True


def _client(member: str, login: tuple[str, str] | None = None) -> _Client:
    options: dict[str, Any] = {"username": login[0], "password": login[1], "authSource": "admin"} if login else {}
    return MongoClient(f"mongodb://{member}", directConnection=True, serverSelectionTimeoutMS=15_000, **options)


def _administrator_exists(member: str, admin: tuple[str, str], end: float) -> bool:
    with _client(member, admin) as client:
        while True:
            try:
                client.admin.command("replSetGetStatus")
                return True
            except OperationFailure as error:
                if error.code == 18:  # AuthenticationFailed: there is no such user yet
                    return False
                if error.code in (94, 93):  # NotYetInitialized, InvalidReplicaSetConfig: it let us in
                    return True
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)


def _become_primary(client: _Client, member: str, name: str, end: float) -> None:
    members = [{"_id": 0, "host": member}]
    try:
        client.admin.command("replSetInitiate", {"_id": name, "members": members})
    except OperationFailure as error:
        if error.code not in (13, 23):  # Unauthorized (a user exists), AlreadyInitialized
            raise
        _rename_node(client, member)
    _until_primary(client, end)


def _until_primary(client: _Client, end: float) -> None:
    """Raises: Unavailable."""
    while not client.admin.command("hello").get("isWritablePrimary"):
        if time.monotonic() > end:
            raise Unavailable("MongoDB did not become primary in time")
        time.sleep(0.02)


def _rename_node(client: _Client, member: str) -> None:
    try:
        config = client.admin.command("replSetGetConfig")["config"]
    except OperationFailure:
        return
    if config["members"][0]["host"] != member:
        config["members"][0]["host"] = member
        config["version"] += 1
        client.admin.command("replSetReconfig", config, force=True)


def _make_user(client: _Client, login: tuple[str, str], role: Any) -> None:
    try:
        client.admin.command("createUser", login[0], pwd=login[1], roles=[role])
    except OperationFailure as error:
        if error.code != 51003:  # it is there already
            raise
