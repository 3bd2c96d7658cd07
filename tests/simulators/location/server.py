"""The location simulator: knows a few positions of the city and one far away; a test may add others."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, request

from tests.simulators import defaults
from tests.simulators.base import Simulator

_KEY = re.compile(r"[A-Z0-9]{5}(-[A-Z0-9]{5}){5}")
_LOCATION = re.compile(r"-?\d{1,3}(\.\d+)?,-?\d{1,3}(\.\d+)?")
_NEAR = 0.2  # degrees
_MESSAGES = {
    110: "请求来源未被授权",
    112: "IP未被授权，可以在控制台修改",
    113: "此功能未被授权",
    120: "此key每秒请求量已达到上限",
    121: "此key每日调用量已达到上限",
    190: "无效的key",
    199: "此key未开启webservice功能",
    301: "缺少必要字段key",
    306: "缺少参数",
    311: "key格式错误",
    348: "参数错误",
    500: "后端超时",
}


@dataclass(frozen=True)
class Known:
    """One position and what stands there; `town_id` and the rest are left out of the answer when empty."""

    latitude: float
    longitude: float
    adcode: str
    province: str
    city: str
    district: str
    town_id: str = ""
    town: str = ""
    village: str = ""


KNOWN = (
    Known(29.7421, 114.6418, "421224", "湖北省", "咸宁市", "通山县", "421224102", "黄沙铺镇", "柏树"),
    Known(29.8392, 114.3226, "421202", "湖北省", "咸宁市", "咸安区", "421202001", "温泉街道", "万年路"),
    Known(22.5333, 113.9305, "440305", "广东省", "深圳市", "南山区", "440305001", "南头街道"),
)


class LocationSimulator(Simulator):
    """`/ws/geocoder/v1/` for positions; addresses it does not take."""

    name = "location"

    def __init__(self, key: str = defaults.LOCATION_KEY) -> None:
        self.key = key
        super().__init__()

    def fresh(self) -> None:
        self.known = list(KNOWN)

    def error(self, code: Any) -> Response:
        return jsonify(status=code, message=_MESSAGES.get(code, "系统错误"), request_id=uuid.uuid4().hex)

    def routes(self) -> None:
        self.app.get("/ws/geocoder/v1/")(self.geocode)

        @self.control("places")
        def places() -> Response:
            with self.lock:
                self.known.insert(0, Known(**request.get_json()))
            return jsonify({})

    def geocode(self) -> Response:
        fault = self._fault(request.args.get("key", ""), request.args.get("location", ""))
        if fault:
            return self.error(fault)
        latitude, longitude = map(float, request.args["location"].split(","))
        found = [one for one in self.known if _near(one, latitude, longitude)]
        result = _result(found[0]) if found else _sea()
        result["location"] = {"lat": latitude, "lng": longitude}
        return jsonify(status=0, message="query ok", request_id=uuid.uuid4().hex, result=result)

    def _fault(self, key: str, location: str) -> int:
        if not key:
            return 301
        if not _KEY.fullmatch(key):
            return 311
        if key != self.key:
            return 190
        if not location:
            return 306
        return 0 if _LOCATION.fullmatch(location) else 348


def _near(one: Known, latitude: float, longitude: float) -> bool:
    return abs(one.latitude - latitude) < _NEAR and abs(one.longitude - longitude) < _NEAR


def _result(one: Known) -> dict[str, Any]:
    names = {"nation": "中国", "province": one.province, "city": one.city, "district": one.district}
    point = {"lat": one.latitude, "lng": one.longitude}
    near: dict[str, Any] = {}
    for member, title, more in (
        ("town", one.town, {"id": one.town_id}),
        ("village", one.village, {"id": "1"}),
    ):
        if title:
            near[member] = {**more, "title": title, "location": point, "_distance": 0, "_dir_desc": "内"}
    return {
        "address": f"{one.province}{one.city}{one.district}",
        "formatted_addresses": {"recommend": one.district + one.town, "rough": one.district + one.town},
        "address_component": {**names, "street": "", "street_number": ""},
        "ad_info": {
            "nation_code": "156",
            "adcode": one.adcode,
            "city_code": f"156{one.adcode[:4]}00",
            "name": ",".join(names.values()),
            "location": point,
            **names,
        },
        "address_reference": near,
    }


def _sea() -> dict[str, Any]:
    """A position nobody administers: no county, no town."""
    return {"address": "", "address_component": {"nation": ""}, "ad_info": {"nation": "", "adcode": ""}}
