"""What the forking process has imported is shared with the server: using it does not write to it."""

import subprocess
import sys

PROGRAM = """if True:
    import sys
    from call24.server.prefork import imported
    from call24.kit import ids
    imported()
    before = sys.getrefcount(ids.TenantId), sys.getrefcount(ids.__dict__)
    kept = [(ids.TenantId, ids.__dict__) for _ in range(1000)]
    assert (sys.getrefcount(ids.TenantId), sys.getrefcount(ids.__dict__)) == before, before
    later = object()
    more = [later] * 1000
    assert sys.getrefcount(later) > 1000
"""


def test_what_was_imported_is_counted_no_more() -> None:
    """A count that is written copies its page in a forked process."""
    subprocess.run((sys.executable, "-c", PROGRAM), check=True, timeout=20)
