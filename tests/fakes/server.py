"""Stands for the server in tests of the supervision: answers /health/* over HTTPS and does nothing else."""

import argparse
import http.server
import signal
import ssl
import sys
from pathlib import Path

from call24.kit.settings import Settings


class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path.startswith("/health/") else 404)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    settings = Settings.load(parser.parse_args().data / "run" / "settings.json")
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*settings.certificate)
    server = http.server.ThreadingHTTPServer((settings.http_host, settings.http_port), Health)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
