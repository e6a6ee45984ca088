"""The one-machine stack: fetch, start and watch MongoDB, Asterisk and the server; the local certificate authority.

What the lean parent process imports from here uses the standard library only.
"""
