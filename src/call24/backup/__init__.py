"""Backups of an installation: sealed, of one instant, in a folder; and an installation made of one again.

`python -m call24.cli backup` and `restore` are the doors. It erases nobody: the server does, by the register of
erasures, before it opens a port.
"""
