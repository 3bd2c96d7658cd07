"""Fills an empty database through the product's own services, so that demonstration data obeys every rule.

Each stage is skipped when its work is there already: a second `make demo` is quick and keeps data.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import time_machine
from flask import Flask
from rich.console import Console

from backend import clock, runtime
from backend.outside.http import OutsideClient
from backend.outside.sms import TencentSmsClient
from backend.outside.tencent import TencentCloud
from demo.world import World

#: The demonstration's world began this long ago, so that it has certificates that expired.
_BEGAN = timedelta(days=120)


def seed(world: World, console: Console) -> None:
    """Schema, keys, places, people and papers."""
    from backend.app import create_app

    app = create_app()
    with app.app_context():
        runtime.attach(app, replace(runtime.current(), sms=_sms_of_today(world)))
        stages = _stages(app, world)
        for words, stage in stages:
            moved = clock.now() - _BEGAN if stage is not stages[-1][1] else clock.now()
            with console.status(words), time_machine.travel(moved, tick=True):
                done = stage()
            console.print(f"  [green]✓[/green] {words}{f':{done}' if done else ''}")


def _stages(app: Flask, world: World) -> list[tuple[str, Callable[[], str]]]:
    from demo import certificates, people, places, sentences

    runner = app.test_cli_runner()

    def command(*arguments: str) -> Callable[[], str]:
        def run() -> str:
            outcome = runner.invoke(args=["zheng", *arguments], catch_exceptions=False)
            if outcome.exit_code:
                raise SystemExit(outcome.output)
            return outcome.output.strip().splitlines()[-1] if outcome.output.strip() else ""

        return run

    return [
        ("数据库结构", command("migrate")),
        ("签名密钥与市级签章根证书", command("init")),
        ("行政区划与村（居）委会", command("import-divisions")),
        ("放假通知", command("load-holidays")),
        ("演示用信用代码（虚构，生产环境拒绝）", places.made_up_codes),
        ("演示用办公电话（虚构）", places.made_up_numbers),
        ("人员与任职", lambda: people.settle(world)),
        ("村里的常用语", sentences.keep),
        ("各种状态的申请与证明", certificates.fill),
    ]


def _sms_of_today(world: World) -> TencentSmsClient:
    """Messages of the past are sent now: a provider refuses a signature four months old."""
    settings = runtime.current().settings
    cloud = TencentCloud(
        OutsideClient("sms", world.simulator_urls()[1]),
        product="sms",
        version="2021-01-11",
        region="ap-guangzhou",
        secret_id=settings.tencent_secret_id.get_secret_value(),
        secret_key=settings.tencent_secret_key.get_secret_value(),
        wall_clock=time_machine.escape_hatch.time.time,
    )
    return TencentSmsClient(cloud, app_id=settings.sms_app_id, sign_name=settings.sms_sign_name)
