"""The smallest honest document of each kind, and a code as long as a real token's."""

from typing import Any

RARE_NAME = "阿依古丽·买买提䶮㛃\U0002cb4e"
#: As long as the digits of a 185-byte token.
QR_TEXT = "HTTPS://ZS.XIANNING.GOV.CN/V/" + ("7390182736450918273645" * 21)[:448]
CHECK_CODE = "7K3M-Q2XW"

_COMMON: dict[str, Any] = {
    "schema": 1,
    "number": "高新村证〔2026〕12号",
    "issuer": {"name": "咸宁市咸安区横沟桥镇孙田村村民委员会", "code": "421202102203"},
    "holder": {"name": RARE_NAME, "id_type": "公民身份号码", "id_number": "42122119860512402X"},
    "issued_on": "2026-11-23",
}


def certificate(**changes: Any) -> dict[str, Any]:
    body = [
        f"兹证明{RARE_NAME}(公民身份号码:42122119860512402X)自2019年3月起居住在我村二组孙田湾15号。",
        "特此证明。",
    ]
    return {
        **_COMMON,
        "kind": "certificate",
        "title": "居住情况证明",
        "body": body,
        "purpose": "子女入学报名",
        "receiver": "深圳市南山区教育局",
        "valid_until": "2026-12-22",
        **changes,
    }


def receipt(**changes: Any) -> dict[str, Any]:
    return {
        **_COMMON,
        "kind": "receipt",
        "title": "受理回执",
        "body": ["您的申请材料齐全，我村已于当日受理。"],
        "facts": [["申请事项", "居住情况证明"], ["咨询电话", "0715-8358000"]],
        "due_on": "2026-11-26",
        **changes,
    }


def correction_notice(**changes: Any) -> dict[str, Any]:
    return {
        **_COMMON,
        "kind": "correction_notice",
        "title": "一次性告知书",
        "body": ["您的申请尚缺下列材料，请在期限内补齐。"],
        "items": [["房屋照片", "补充", "门牌和正面各一张"], ["居民身份证", "带原件", "请到村便民服务点核对"]],
        "due_on": "2026-12-07",
        **changes,
    }


def refusal(**changes: Any) -> dict[str, Any]:
    return {
        **_COMMON,
        "kind": "refusal",
        "title": "不予出具决定书",
        "body": ["婚姻状况由婚姻登记机关掌握，我村决定不予出具。"],
        "basis": ["民发〔2020〕20号附件第8项", "鄂民政发〔2020〕32号第8项"],
        "where_to_go": [["咸安区民政局婚姻登记处", "凭身份证查询婚姻登记记录，当场办结"]],
        "remedy": "您如有不同意见，可在本申请页面提出申诉。",
        **changes,
    }


def notice(**changes: Any) -> dict[str, Any]:
    return {
        **_COMMON,
        "kind": "notice",
        "title": "不予出具告知单",
        "receiver": "深圳市某某科技有限公司",
        "body": ["依照下列规定，村民委员会不得出具此类证明。"],
        "basis": ["民发〔2020〕20号附件第8项"],
        "where_to_go": [["婚姻登记机关", "可请当事人出示结婚证原件或电子证照"]],
        **changes,
    }


ALL_KINDS = (certificate, receipt, correction_notice, refusal, notice)
