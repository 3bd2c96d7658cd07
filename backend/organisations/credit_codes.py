"""统一社会信用代码 (GB 32100-2015): real ones checked, made-up ones for demonstrations flagged and refused."""

import hashlib

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from stdnum.cn import uscc

from backend.organisations.models import Organisation
from backend.problems import Conflict, InvalidInput
from backend.settings import ConfigurationRefused, Settings

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100 5: no I, O, S, V, Z
_DEPARTMENT = "5"  # 登记管理部门: 民政
_CATEGORY = {"村民委员会": "5", "居民委员会": "4"}  # 基层群众性自治组织, as the demo tells them apart
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714, check digit of the 9-character body code


class MadeUpCreditCode(Conflict):
    """Sealing in production for an office whose credit code was invented for a demonstration."""

    code = "made_up_credit_code"
    detail = "该机构的统一社会信用代码是演示用的，正式环境不能用印；请管理员填写真实代码"


def check(code: str) -> str:
    """The code in its compact form, or InvalidInput."""
    compact = uscc.compact(code)
    if not uscc.is_valid(compact):
        raise InvalidInput(
            "统一社会信用代码不对，请核对 18 位代码", errors={"json.credit_code": ["校验位不符或格式有误"]}
        )
    return compact


def make_up(division_code: str, name: str) -> str:
    """An invented code with right check digits: the same committee always gets the same one."""
    kind = next((digit for ending, digit in _CATEGORY.items() if name.endswith(ending)), "9")
    body = hashlib.sha256(f"made up {division_code}".encode()).digest()
    subject = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in body[:8])
    head = _DEPARTMENT + kind + division_code[:6] + subject + _body_check(subject)
    return head + uscc.calc_check_digit(head)


def _body_check(subject: str) -> str:
    """GB 11714: 11 - sum mod 11, 10 written X, 11 written 0; letters count A=10 … Z=35."""
    total = sum(
        int(letter, 36) * weight for letter, weight in zip(subject, _ORGANISATION_WEIGHTS, strict=True)
    )
    return "0X987654321"[total % 11]


def make_up_missing(session: Session) -> int:
    """Give every committee without a code an invented one, flagged. Demonstrations only; gives how many."""
    rows = session.scalars(
        select(Organisation).where(Organisation.kind == "committee", Organisation.credit_code.is_(None))
    ).all()
    for row in rows:
        row.credit_code, row.credit_code_made_up = make_up(row.division_code, row.name), True
    return len(rows)


def refuse_made_up(organisation: Organisation, settings: Settings) -> None:
    """Called where a seal is about to be used: an invented code never leaves production."""
    if settings.environment == "production" and organisation.credit_code_made_up:
        raise MadeUpCreditCode()


def refuse_made_up_codes(session: Session, settings: Settings) -> None:
    """Called when a production process starts: stops it while any active office carries an invented code."""
    if settings.environment != "production":
        return
    flagged = select(func.count()).where(Organisation.credit_code_made_up, Organisation.active)
    count = session.scalar(flagged.select_from(Organisation)) or 0
    if count:
        raise ConfigurationRefused(
            f"拒绝以生产配置启动：有 {count} 个机构的统一社会信用代码是演示用的，请先填写真实代码"
        )
