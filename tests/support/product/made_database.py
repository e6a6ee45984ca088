"""A database that is set up and has all collections and indexes, for installations of tests to begin with.

To make one takes a second of processor. So it is made once for what the code declares, by the product itself
(database_maker.py), kept in the cache and copied: a start on a copy is one after the port was changed. It does not
start anything.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import call24
from call24.data_map import document_of, documents
from call24.installer import mongod
from call24.installer.file_lock import alone
from call24.kit.version import SCHEMA, VERSION

PRODUCT = Path(str(call24.__file__)).parent
MADE_BY = (
    *("migrations/*.py", "kit/mongo/*.py", "kit/secrets.py", "kit/settings.py"),
    *(f"installer/{name}.py" for name in ("mongod", "passwords", "prepare", "stack", "supervise")),
)
"""The product's code that a made database comes from."""
CHECKOUT = Path(__file__).resolve().parents[3]
MAKER = Path(__file__).with_name("database_maker.py")
LOG_UNIT = 128
"""Bytes; records of WiredTiger's log begin at multiples of it. Source: WT_LOG_ALIGN in its src/include/log.h."""
UNUSED_S = 24 * 3600.0
"""After so long one that nobody has used is deleted: each change of what is declared makes another one."""


def begin_with_one(data: Path, cache: Path) -> None:
    """Make the data folder ``data``, with a database in it.

    MongoDB's own passwords are the same in all of them: stack.py's `check_its_own_mongodb` sees who reached another's.
    """
    shutil.copytree(_made(cache), data)


def _made(cache: Path) -> Path:
    home = cache / "test-databases"
    home.mkdir(parents=True, exist_ok=True)
    made = home / declared()
    with alone(home):
        if not made.exists():
            _delete_unused(home)
            _make(made)
        os.utime(made)
    return made


def declared() -> str:
    """Another word for each form that a new database may have."""
    from call24.server.rooms import INDEXES  # to import all rooms takes long, and many a test needs no database

    told = [(doc.collection, bool(doc.tenant)) for doc in documents()]
    told += [(document_of(one.struct).collection, one.retired, one.model().document) for one in INDEXES]
    product = sorted(file for pattern in MADE_BY for file in PRODUCT.glob(pattern))
    code = [file.read_bytes() for file in (Path(__file__), MAKER, *product)]
    form = (SCHEMA, VERSION, mongod.LOCK.read_text(), code, sorted(map(repr, told)))
    return hashlib.sha256(repr(form).encode()).hexdigest()[:16]


def _delete_unused(home: Path) -> None:
    for other in home.iterdir():
        if other.stat().st_mtime < time.time() - UNUSED_S:
            shutil.rmtree(other, ignore_errors=True)


def _make(made: Path) -> None:
    part = made.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="c24-") as folder:  # the path of a data folder is short
        data = Path(folder) / "data"
        words = [sys.executable, "-m", "tests.support.product.database_maker", str(data)]
        done = subprocess.run(words, cwd=CHECKOUT, capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, done.stdout + done.stderr
        part.mkdir(mode=0o700)
        _shorten(data / "mongodb" / "db" / "journal")
        shutil.copytree(data / "mongodb", part / "mongodb")
        (part / "secrets").mkdir(mode=0o700)
        for secret in (data / "secrets").glob("mongodb*"):
            shutil.copy(secret, part / "secrets")
        shutil.copy(data / "schema.json", part)
    part.rename(made)


def _shorten(journal: Path) -> None:
    """Of its 300 MB all is room for more. What was written has to stay: where it ends the next start goes on, and of a
    journal that begins anew a MongoDB that is killed reads nothing, since its last checkpoint is of later on."""
    for log in journal.iterdir():
        written = log.read_bytes().rstrip(b"\0")
        if written and log.name.startswith("WiredTigerLog."):
            os.truncate(log, len(written) + -len(written) % LOG_UNIT)
        else:
            log.unlink()
