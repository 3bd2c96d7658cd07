"""Every setting, typed, with its default and its environment variable (prefix `ZHENG_`).

Nothing else in the product reads the environment. `.env` in the working directory is read too.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

DEMO_SECRET = "demo-only-secret-never-in-production"


class ConfigurationRefused(Exception):
    """The configuration would not be safe; the message says which settings and why."""


class Settings(BaseSettings):
    """The product's configuration. Durations are in the unit their name says."""

    model_config = SettingsConfigDict(env_prefix="ZHENG_", env_file=".env", extra="ignore", frozen=True)

    environment: Literal["demo", "test", "production"] = "demo"
    database_url: str = "sqlite:///var/zheng.sqlite3"
    storage_dir: Path = Path("var/blobs")
    public_url: str = Field("http://127.0.0.1:8080", description="scheme, host and port that QR codes carry")
    trusted_proxies: int = Field(0, description="how many reverse proxies of ours stand in front")
    city_code: str = Field("421200000000", description="12-digit division code of the city")
    city_name: str = "咸宁市"
    province_name: str = "湖北省"

    field_keys: SecretStr = Field(
        SecretStr("d1:" + "11" * 32),
        description="id:hex keys of personal fields, newest first, separated by commas (32 bytes each)",
    )
    index_key: SecretStr = Field(SecretStr("22" * 32), description="hex key of the blind indexes (32 bytes)")
    key_encryption_key: SecretStr = Field(
        SecretStr("33" * 32), description="hex key that wraps signing keys at rest (32 bytes)"
    )
    signing_suite: Literal["ES256", "EdDSA", "SM2"] = Field("ES256", description="suite of new signing keys")
    metrics_token: SecretStr = Field(
        SecretStr(DEMO_SECRET), description="bearer token that may read /metrics"
    )

    wechat_base_url: str = "https://api.weixin.qq.com"
    wechat_appid: str = "wxdemo0000000000"
    wechat_secret: SecretStr = SecretStr(DEMO_SECRET)
    wechat_template_progress: str = "TEMPLATE-PROGRESS"
    wechat_template_todo: str = "TEMPLATE-TODO"
    sms_base_url: str = "https://sms.tencentcloudapi.com"
    realname_base_url: str = "https://faceid.tencentcloudapi.com"
    location_base_url: str = "https://apis.map.qq.com"
    location_key: SecretStr = Field(
        SecretStr(""),
        description="key of Tencent Location Service; empty: finding a village by position is off",
    )
    location_per_address_per_hour: int = 30
    tencent_secret_id: SecretStr = SecretStr("AKIDdemo")
    tencent_secret_key: SecretStr = SecretStr(DEMO_SECRET)
    sms_app_id: str = "1400000000"
    sms_sign_name: str = "掌上证"
    sms_template_code: str = "1000001"
    sms_template_news: str = "1000002"
    outside_connect_seconds: float = 2.0
    outside_read_seconds: float = 5.0

    access_token_minutes: int = 30
    refresh_token_days: int = 60
    sms_code_minutes: int = 5
    sms_per_phone_per_hour: int = 5
    sms_per_address_per_hour: int = 30
    sms_per_day: int = 100_000
    show_code_seconds: int = 60
    share_link_hours: int = 72
    evidence_link_minutes: int = 10
    office_opens: str = "08:30"
    office_closes: str = "17:30"
    claim_lapses_office_hours: int = 4
    idempotency_days: int = 7
    client_dir: Path = Field(
        Path("client/dist/build/h5"), description="the built phone client that /m/ serves (make client)"
    )
    rare_font: Path = Path("/usr/share/fonts/truetype/babelstone/BabelStoneHan.ttf")

    def refuse_unsafe(self) -> None:
        """Stop a production start that still carries a default secret or plain HTTP; say which."""
        if self.environment != "production":
            return
        faults = [
            f"ZHENG_{name.upper()} 仍是默认值"
            for name, field in Settings.model_fields.items()
            if isinstance(field.default, SecretStr)
            and field.default.get_secret_value()
            and getattr(self, name) == field.default
        ]
        if not self.public_url.startswith("https://"):
            faults.append("ZHENG_PUBLIC_URL 必须是 https://")
        for name in ("wechat_base_url", "sms_base_url", "realname_base_url", "location_base_url"):
            if not getattr(self, name).startswith("https://"):
                faults.append(f"ZHENG_{name.upper()} 必须是 https://")
        if faults:
            raise ConfigurationRefused("拒绝以生产配置启动:" + ";".join(faults))
