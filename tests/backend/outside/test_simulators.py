"""The simulators as a program: one command, one line of addresses, a clean end; nothing of ours."""

import ast
import json
import signal
import subprocess
import sys
from pathlib import Path

from tests.simulators.control import RealNameControl, SmsControl, WeChatControl

HERE = Path(__file__).parents[3]


def test_the_command_prints_addresses_serves_and_ends_on_a_signal() -> None:
    command = [sys.executable, "-m", "tests.simulators", "--wechat-port", "0"]
    with subprocess.Popen(
        command, cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None and running.stderr is not None
        addresses = json.loads(running.stdout.readline())
        with WeChatControl(addresses["wechat"]) as wechat, SmsControl(addresses["sms"]) as sms:
            assert wechat.js_code("openid-1")
            assert sms.messages() == []
        with RealNameControl(addresses["realname"]) as realname:
            realname.register("周大河", "1")
        running.send_signal(signal.SIGTERM)
        assert running.wait(10) == 0
        assert running.stderr.read() == ""


def test_they_import_nothing_of_the_product() -> None:
    for file in (HERE / "tests" / "simulators").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.split(".")[0] in ("backend", "miniprogram_api", "signing") for name in names)
