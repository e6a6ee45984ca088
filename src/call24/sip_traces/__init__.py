"""SIP traces: the signalling of one call, on demand and for minutes, without other calls' messages."""
