"""Writes docs/operate.md from the figures in docs/figures/newcomer.json: `.venv/bin/python docs/build_operate.py`.

`./call24 test --campaign newcomer` measures them. tests/unit/repository/test_operate_page.py fails when the page is
out of date.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
PAGE = DOCS / "operate.md"
FIGURES = DOCS / "figures" / "newcomer.json"
HEAD = """# From an empty machine to calls, and back after the loss of the disk

What somebody types who has a Debian 13 with nothing on it and the wheel of `./call24 wheel`, and how long each step takes. Made by `docs/build_operate.py`; to measure it again (root, package registries near, some five minutes):

```sh
CALL24_NEWCOMER_OUT=docs/figures/newcomer.json ./call24 test --campaign newcomer
```

The questions that come afterwards are answered in [Operating Call24](guides/operating.md).
"""
LOST = """
*Then all processes are killed at once (`kill -9`), and the data folder and the programs are deleted.*
"""
TAIL = """
The call of before the loss is in the list again, under the same id, and another one is answered. Commands run as the user `call24`, those of the first two steps and the user's own as root.

**What the machine is.** A folder with Debian's essential packages and apt, made by mmdebstrap of the package mirror, entered with `chroot` in namespaces of its own for network, processes and mounts. Downloads alone have a way out of it. From the machine around it come the kernel, the resolver's settings, the certificate authorities and
the addresses of package registries. So the programs are downloaded by a command of their own, into the folder that `CALL24_CACHE` names (`/srv/programs`, which is lost with the disk), and not by the first start. There is no systemd in it: `up` is started by hand ([unit](guides/systemd.md)). Whether a browser's user finds the way is not in it; calls are made by SIP and RTP over loopback.
"""


def page() -> str:
    kept = json.loads(FIGURES.read_text())
    lost = next(n for n, step in enumerate(kept["steps"]) if step["what"] == "downloads again")
    before, after = kept["steps"][:lost], kept["steps"][lost:]
    return "".join([HEAD, _measured(kept), _table(before), LOST, _table(after), TAIL])


def _measured(kept: dict[str, Any]) -> str:
    system, machine = kept["system"], kept["machine"]
    at, load = kept["at"][:16].replace("T", " "), machine["load_average"][0]
    return (
        f"\nMeasured {at} UTC: {system['name']}, {system['packages']} packages before the first step, Python "
        f"{system['python']}; {machine['cores']} cores, load average {load:.1f}.\n"
    )


def _table(steps: list[dict[str, Any]]) -> str:
    rows = [f"| {step['what']} | {_command(step['command'])} | {step['took_s']:.1f} s |" for step in steps]
    whole = sum(step["took_s"] for step in steps)
    return "\n".join(["\n| step | command | took |", "| --- | --- | --: |", *rows, f"| all | | {whole:.0f} s |\n"])


def _command(line: str) -> str:
    if line == "as in first steps":
        return "as in [first steps](guides/first-steps.md#a-queue-a-trunk-a-number-an-agent)"
    return f"`{line}`".replace("|", "\\|") if " && " in line or line.startswith(("call24", "umask")) else line


if __name__ == "__main__":
    PAGE.write_text(page())
