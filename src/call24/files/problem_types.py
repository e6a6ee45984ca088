"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import ProblemType

PROBLEM_TYPES = (
    ProblemType(
        "tus_version",
        412,
        "The request does not speak tus 1.0.0",
        "Send the header `Tus-Resumable: 1.0.0`, as every tus client does",
    ),
    ProblemType(
        "file_type_refused",
        422,
        "The content of the file is of a kind that is not taken, whatever its name says",
        "Send a PDF, a picture, audio or video, a document of an office program without macros, or plain text",
    ),
    ProblemType(
        "file_quota", 409, "The organisation's files may not take more space", "Delete files that nobody needs"
    ),
    ProblemType(
        "too_many_uploads",
        429,
        "Too many uploads of the organisation are not finished",
        "Finish or cancel one; what nobody finishes goes after a day",
    ),
    ProblemType(
        "upload_offset",
        409,
        "The upload has more, or fewer, bytes than `Upload-Offset` says",
        "Ask for its offset (HEAD), and go on from there",
    ),
    ProblemType(
        "upload_taken_over",
        409,
        "A later request goes on with this upload",
        "Ask for its offset (HEAD), and go on from there",
    ),
    ProblemType(
        "file_of_private_person",
        409,
        "Private entries of the address book take no files",
        "Attach the file to a person of the organisation, a task or a call",
    ),
    ProblemType("upload_over", 409, "The upload is whole, so it cannot be cancelled", "Delete the file"),
    ProblemType("file_not_ready", 409, "The file is being checked", "Try again in a moment"),
    ProblemType(
        "file_quarantined",
        409,
        "The malware scanner found something in the file, or cannot look at it",
        "Delete the file, and ask who sent it for another one",
    ),
    ProblemType("file_damaged", 404, "The stored file is damaged", "Restore it from a backup"),
)
