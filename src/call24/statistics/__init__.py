"""The figures of days past: by queue, agent, hour, day, disposition. Each measure is defined once, in measures.py.

Counts are kept by quarter hours and days so that a report costs the same whatever the volume (docs/adr/0026). What is
kept is only ever what the call records and the journal say: it can be thrown away at any time.
"""

from call24.statistics.model import Statistic

__all__ = ["Statistic"]
