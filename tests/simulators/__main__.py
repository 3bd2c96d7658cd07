"""`python -m tests.simulators`: serve the four until a signal; the first line printed is JSON with their
addresses.
"""

import argparse
import json
import signal
from contextlib import ExitStack

from tests.simulators import defaults
from tests.simulators.base import Simulator
from tests.simulators.location import LocationSimulator
from tests.simulators.realname import RealNameSimulator
from tests.simulators.serving import Serving
from tests.simulators.sms import SmsSimulator
from tests.simulators.wechat import WeChatSimulator


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulators", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    for name in ("wechat", "sms", "realname", "location"):
        parser.add_argument(f"--{name}-port", type=int, default=0, help="0: any free port")
    parser.add_argument("--appid", default=defaults.APPID)
    parser.add_argument("--secret", default=defaults.SECRET)
    parser.add_argument("--secret-id", default=defaults.SECRET_ID)
    parser.add_argument("--secret-key", default=defaults.SECRET_KEY)
    parser.add_argument("--location-key", default=defaults.LOCATION_KEY)
    parser.add_argument("--sms-app-id", default=defaults.SMS_APP_ID)
    parser.add_argument("--sms-sign-name", default=defaults.SMS_SIGN_NAME)
    return parser.parse_args()


def main() -> None:
    given = _arguments()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})  # before any thread starts
    chosen: list[tuple[Simulator, int]] = [
        (WeChatSimulator(given.appid, given.secret), given.wechat_port),
        (
            SmsSimulator(given.secret_id, given.secret_key, given.sms_app_id, given.sms_sign_name),
            given.sms_port,
        ),
        (RealNameSimulator(given.secret_id, given.secret_key), given.realname_port),
        (LocationSimulator(given.location_key), given.location_port),
    ]
    with ExitStack() as stack:
        running = [stack.enter_context(Serving(s, host=given.host, port=port)) for s, port in chosen]
        print(json.dumps({serving.simulator.name: serving.url for serving in running}), flush=True)
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    main()
