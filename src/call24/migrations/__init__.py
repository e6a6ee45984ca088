"""Brings data that an earlier version stored to the form of this one, step by step, before ports are opened.

`run.py` decides what is still to do and does it; each step has a file of its own. It changes no indexes (kit/mongo) and
makes no backup.
"""
