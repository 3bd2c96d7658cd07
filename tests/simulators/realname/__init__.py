"""Tencent Cloud's IdCardVerification over a register of made-up persons."""

from tests.simulators.realname.server import RealNameSimulator

__all__ = ["RealNameSimulator"]
