"""Call records compared with Asterisk's own channel event log (CEL). Differences are reported and never fixed."""
