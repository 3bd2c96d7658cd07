"""Tencent Location Service's reverse geocoding over a few made-up positions."""

from tests.simulators.location.server import LocationSimulator

__all__ = ["LocationSimulator"]
