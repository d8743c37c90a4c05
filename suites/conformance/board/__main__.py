"""Serves the board on a free loopback port and says which: `listening http 127.0.0.1:PORT`.

BOARD_DATABASE   libpq connection string
BOARD_LOG        log level of the application and its libraries (WARNING)
"""

import logging
import os
import signal
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from aws_xray_sdk.core import patch_all, xray_recorder

patch_all()

from board.application import build_application  # noqa: E402  (only after patching, as the SDK asks)


class ThreadingServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128


class QuietHandler(WSGIRequestHandler):
    def address_string(self):
        return self.client_address[0]  # never asks a name server

    def log_message(self, format, *arguments):
        logging.getLogger("board.access").info(format, *arguments)


def main():
    logging.basicConfig(level=os.environ.get("BOARD_LOG", "WARNING"))
    xray_recorder.configure(service="board")
    application = build_application(os.environ["BOARD_DATABASE"])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with make_server("127.0.0.1", 0, application, ThreadingServer, QuietHandler) as server:
        print(f"listening http 127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever(poll_interval=0.05)


main()
