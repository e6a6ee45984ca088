"""Which TLS the doors that face the network speak, and which DTLS agents' media: AEAD, and keys of each connection.

Source: RFC 9325 (recommendations for the secure use of TLS), 4.2.
"""

from __future__ import annotations

CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""OpenSSL's words, for TLS 1.2; the suites of 1.3 are all of this kind."""
