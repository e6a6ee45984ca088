"""Toll-fraud protection: which outside numbers may be rung, and how much. A stolen login cannot spend beyond it."""
