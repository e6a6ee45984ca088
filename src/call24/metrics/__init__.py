"""Metrics of the installation in Prometheus' exposition format, for whoever runs it.

It declares every metric (`families.py`), counts what happens (`counters.py`) and asks the rest when it is read
(`exposition.py`). What is asked of other rooms is connected in `server/metric_sources/`.
"""
