"""uvicorn's protocol for HTTP, mended where it answers by itself: what is malformed is refused properly.

What the application answers is no business of this module; websockets are realtime/socket.py's.
"""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from call24.http.headers import FIXED

_MALFORMED = b"The request is not HTTP\n"
_ANSWER = b"".join(
    (
        b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\n",
        *(name + b": " + value + b"\r\n" for name, value in FIXED),
        b"content-length: %d\r\n\r\n" % len(_MALFORMED),
        _MALFORMED,
    )
)


class Http(HttpToolsProtocol):
    def send_400_response(self, msg: str) -> None:
        """With the security headers: no middleware sees a request that could not be read."""
        self.transport.write(_ANSWER)
        self.transport.close()
