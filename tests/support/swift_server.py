"""OpenStack Swift with its S3 interface, whole in one process: `swift_server.py FOLDER`. Prints its port.

Debian's Python runs it, not the project's: tests/support/object_stores.py starts it. Proxy, account, container and
object server are Swift's own; a ring of one disk each, and who may sign in, are in FOLDER.
"""

import logging
import os
import sys
from pathlib import Path

import eventlet

eventlet.patcher.monkey_patch(all=False, socket=True, select=True, thread=True, time=True)

os.fsync = os.fdatasync = lambda handle: None  # its disk may be lost with this process

from eventlet import wsgi  # noqa: E402
from paste.deploy import loadapp  # noqa: E402
from swift.account.server import AccountController  # noqa: E402
from swift.common.http_protocol import SwiftHttpProtocol  # noqa: E402
from swift.common.ring import RingBuilder  # noqa: E402
from swift.common.storage_policy import reload_storage_policies  # noqa: E402
from swift.container.server import ContainerController  # noqa: E402
from swift.obj.server import ObjectController  # noqa: E402

PROXY = """
[DEFAULT]
swift_dir = {folder}
[pipeline:main]
pipeline = catch_errors listing_formats s3api tempauth slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = test-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
user_test_reader = reading
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
"""


class NothingKept:
    """In the place of memcached, which Swift asks for: it keeps nothing."""

    def get(self, key, raise_on_error=False):
        return None

    def set(self, key, value, **how):
        return None

    def delete(self, key, **how):
        return None


def with_cache(app):
    def served(environ, start_response):
        environ["swift.cache"] = NothingKept()
        return app(environ, start_response)

    return served


def write_ring(folder: Path, name: str, port: int) -> None:
    where = {"ip": "127.0.0.1", "port": port, "replication_ip": "127.0.0.1", "replication_port": port}
    ring = RingBuilder(4, 1, 1)
    ring.add_dev({**where, "id": 0, "region": 1, "zone": 1, "device": "d1", "weight": 1.0, "meta": ""})
    ring.rebalance()
    ring.get_ring().save(str(folder / f"{name}.ring.gz"))


def main(folder: Path) -> None:
    (folder / "disks" / "d1").mkdir(parents=True, exist_ok=True)
    sockets = [eventlet.listen(("127.0.0.1", 0)) for _ in range(4)]
    for name, socket in zip(("account", "container", "object"), sockets[1:], strict=True):
        write_ring(folder, name, socket.getsockname()[1])
    for module in list(sys.modules.values()):  # as /etc/swift/swift.conf would say
        if hasattr(module, "HASH_PATH_SUFFIX"):
            module.HASH_PATH_SUFFIX, module.HASH_PATH_PREFIX = b"tests", b""
    reload_storage_policies()
    (folder / "proxy.conf").write_text(PROXY.format(folder=folder))
    conf = {
        "devices": str(folder / "disks"),
        "swift_dir": str(folder),
        "mount_check": "false",
        "fallocate_reserve": "0",
        "db_preallocation": "off",
    }
    apps = (
        with_cache(loadapp(f"config:{folder / 'proxy.conf'}")),
        AccountController(conf),
        ContainerController(conf),
        ObjectController(conf),
    )
    quiet = logging.getLogger("quiet")
    quiet.setLevel(logging.CRITICAL)
    servers = [
        eventlet.spawn(wsgi.server, socket, app, quiet, protocol=SwiftHttpProtocol, log_output=False)
        for socket, app in zip(sockets, apps, strict=True)
    ]
    print(sockets[0].getsockname()[1], flush=True)
    servers[0].wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
