"""What stops a start: one clear line and what to do about it. It prints nothing itself."""


class StartError(Exception):
    """A start that cannot go on. The text is one line: what is wrong, then what to do."""


class AlreadyRuns(StartError):
    """Another process has the data folder."""
