"""The command line: one verb per file. It reads words and prints; the work is done by the rooms below."""
