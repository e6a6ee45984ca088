"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import FREE, MOST, OTHER, READ, ProblemType

PROBLEM_TYPES = (
    ProblemType("flow_changed", 409, "Somebody else has changed the flow", READ),
    ProblemType(
        "flow_has_problems", 422, "The flow has problems that prevent publishing", "Fix the problems listed in `errors`"
    ),
    ProblemType("flow_in_use", 409, "Something refers to the flow", FREE),
    ProblemType("flow_name_taken", 409, "There is already a flow with this name", OTHER),
    ProblemType("prompt_in_use", 409, "Something plays the prompt", FREE),
    ProblemType("prompt_name_taken", 409, "There is already a prompt with this name", OTHER),
    ProblemType(
        "speech_absent", 503, "The server has no text-to-speech program", "Install espeak-ng, or upload an audio file"
    ),
    ProblemType(
        "speech_failed", 503, "The text could not be converted to speech", "Try again, or upload an audio file"
    ),
    ProblemType("too_many_flows", 409, "The organisation has reached its number of flows", MOST),
    ProblemType("too_many_prompts", 409, "The organisation has reached its number of prompts", MOST),
    ProblemType("unusable_sound", 422, "The audio file could not be read", "Send a WAV, MP3, Ogg or FLAC file"),
)
