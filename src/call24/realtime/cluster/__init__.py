"""Several processes that serve sockets: the main one owns all channels, further ones (nodes) hold sockets for it.

A node decides nothing: what its clients say goes to the main process, and what they are told comes from there, through
two collections of MongoDB (ADR 51).
"""
