"""The way between a server and a PBX on a host of its own: one port with TLS, certificates checked on both sides.

`listener` runs on the PBX's host, `link` on the server's. Neither knows what passes through.
"""
