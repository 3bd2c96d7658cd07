"""What WeChat and the real-name register answer, in our words: called before a transaction, never inside one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from backend.identity.id_numbers import IdNumber
from backend.outside.errors import OutsideError, OutsideRefused, OutsideUnavailable, QuotaExceeded
from backend.outside.realname import RealNameCheck, RealNameResult
from backend.outside.wechat import FaceSession, FaceVerdict, PhoneNumber, WeChat, WeChatSession
from backend.outside.wechat_errors import CodeInvalid, CodeUsed, HighRiskUser
from backend.problems import Conflict, InvalidInput, NotAllowed, TooMany, Unavailable

_FACE_UNKNOWN = "84001"  # unknown, unfinished, or asked for with other facts


class WeChatCodeInvalid(InvalidInput):
    code = "wechat_code_invalid"
    detail = "微信登录凭证已失效，请返回重试一次"


class WeChatCodeUsed(InvalidInput):
    code = "wechat_code_used"
    detail = "微信登录凭证已用过，请返回重试一次"


class WeChatBlocked(NotAllowed):
    code = "wechat_blocked"
    detail = "微信暂时限制了您的登录，请按微信的提示处理，或改用短信验证码登录"


class WeChatAway(Unavailable):
    code = "wechat_unavailable"
    detail = "微信暂时没有响应，请稍后再试，或改用短信验证码登录"


class ForeignPhone(InvalidInput):
    code = "foreign_phone"
    detail = "目前只支持中国大陆手机号，请改用大陆手机号，或不绑定手机号继续使用"


class FaceNotDone(Conflict):
    code = "face_not_done"
    detail = "还没有完成人脸核身，请先按提示完成"


class RegisterLimit(TooMany):
    code = "realname_limit"
    detail = "今天核验次数已到上限，请明天再试，或带证件到村（社区）、办事窗口确认"


@dataclass(frozen=True)
class Answer:
    """The register's answer: state as in `IdentityAttempt`, and why."""

    state: str
    reason: str | None = None


_ANSWERS = {
    RealNameResult.MATCH: Answer("matched"),
    RealNameResult.MISMATCH: Answer("mismatched", "mismatch"),
    RealNameResult.BAD_ID_NUMBER: Answer("mismatched", "mismatch"),
    RealNameResult.BAD_NAME: Answer("mismatched", "bad_name"),
    RealNameResult.NO_RECORD: Answer("mismatched", "no_record"),
}


def session_of(wechat: WeChat, code: str) -> WeChatSession:
    """Who is behind the code of wx.login."""
    with _our_words():
        return wechat.code_to_session(code)


def phone_of(wechat: WeChat, code: str, *, openid: str | None) -> str:
    """The mainland number (11 digits) behind the code of getPhoneNumber, checked against the caller's openid."""
    with _our_words():
        number: PhoneNumber = wechat.phone_number(code, openid)
    if number.country_code.lstrip("+") != "86":
        raise ForeignPhone()
    return number.number


def open_face(wechat: WeChat, *, openid: str, serial: str, name: str, id_number: str) -> FaceSession:
    """A face check (人脸核身) for the phone to hold up to; `serial` works once."""
    with _our_words():
        return wechat.get_verify_id(openid, serial, name, id_number)


def face_verdict(wechat: WeChat, *, openid: str, serial: str, verify_id: str, cert_hash: str) -> FaceVerdict:
    """How the face check went; FaceNotDone while it has not."""
    with _our_words():
        try:
            return wechat.query_verify_info(openid, serial, verify_id, cert_hash)
        except OutsideRefused as error:
            if error.code == _FACE_UNKNOWN:
                raise FaceNotDone() from None
            raise


def register_says(register: RealNameCheck, name: str, number: IdNumber) -> Answer:
    """The register's answer, at once: `checking` when it is away, `desk` for numbers it cannot know."""
    if not number.in_register:
        return Answer("desk", "not_in_register")
    try:
        return _ANSWERS[register.check(name, number.number)]
    except QuotaExceeded:
        raise RegisterLimit(retry_after=12 * 3600) from None
    except OutsideError:  # away, or our account there is not in order: the worker asks again
        return Answer("checking")


def register_decides(register: RealNameCheck, name: str, number: IdNumber) -> Answer:
    """The same for the worker, who waits: raises OutsideError as it is."""
    return _ANSWERS[register.check(name, number.number)]


@contextmanager
def _our_words() -> Iterator[None]:
    """WeChat's refusals and silences as problems with Chinese words; nothing was changed."""
    try:
        yield
    except CodeInvalid:
        raise WeChatCodeInvalid() from None
    except CodeUsed:
        raise WeChatCodeUsed() from None
    except HighRiskUser:
        raise WeChatBlocked() from None
    except QuotaExceeded:
        raise TooMany("微信登录的人太多，请一分钟后再试", retry_after=60) from None
    except (OutsideUnavailable, OutsideRefused):
        raise WeChatAway() from None
