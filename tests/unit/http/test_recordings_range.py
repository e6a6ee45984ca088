"""What a Range header asks for: one range is honoured, several are refused, nonsense is ignored.

Source: RFC 9110, 14.
"""

from __future__ import annotations

import pytest

from call24.http.byte_ranges import ByteRange, wanted

SIZE = 1000
WHOLE = ByteRange(200, 0, 999)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("", WHOLE),
        ("bytes=0-0", ByteRange(206, 0, 0)),
        ("bytes=0-", ByteRange(206, 0, 999)),
        ("bytes=999-", ByteRange(206, 999, 999)),
        ("bytes=10-5000", ByteRange(206, 10, 999)),
        ("bytes=-1", ByteRange(206, 999, 999)),
        ("bytes=-5000", ByteRange(206, 0, 999)),
        ("bytes=-0", ByteRange(416, 0, -1)),
        ("bytes=1000-", ByteRange(416, 0, -1)),
        ("bytes=5000-6000", ByteRange(416, 0, -1)),
        ("bytes=0-1,5-6", ByteRange(416, 0, -1)),
        ("bytes=0-1, -5", ByteRange(416, 0, -1)),
        ("bytes=0-,0-,0-,0-", ByteRange(416, 0, -1)),
        ("bytes=7-5", WHOLE),
        ("bytes=-", WHOLE),
        ("bytes=a-b", WHOLE),
        ("bytes=" + "9" * 5000 + "-", WHOLE),
        ("items=0-5", WHOLE),
        ("0-5", WHOLE),
    ],
)
def test_a_range_header(asked: str, given: ByteRange) -> None:
    assert wanted(asked, "", '"tag"', SIZE) == given


@pytest.mark.parametrize(("if_range", "status"), [('"tag"', 206), ('"other"', 200), ('W/"tag"', 200)])
def test_a_range_of_another_version_is_the_whole(if_range: str, status: int) -> None:
    assert wanted("bytes=0-5", if_range, '"tag"', SIZE).status == status
