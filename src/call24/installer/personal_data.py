"""What the installation itself keeps in its data folder: logs, keys, MongoDB's own files; and in browsers, the app."""

from __future__ import annotations

from datetime import timedelta

from call24.data_map import (
    SETTING,
    STATE,
    Browser,
    ByAge,
    Category,
    Closing,
    Files,
    KeptById,
    Place,
    Until,
    UntilSignOut,
    WithInstallation,
    of_caller,
    of_organisation,
    of_user,
)
from call24.installer.child_processes import ASIDE_FOR_S, LOG_FOR_S
from call24.kit.holdings import Holdings


def _own(path: str, what: str) -> Place:
    kept = WithInstallation()
    return Place(where=Files(path), what={what: STATE}, kept=kept, closing=Closing.STAYS, in_backup=False)


_OVERWRITTEN = "MongoDB frees what was deleted and overwrites it later; Call24 reads none of it"

HOLDS = Holdings(
    room="installer",
    places=(
        _own("last-backup.json*", "when the last backup was made, and up to when it was followed"),
        Place(
            where=Files("log/*"),
            in_backup=False,
            what={
                "addresses of who is refused": of_caller(Category.IP_ADDRESS, "finding the cause of trouble"),
                "users and calls, by id": of_user(Category.ID, "finding the cause of trouble"),
            },
            kept=ByAge(timedelta(seconds=LOG_FOR_S + ASIDE_FOR_S), by="parent"),
            closing=Closing.STAYS,
            why="lines of all organisations, not told apart, for 28 days",
            account=KeptById("by an id that leads to nobody any more, for 28 days"),
            untold="lines by ids among those of others",
        ),
        Place(
            where=Files("mongodb/db/**"),
            in_backup=False,
            what={
                "what the first part of the map has: of callers": of_caller(
                    Category.PHONE, "keeping the database intact when it is killed"
                ),
                "what the first part of the map has: of users": of_user(
                    Category.NAME, "keeping the database intact when it is killed"
                ),
            },
            kept=Until(
                "the database overwrites it: in its list of changes within some 600 MB of changes, in a collection's "
                "own file when that is written to again",
                "when the database is restored into new files",
            ),
            closing=Closing.STAYS,
            why=_OVERWRITTEN,
            account=KeptById(_OVERWRITTEN),
            untold="told from MongoDB",
        ),
        Place(
            where=Files("secrets/*"),
            in_backup=True,
            what={"keys and passwords": of_organisation(Category.SECRET, "its parts know each other")},
            kept=WithInstallation(),
            closing=Closing.STAYS,
        ),
        Place(
            where=Files("tls/*"),
            in_backup=True,
            what={"certificates and their keys": of_organisation(Category.SECRET, "connections are encrypted")},
            kept=WithInstallation(),
            closing=Closing.STAYS,
        ),
        Place(
            where=Files("run/settings.json*"),
            in_backup=True,
            what={"the operator's settings": SETTING},
            kept=WithInstallation(),
            closing=Closing.STAYS,
        ),
        Place(
            where=Files("run/demo.*"),
            in_backup=True,
            what={"logins of the demo organisation": of_organisation(Category.SECRET, "trying Call24 out")},
            kept=WithInstallation(),
            closing=Closing.STAYS,
        ),
        _own("run/*.pid", "which processes run"),
        _own("run/*.mark", "with which configuration they run"),
        _own("run/*.sock", "how processes reach each other"),
        _own("run/up.lock", "which process has the data folder"),
        _own("run/parent.*", "which process has the data folder, and of which version it is"),
        _own("run/hand_over.*", "by which version it is to be replaced"),
        _own("run/upgrade.lock", "that one upgrade goes on at a time"),
        _own("run/server.json", "where the server is"),
        _own("run/clock.*", "by what time the server lives"),
        _own("run/*start.json", "how long the first start, and the last, took"),
        _own("run/insides.*", "sizes of what the server holds in memory, when the operator asks"),
        _own("run/node-*.json*", "settings of more processes on this machine"),
        _own("mongodb/mongod.conf", "MongoDB's configuration"),
        _own("mongodb/member*", "MongoDB's configuration"),
        _own("asterisk/root*", "the program"),
        _own("asterisk/root*/**", "the program"),
        _own("asterisk/apt/**", "the program, while it is fetched"),
        _own("asterisk/var/cache/**", "parts of the program"),
        _own("asterisk/var/data/**", "sounds and documents that come with the program"),
        _own("asterisk/var/lib/**", "parts of the program"),
        _own("asterisk/var/run/*", "which process runs"),
        _own("asterisk/var/db/*", "Asterisk's own settings; phones and calls are in its memory alone"),
        _own("asterisk/var/log/queue_log", "that Asterisk was started; it queues nothing"),
        _own("cache/**", "programs that were fetched"),
        Place(
            where=Browser("cache", "call24-shell-*"),
            what={"the app's own files": STATE},
            kept=UntilSignOut(),
            closing=Closing.STAYS,
        ),
        Place(
            where=Browser("service worker", "/sw.js"),
            what={"the program that serves them": STATE},
            kept=UntilSignOut(),
            closing=Closing.STAYS,
        ),
    ),
)
