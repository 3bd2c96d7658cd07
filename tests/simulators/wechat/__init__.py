"""WeChat's server API: log-in, token, phone number, subscription messages, face check."""

from tests.simulators.wechat.server import WeChatSimulator

__all__ = ["WeChatSimulator"]
