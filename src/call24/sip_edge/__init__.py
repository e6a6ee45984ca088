"""What agents' phones connect to: TLS and a websocket for SIP, with Asterisk behind it on this machine alone.

A process of its own, so that neither a killed server nor an unauthenticated client's thousand sockets reach Asterisk.
It does not know calls, accounts or passwords: Asterisk says who is registered.
"""
