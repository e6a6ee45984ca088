"""Seeds that once failed, and what each found. They are run first; a new find is added here with its sentence.

The same seed is another day once the code asks Asterisk other things: what was found has a test of its own where that
could be said more plainly (tests/unit/engine/test_looks.py).
"""

SEEDS: dict[int, str] = {
    6: "a supervisor's bridge stayed: a bridge whose deletion failed was never looked at again",
    10: "a colleague's phone stayed in nobody's call: a hang-up that Asterisk refused was not asked for again",
    20: "a bridge of a supervisor who had left outlived the call after a cut: only whole calls were compared",
    26: "a caller stayed on the line of a call that had ended: its hang-up had got no answer",
    49: "a caller was forgotten: the event of the arrival was lost, and no listing was asked about arrivals",
    25: "a customer's end was told ten seconds late: the request that asks for a leg's end had been refused once",
    144: "a call had no record: what neither database nor disk took was thrown away, the beginning of a call too",
    417: "a customer who was gone was kept: only a listing had told of the arrival, and the leg was neither followed "
    "nor missed",
    460: "a refused caller was offered to nobody for more than a minute: the clock had been set back since the refusal",
}

OPEN: dict[int, str] = {}
"""Seeds that fail still, and what is wrong. Nobody may add one without its sentence."""
