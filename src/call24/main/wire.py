"""uvicorn's two protocols, mended where they answer by themselves: what is malformed is refused quietly and properly.

What the application answers is no business of this module.
"""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode

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


class Sockets(WebSocketsSansIOProtocol):
    def send_receive_event_to_app(self) -> None:
        """A text that is no UTF-8 closes with 1007. uvicorn does that too, and writes a traceback for each."""
        if self.curr_msg_data_type == "text" and not self.close_sent:
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.frames = []
                self.conn.fail(CloseCode.INVALID_DATA, "A text is UTF-8")
                self.handle_parser_exception()
                return
        super().send_receive_event_to_app()
