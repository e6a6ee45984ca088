"""Call records and reports as files that other programs read: asked for, written beside the server, kept for a day."""

from call24.exports.model import Export

__all__ = ["Export"]
