"""The change feed: what changed in an organisation's documents, stored with the change, given to each reader."""
