"""Requests that are done once however often they are sent: what was answered to each Idempotency-Key, for a day."""
