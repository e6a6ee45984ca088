"""Writes docs/reference/metrics.md from the families: `python -m call24.metrics.metrics_page [FILE]`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from call24.metrics.families import FAMILIES, OTHERS, TENANTS_SHOWN, Family

PAGE = Path("docs/reference/metrics.md")
_HEAD = f"""# Metrics

What `GET /metrics` tells, in Prometheus' exposition format ([guide](../guides/metrics.md)). Made from
`metrics/families.py` by `python -m call24.metrics.metrics_page`; a test fails when this page is not up to date.

No metric has a name, a number, an address or the id of a person. Organisations are named by id: at each scrape the
{TENANTS_SHOWN} with the most calls that go on; all others are summed up as `{OTHERS}`. A queue has no series of its
own. No metric ever has more series than the table says: what is beyond is left out. A histogram has a series for each
of its buckets besides.
"""
_TITLES = {
    "calls": "Calls",
    "queues": "Queues",
    "agents": "Agents and offers",
    "journal": "Journal",
    "changes": "Readers",
    "asterisk": "Asterisk, trunks and phones",
    "mongodb": "MongoDB",
    "realtime": "Realtime",
    "messages": "Webhooks and e-mail",
    "traces": "Traces",
    "disk": "Disk",
    "pbx": "A PBX on a host of its own",
    "toll_fraud": "Toll-fraud protection",
    "retention": "Retention",
    "trust": "Certificates and self-audit",
    "metrics": "The installation and its metrics",
    "process": "The server's process",
}


def page() -> str:
    return _HEAD + "".join(_section(group, list(families)) for group, families in groupby(FAMILIES, lambda f: f.group))


def _section(group: str, families: list[Family]) -> str:
    head = f"\n## {_TITLES[group]}\n\n| metric | type | labels | series | means |\n| --- | --- | --- | --: | --- |\n"
    return head + "".join(_rows(families))


def _rows(families: list[Family]) -> Iterator[str]:
    for family in families:
        labels = "; ".join(f"`{name}` ({values})" for name, values in family.labels.items())
        yield f"| `{family.name}` | {family.kind} | {labels} | {family.most} | {family.help} |\n"


def main() -> int:
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    file.write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
