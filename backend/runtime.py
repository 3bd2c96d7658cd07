"""What one process holds: settings, database, storage and the clients of the outside. Made once, passed by hand.

Routes, pages and commands fetch it with `current()`; services never do: they are given what they need.
"""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from backend.db import Database
from backend.outside.http import OutsideClient, Patience
from backend.outside.location import ReverseGeocoder, TencentLocation
from backend.outside.realname import RealNameCheck, TencentIdCardVerification
from backend.outside.sms import SmsSender, TencentSmsClient
from backend.outside.tencent import TencentCloud
from backend.outside.wechat import WeChat, WeChatClient
from backend.settings import Settings
from backend.storage import BlobStore, FileBlobStore

_NAME = "zhangshangzheng"


@dataclass(frozen=True)
class Runtime:
    """The things with a life of their own that a process owns."""

    settings: Settings
    database: Database
    storage: BlobStore
    wechat: WeChat
    sms: SmsSender
    realname: RealNameCheck
    location: ReverseGeocoder | None = None  # None: no key, the feature is off


def attach(app: Flask, runtime: Runtime) -> None:
    """Give the application its runtime."""
    app.extensions[_NAME] = runtime


def current() -> Runtime:
    """The runtime of the application at work."""
    return cast(Runtime, current_app.extensions[_NAME])


def build(settings: Settings) -> Runtime:
    """The runtime of a real process, from its settings."""
    wechat, sms, realname = _outside(settings)
    return Runtime(
        settings=settings,
        database=Database(settings.database_url),
        storage=FileBlobStore(settings.storage_dir),
        wechat=wechat,
        sms=sms,
        realname=realname,
        location=_location(settings),
    )


def _outside(settings: Settings) -> tuple[WeChat, SmsSender, RealNameCheck]:
    """One client of each service for this process."""
    wechat = WeChatClient(
        _client(settings, "wechat", settings.wechat_base_url),
        appid=settings.wechat_appid,
        secret=settings.wechat_secret.get_secret_value(),
    )
    sms = TencentSmsClient(
        _tencent(settings, "sms", settings.sms_base_url, version="2021-01-11", region="ap-guangzhou"),
        app_id=settings.sms_app_id,
        sign_name=settings.sms_sign_name,
    )
    faceid = _tencent(settings, "faceid", settings.realname_base_url, version="2018-03-01", region="")
    return wechat, sms, TencentIdCardVerification(faceid)


def _location(settings: Settings) -> ReverseGeocoder | None:
    key = settings.location_key.get_secret_value()
    if not key:
        return None
    return TencentLocation(_client(settings, "location", settings.location_base_url), key=key)


def _client(settings: Settings, service: str, base_url: str) -> OutsideClient:
    patience = Patience(connect=settings.outside_connect_seconds, read=settings.outside_read_seconds)
    return OutsideClient(service, base_url, patience=patience)


def _tencent(settings: Settings, product: str, base_url: str, *, version: str, region: str) -> TencentCloud:
    return TencentCloud(
        _client(settings, product, base_url),
        product=product,
        version=version,
        region=region,
        secret_id=settings.tencent_secret_id.get_secret_value(),
        secret_key=settings.tencent_secret_key.get_secret_value(),
    )
