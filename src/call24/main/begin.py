"""Nothing is collected while the server's modules are imported: all of it stays, and looking it through again and again
was a fifth of the CPU of a start, for which calls wait. Imported before them (the order of its name sees to that).
"""

from __future__ import annotations

import gc

gc.disable()


def imported() -> None:
    """From now on what comes is collected again; what there is already is left alone."""
    gc.freeze()
    gc.enable()
