"""The engine broken on purpose, one way at a time, in a copy: how many seeds each needed. Measured by hand."""

FOUND: list[dict[str, object]] = [
    {
        "what": "commands are done before they are written down",
        "seeds_needed": 52,
        "found_by": "channels that are nobody's",
    },
    {
        "what": "after a kill nobody frees agents whose call knows nothing of them",
        "seeds_needed": 14,
        "found_by": "an agent is on_call",
    },
    {
        "what": "bridges are not compared after a reconnect, nor when looked at",
        "seeds_needed": 3,
        "found_by": "bridges that are nobody's",
    },
    {
        "what": "legs that nobody has are not hung up after a reconnect, nor when looked at",
        "seeds_needed": 1,
        "found_by": "channels that are nobody's",
    },
    {"what": "an agent who declines is not given back", "seeds_needed": 1, "found_by": "an agent is offered"},
    {
        "what": "a doubled event of an arrival opens a second call",
        "seeds_needed": 7,
        "found_by": "calls whose customer is gone",
    },
    {"what": "missing legs are not reported after a restart", "seeds_needed": None, "found_by": "not in 60 seeds"},
    {"what": "a late answer is not hung up", "seeds_needed": None, "found_by": "not in 60 seeds"},
    {
        "what": "callers who have refused agents twice are not looked at again",
        "seeds_needed": None,
        "found_by": "not in 60 seeds",
    },
    {
        "what": "a call whose customer is gone is not ended after a restart",
        "seeds_needed": None,
        "found_by": "not in 60 seeds",
    },
    {
        "what": "the wrap-up's end is not armed again after a restart",
        "seeds_needed": None,
        "found_by": "not in 60 seeds",
    },
]
