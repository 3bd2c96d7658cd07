"""Tencent Cloud SMS: SendSms, with the rules per number."""

from tests.simulators.sms.server import SmsSimulator

__all__ = ["SmsSimulator"]
