"""What is wrong with a field, in words for whoever calls the API: pydantic's kinds of errors, each with its sentence.

What a kind lacks here is said by the fallback. Source: docs.pydantic.dev, Validation errors (kinds and their context).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_INSTANT = "must be an instant, such as 2026-11-24T09:00:00Z"
_DATE = "must be a date, such as 2026-11-24"
_OBJECT = "must be an object"

MESSAGES: Mapping[str, str] = {
    "missing": "is required",
    "extra_forbidden": "There is no such field",
    "string_type": "must be text",
    "string_unicode": "must be text in UTF-8",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must match {pattern}",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "is too large a number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "set_type": "must be a list",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dataclass_type": _OBJECT,
    "literal_error": "must be one of {expected}",
    "enum": "must be one of {expected}",
    "none_required": "must be null",
    "union_tag_invalid": "{discriminator} must be one of {expected_tags}",
    "union_tag_not_found": "{discriminator} is required",
    "datetime_type": _INSTANT,
    "datetime_parsing": _INSTANT,
    "datetime_from_date_parsing": _INSTANT,
    "datetime_object_invalid": _INSTANT,
    "timezone_aware": "must have an offset from UTC, such as Z or +01:00",
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "value_error": "{error}",
}
_OTHER = "is not valid"


def message(found: Mapping[str, Any]) -> str:
    """`found`: one of pydantic's errors, with `type` and `ctx`. The value that was sent is never in it."""
    return MESSAGES.get(found["type"], _OTHER).format_map(found.get("ctx") or {})
