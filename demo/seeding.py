"""Fills an empty database through the product's own services, so that demonstration data obeys every rule.

Each stage is skipped when its work is there already: a second `make demo` is quick and keeps data.
"""

from collections.abc import Callable

from flask import Flask
from rich.console import Console

from demo.world import World


def seed(world: World, console: Console) -> None:
    """Schema, keys, places, people and papers."""
    from backend.app import create_app

    app = create_app()
    with app.app_context():
        for words, stage in _stages(app, world):
            with console.status(words):
                done = stage()
            console.print(f"  [green]✓[/green] {words}{f':{done}' if done else ''}")


def _stages(app: Flask, world: World) -> list[tuple[str, Callable[[], str]]]:
    from demo import certificates, people, places

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
        ("行政区划与村(居)委会", command("import-divisions")),
        ("放假通知", command("load-holidays")),
        ("演示用信用代码(虚构,生产环境拒绝)", places.made_up_codes),
        ("人员与任职", lambda: people.settle(world)),
        ("各种状态的申请与证明", certificates.fill),
    ]
