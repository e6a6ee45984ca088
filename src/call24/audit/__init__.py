"""Who did what to what, from where and why: lines that never change, chained by their hashes, and proof of it."""
