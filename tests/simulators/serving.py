"""Runs a simulator on a loopback port in a thread of its own."""

import threading
from types import TracebackType

from werkzeug.serving import WSGIRequestHandler, make_server

from tests.simulators.base import Simulator


class _Quiet(WSGIRequestHandler):
    """One line a request is noise in tests and in the demo."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


class Serving:
    """`url` answers from construction to `stop()`."""

    def __init__(self, simulator: Simulator, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.simulator = simulator
        self._server = make_server(host, port, simulator.app, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()
        self.url = f"http://{host}:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> "Serving":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
