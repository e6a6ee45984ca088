"""Outgoing webhooks of organisations: what is told where, signed by the Standard Webhooks convention."""
