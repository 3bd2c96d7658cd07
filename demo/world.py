"""Where the demonstration lives: folder, ports, environment, and the people whose names it prints."""

import os
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

PIN = "739214"
LOCATION_KEY = "DEMOO-NLYXX-NEVER-INPRO-DUCTI-ONXXX"  # shaped as Tencent shapes its keys
#: (key, what they are, telephone)
CAST = (
    ("worker", "务工人员（申请人）", "13800000001"),
    ("mother", "务工人员的母亲", "13800000002"),
    ("clerk", "村经办人（会计）", "13800000011"),
    ("approver", "村负责人（主任）", "13800000012"),
    ("deputy", "村副主任（可代理签批）", "13800000013"),
    ("town", "镇复核人", "13800000021"),
    ("counter", "政务大厅窗口", "13800000031"),
    ("officer", "部门经办（人社）", "13800000032"),
    ("justice", "司法局审查员", "13800000041"),
    ("auditor", "审计", "13800000042"),
    ("admin", "县机构管理员", "13800000051"),
    ("city", "市级管理员", "13800000052"),
)


@dataclass(frozen=True)
class World:
    """The demonstration's place on this machine."""

    folder: Path
    port: int
    database_url: str

    @classmethod
    def from_environment(cls) -> "World":
        folder = Path(os.environ.get("DEMO_DIR", "var/demo")).absolute()
        database = os.environ.get("ZHENG_DATABASE_URL", f"sqlite:///{folder / 'zheng.sqlite3'}")
        return cls(folder, int(os.environ.get("DEMO_PORT", "8080")), database)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _simulator(self, offset: int) -> str:
        return f"http://127.0.0.1:{self.port + offset}"

    def simulator_ports(self) -> list[str]:
        names = ("wechat", "sms", "realname", "location")
        return [part for n, name in enumerate(names, 1) for part in (f"--{name}-port", str(self.port + n))]

    def simulator_urls(self) -> list[str]:
        return [self._simulator(offset) for offset in (1, 2, 3, 4)]

    def environment(self) -> dict[str, str]:
        """The product's settings in the demonstration."""
        return {
            "ZHENG_ENVIRONMENT": "demo",
            "ZHENG_DATABASE_URL": self.database_url,
            "ZHENG_STORAGE_DIR": str(self.folder / "blobs"),
            "ZHENG_PUBLIC_URL": self.url,
            "ZHENG_WECHAT_BASE_URL": self._simulator(1),
            "ZHENG_SMS_BASE_URL": self._simulator(2),
            "ZHENG_REALNAME_BASE_URL": self._simulator(3),
            "ZHENG_LOCATION_BASE_URL": self._simulator(4),
            "ZHENG_LOCATION_KEY": LOCATION_KEY,
            # one visitor plays everybody from one address
            "ZHENG_SMS_PER_PHONE_PER_HOUR": "1000",
            "ZHENG_SMS_PER_ADDRESS_PER_HOUR": "10000",
        }

    def introduce(self, console: Console) -> None:
        """Print what to open and whom to be."""
        console.print(f"\n  手机端（手机号加短信验证码登录）  [bold]{self.url}/m/[/bold]")
        console.print(f"  看短信验证码  [bold]{self._simulator(2)}/__control__/messages[/bold]")
        for name, address in (
            ("公众首页", "/"),
            ("窗口与管理后台", "/desk/"),
            ("接口说明", "/docs"),
        ):
            console.print(f"  {name}  [bold]{self.url}{address}[/bold]")
        table = Table(title=f"可以试用的账号（短信验证码登录；工作人员 PIN 都是 {PIN}）")
        for heading in ("身份", "手机号"):
            table.add_column(heading)
        for _, what, phone in CAST:
            table.add_row(what, phone)
        console.print(table)
