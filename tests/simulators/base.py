"""What the simulators share: faults on order, a count of calls, a clock that can be moved, a control
path.
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, jsonify, request

CONTROL = "/__control__/"
Handler = Callable[[], Response]
_HTML = "<!DOCTYPE html><html><body><h1>系统维护中</h1></body></html>"


@dataclass
class Fault:
    """One way to misbehave. `times` None: until cleared; `path` None: every call.

    kind `errcode` (value: the service's code, answered instead of acting), `status` (value: HTTP status),
    `html`, `wrong` (JSON of another shape), `garbage` (no JSON), `redirect`: instead of acting. kind
    `slow` (value: seconds, cut short when the faults are cleared), `half` (the answer breaks off), `drip`
    (value: seconds between bytes): acting all the same.
    """

    kind: str
    value: Any = None
    times: int | None = None
    path: str | None = None


class Simulator:
    """A Flask app with state; subclasses add routes in `routes()` and state in `fresh()`."""

    name = "simulator"

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._healed = threading.Event()
        self.app = Flask(self.name)
        self._control_routes()
        self.routes()
        self.app.before_request(self._misbehave)
        self.app.after_request(self._spoil)
        self.reset()

    def routes(self) -> None:
        raise NotImplementedError

    def fresh(self) -> None:
        """Forget all state."""
        raise NotImplementedError

    def error(self, code: Any) -> Response:
        """The service's own shape of an error."""
        raise NotImplementedError

    def label(self) -> str:
        """What faults and counts know this call by."""
        return request.path

    def now(self) -> float:
        """Unix seconds, moved by `advance`."""
        return time.time() + self.skew

    def reset(self) -> None:
        with self.lock:
            self._heal()
            self.calls: list[str] = []
            self.skew = 0.0
            self.fresh()

    def _heal(self) -> None:
        """No faults any more; who waits because of one goes on."""
        self.faults: list[Fault] = []
        self._healed.set()
        self._healed = threading.Event()

    def control(self, name: str, *methods: str) -> Callable[[Handler], Handler]:
        """Decorator: a route below the control path."""
        return self.app.route(CONTROL + name, methods=list(methods or ("POST",)), endpoint=f"control_{name}")

    def _take_fault(self, label: str) -> Fault | None:
        with self.lock:
            g.healed = self._healed
            self.calls.append(label)
            fault = next((f for f in self.faults if f.path in (None, label)), None)
            if fault is not None and fault.times is not None:
                fault.times -= 1
                if fault.times == 0:
                    self.faults.remove(fault)
            return fault

    def _misbehave(self) -> Response | None:
        if request.path.startswith(CONTROL):
            return None
        g.fault = fault = self._take_fault(self.label())
        if fault is None:
            return None
        match fault.kind:
            case "errcode":
                return self.error(fault.value)
            case "status":
                return Response(_HTML, status=fault.value, mimetype="text/html")
            case "html":
                return Response(_HTML, mimetype="text/html")
            case "wrong":
                return jsonify(fault.value if fault.value is not None else ["something", "else"])
            case "garbage":
                return Response("{'not': json", mimetype="application/json")
            case "redirect":
                return Response(status=302, headers={"Location": f"{request.host_url}__control__/trap"})
            case "slow":
                g.healed.wait(fault.value)
        return None

    def _spoil(self, response: Response) -> Response:
        fault: Fault | None = g.get("fault")
        if fault is None or fault.kind not in ("half", "drip"):
            return response
        body = response.get_data()
        half = body[: len(body) // 2]
        pieces = [half] if fault.kind == "half" else _dripping(body, fault.value)
        return Response(pieces, mimetype=response.mimetype, headers={"Content-Length": str(len(body))})

    def _control_routes(self) -> None:
        @self.control("faults", "POST", "DELETE")
        def faults() -> Response:
            with self.lock:
                if request.method == "DELETE":
                    self._heal()
                else:
                    self.faults.append(Fault(**request.get_json()))
            return jsonify({})

        @self.control("calls", "GET")
        def calls() -> Response:
            return jsonify(self.calls)

        @self.control("advance")
        def advance() -> Response:
            self.skew += request.get_json()["seconds"]
            return jsonify({})

        @self.control("reset")
        def reset() -> Response:
            self.reset()
            return jsonify({})

        @self.control("trap", "GET", "POST")
        def trap() -> Response:
            with self.lock:
                self.calls.append("trap")
            return jsonify({})


def _dripping(body: bytes, pause: float) -> Iterator[bytes]:
    for position in range(len(body)):
        time.sleep(pause)
        yield body[position : position + 1]
