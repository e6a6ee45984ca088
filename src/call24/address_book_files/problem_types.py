"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import READ, ProblemType

PROBLEM_TYPES = (
    ProblemType(
        "too_many_address_book_imports",
        429,
        "A file is being checked or imported already, or too many imports are kept",
        "Wait until it is done, or delete imports",
    ),
    ProblemType("import_not_ready", 409, "The file is being checked, or its import was begun already", READ),
    ProblemType("import_file_gone", 409, "The import's file is not kept any more", "Send the file again"),
    ProblemType("import_not_running", 409, "Nothing is being imported, so there is nothing to stop", READ),
    ProblemType("import_not_done", 409, "Only an import that is done or stopped can be undone", READ),
    ProblemType("import_active", 409, "The import is at work, so it cannot be deleted", "Stop it, or wait"),
)
